// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension String {
  /// How many columns of a terminal the text takes: two for wide characters, none for those that combine.
  package var displayWidth: Int {
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return utf8.count }
    return untilStopped.reduce(0) { $0 + $1.displayWidth }
  }

  /// At most that many columns; what is cut off shows as `…`.
  package func fitted(_ width: Int) -> String {
    if displayWidth <= width { return self }
    var result = ""
    var used = 0
    for character in self {
      used += character.displayWidth
      if used > width - 1 { break }
      result.append(character)
    }
    return result + "…"
  }

  /// Lines of whole words of at most that many columns; a longer word is cut, or stands whole on a line of its own. There
  /// is one line at least.
  package func wrapped(_ width: Int, cuttingWords: Bool = true) -> [String] {
    if displayWidth <= width { return [self] }
    var lines = [""]
    for word in split(separator: " ").untilStopped {
      let last = lines[lines.count - 1]
      let room = width - last.displayWidth - 1
      let whole = cuttingWords ? String(word).fitted(width) : String(word)
      if last.isEmpty {
        lines[lines.count - 1] = whole
      } else if String(word).displayWidth > room {
        lines.append(whole)
      } else {
        lines[lines.count - 1] = last + " " + word
      }
    }
    return lines
  }

  /// With blanks added up to a width.
  func padded(_ width: Int, toRight: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - displayWidth))
    return toRight ? blanks + self : self + blanks
  }
}

extension Character {
  /// A picture made of several scalars, a flag for instance, is as wide as its widest part.
  fileprivate var displayWidth: Int {
    if unicodeScalars.contains("\u{FE0F}") { return 2 }
    return unicodeScalars.reduce(0) { max($0, $1.displayWidth) }
  }
}

extension Unicode.Scalar {
  fileprivate var displayWidth: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: 0
    default: properties.isEmojiPresentation || Self.wideBlocks.contains { $0.contains(value) } ? 2 : 1
    }
  }

  /// Blocks whose characters are wide or fullwidth (Unicode Standard Annex 11); emoji are so by a property.
  private static let wideBlocks: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18D08,
    0x1AFF0...0x1B2FB, 0x20000...0x3FFFD,
  ]
}
