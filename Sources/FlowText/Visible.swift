// SPDX-License-Identifier: GPL-3.0-or-later

extension Unicode.Scalar {
  /// A Boolean value that indicates whether a display would act on the scalar, or reorder the text around it, instead
  /// of showing it.
  ///
  /// These are the control characters (C0, DEL, C1), the directional characters of Unicode Standard Annex 9, the line
  /// and paragraph separators, and noncharacters, which XML and some terminals reject. Joiners, other format characters
  /// and combining marks are not included, because words and emoji contain them.
  package var isDisturbing: Bool {
    switch value {
    case 0x20...0x7E: false
    case 0...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    case 0xFDD0...0xFDEF: true
    default: value & 0xFFFE == 0xFFFE
    }
  }
}

extension Unicode.Scalar {
  /// The escape sequence for the scalar in a string literal of the language: `\n`, `\t`, or a number such as `\u{1B}`.
  package var escape: String {
    switch self {
    case "\n": "\\n"
    case "\t": "\\t"
    default: "\\u{" + String(value, radix: 16, uppercase: true) + "}"
    }
  }
}

extension String {
  /// Returns the text with every disturbing scalar replaced by an escape of the language, such as `\u{1B}` or `\n`,
  /// except for those in `kept`. The result is truncated as soon as `isStopped` returns true.
  package func visible(keeping kept: Set<Unicode.Scalar> = [], until isStopped: () -> Bool = { false }) -> String {
    // Nearly all text is printable ASCII, which is returned without copying.
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return self }
    let scalars = unicodeScalars
    var result = ""
    // The text before this index is already in the result.
    var start = startIndex
    var index = startIndex
    var count: UInt16 = 0
    while index < endIndex {
      if count == 0, isStopped() { break }
      count &+= 1
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      if scalar.isDisturbing && !kept.contains(scalar) {
        result += self[start..<index]
        result += scalar.escape
        start = next
      }
      index = next
    }
    if start == startIndex, index == endIndex { return self }
    result += self[start..<index]
    return result
  }
}
