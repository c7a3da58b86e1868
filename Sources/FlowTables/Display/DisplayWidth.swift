// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension String {
  /// The number of terminal columns that the text takes: two for a wide character, none for a combining one.
  package var displayWidth: Int {
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return utf8.count }
    return untilStopped.reduce(0) { $0 + $1.displayWidth }
  }

  /// Returns the text truncated to `width` columns. A truncated text ends in `…`.
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

  /// Wraps the text at word boundaries into lines of at most `width` columns. A longer word is truncated, or if
  /// `cuttingWords` is false, put on a line of its own. Returns at least one line.
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

  /// Returns the text padded with blanks to `width` columns. If `toRight` is true, the blanks come first.
  func padded(_ width: Int, toRight: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - displayWidth))
    return toRight ? blanks + self : self + blanks
  }
}

extension Character {
  /// The width of the widest scalar, so that an emoji of several scalars, such as a flag, counts once.
  var displayWidth: Int {
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

  /// Blocks whose characters are wide or fullwidth (Unicode Standard Annex 11). Emoji are found by a property instead.
  private static let wideBlocks: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18D08,
    0x1AFF0...0x1B2FB, 0x20000...0x3FFFD,
  ]
}
