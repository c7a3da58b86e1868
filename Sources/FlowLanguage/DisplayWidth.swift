// SPDX-License-Identifier: GPL-3.0-or-later

extension Character {
  /// How many columns of a terminal the character takes: 2 for East Asian wide ones and emoji, 0 for marks alone.
  package var displayWidth: Int {
    var scalars = unicodeScalars.makeIterator()
    guard let base = scalars.next() else { return 0 }
    if base.isWide || base.properties.isEmojiPresentation { return 2 }
    while let scalar = scalars.next() {
      if scalar.value == 0xFE0F { return 2 }
    }
    switch base.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }
}

extension String {
  /// How many columns of a terminal the text takes.
  package var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }
}

extension Unicode.Scalar {
  /// Whether a terminal would do something other than show it: control characters, and those that turn the order of
  /// the text around.
  var disturbsTerminal: Bool {
    properties.generalCategory == .control || (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
  }

  /// Blocks whose characters are wide or fullwidth, Unicode Standard Annex 11.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x20000...0x3FFFD,
  ]

  fileprivate var isWide: Bool { value >= 0x1100 && Unicode.Scalar.wide.contains { $0.contains(value) } }
}
