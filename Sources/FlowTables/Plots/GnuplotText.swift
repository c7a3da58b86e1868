// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// Text on its way into a script of gnuplot, where it must never be code, whoever wrote it.
///
/// gnuplot runs what stands between back quotes in double quotes as a command of the shell, and a line that begins
/// with `!`; it expands `@name`, and ends a string at a quote. Of ASCII only letters, digits and a few marks without a
/// meaning are therefore written as they are, and everything else as an octal escape, which gnuplot puts into the string
/// after it has looked for all of that. What lies outside of ASCII has no meaning for it. The function works on bytes
/// and scalars: with a combining mark behind it, a quote is another `Character`.
extension GnuplotScript {
  /// A text as a string of gnuplot; control characters and noncharacters in it are made visible.
  static func quoted(_ text: String) -> String {
    var result = "\""
    var isEscape = false
    for scalar in text.visibleUntilStopped.unicodeScalars.untilStopped {
      // An escape has as many digits as follow, so a digit behind one is an escape too.
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

  /// A label of a tick, which gnuplot takes for a format of the number there: `%` is written twice.
  static func tickLabel(_ text: String) -> String {
    let scalars = text.unicodeScalars.untilStopped.flatMap { $0 == "%" ? ["%", "%"] : [$0] }
    return quoted(String(String.UnicodeScalarView(scalars)))
  }

  /// A line for the reader of the script.
  static func comment(_ text: String) -> String { "# " + text.visibleUntilStopped }

  /// Characters that gnuplot's svg terminal does not always escape: it interprets `&#65;` and leaves `]]>` as it is.
  /// They pass through it as noncharacters, which stand in no label because those are made visible.
  private static let marksOfXML: [(octal: String, stand: String, entity: String)] = [
    ("\\046", noncharacter(0), "&amp;"), ("\\076", noncharacter(1), "&gt;"),
  ]

  private static func noncharacter(_ number: UInt16) -> String { String(decoding: [0xFDD0 + number], as: UTF16.self) }

  /// A script of ours for a picture of a kind, fit for the terminal that draws it.
  static func prepared(_ script: String, for picture: Picture) -> String {
    guard picture == .svg else { return script }
    return String(decoding: replacing(marksOfXML.map { ($0.octal, $0.stand) }, in: Array(script.utf8)), as: UTF8.self)
  }

  /// The picture that gnuplot wrote for such a script, as it is to be kept.
  public static func finished(_ bytes: [UInt8], as picture: Picture) -> [UInt8] {
    guard picture == .svg else { return bytes }
    return replacing(marksOfXML.map { ($0.stand, $0.entity) }, in: bytes)
  }

  /// The bytes with every mark replaced, up to a stop, in one pass: that of the standard library takes seconds for the
  /// script of a long curve.
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
