// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// Quoting of untrusted text in a gnuplot script, where it must never be run as code.
///
/// gnuplot runs text between backquotes in a double-quoted string as a shell command, and also a line that starts with
/// `!`. It expands `@name`, and ends a string at a quote. Therefore only ASCII letters, digits and a few harmless marks
/// are written literally. All other ASCII characters become octal escapes, which gnuplot decodes after all of the
/// above. Characters outside of ASCII have no special meaning. The functions compare bytes and scalars, because a quote
/// followed by a combining mark is a different `Character`.
extension GnuplotScript {
  /// Returns a text as a gnuplot string. Control characters and noncharacters in it are made visible.
  static func quoted(_ text: String) -> String {
    var result = "\""
    var isEscape = false
    for scalar in text.visibleUntilStopped.unicodeScalars.untilStopped {
      // gnuplot would read a digit after an escape as a part of it, so the digit is escaped too.
      isEscape = scalar.isASCII && (!plain.contains(scalar) || isEscape && ("0"..."9").contains(scalar))
      if !isEscape {
        result.unicodeScalars.append(scalar)
      } else {
        let octal = String(scalar.value, radix: 8)
        result += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
      }
    }
    return result + "\""
  }

  /// Returns the label of a tick as a gnuplot string. gnuplot uses it as a format for the number there, so `%` is
  /// doubled.
  static func tickLabel(_ text: String) -> String {
    let scalars = text.unicodeScalars.untilStopped.flatMap { $0 == "%" ? ["%", "%"] : [$0] }
    return quoted(String(String.UnicodeScalarView(scalars)))
  }

  /// Returns a text as a comment line.
  static func comment(_ text: String) -> String { "# " + text.visibleUntilStopped }

  /// Characters that gnuplot's svg terminal does not always escape: it interprets `&#65;` and leaves `]]>` unchanged.
  /// They pass through gnuplot as noncharacters, which no label contains, because `quoted` makes them visible.
  private static let marksOfXML: [(octal: String, stand: String, entity: String)] = [
    ("\\046", noncharacter(0), "&amp;"), ("\\076", noncharacter(1), "&gt;"),
  ]

  private static func noncharacter(_ number: UInt16) -> String { String(decoding: [0xFDD0 + number], as: UTF16.self) }

  /// Returns a script adapted to the terminal that draws the picture.
  static func prepared(_ script: String, for picture: Picture) -> String {
    guard picture == .svg else { return script }
    return String(decoding: replacing(marksOfXML.map { ($0.octal, $0.stand) }, in: Array(script.utf8)), as: UTF8.self)
  }

  /// Returns the finished picture from the bytes that gnuplot wrote for the script.
  public static func finished(_ bytes: [UInt8], as picture: Picture) -> [UInt8] {
    switch picture {
    case .svg: replacing(marksOfXML.map { ($0.stand, $0.entity) }, in: bytes)
    case .png: PNGResolution.adding(GnuplotSize.print, to: bytes)
    default: bytes
    }
  }

  /// Replaces all marks in one pass. Ends early if a stop is requested. The standard library's replacement would take
  /// seconds for the script of a long curve.
  private static func replacing(_ marks: [(String, String)], in bytes: [UInt8]) -> [UInt8] {
    let pairs = marks.map { (mark: Array($0.utf8), stand: Array($1.utf8)) }
    var isStart = [Bool](repeating: false, count: 256)
    for pair in pairs { isStart[Int(pair.mark[0])] = true }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var next = 0
    for place in bytes.indices.untilStopped where place >= next {
      let pair = isStart[Int(bytes[place])] ? pairs.first { bytes[place...].starts(with: $0.mark) } : nil
      if let pair {
        result += pair.stand
        next = place + pair.mark.count
      } else {
        result.append(bytes[place])
      }
    }
    return result
  }

  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;+-*/=()[]_^".unicodeScalars)
}
