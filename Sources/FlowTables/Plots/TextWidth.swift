// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// The approximate width of text in Helvetica.
enum TextWidth {
  /// Returns the width of a text as a multiple of the size of the font.
  static func of(_ text: String) -> Double {
    text.untilStopped.reduce(0) { width, character in
      switch character {
      case "i", "j", "l", "|", "'": width + 0.24
      case "f", "t", "r", "I", " ", ".", ",", ":", ";", "!", "(", ")", "[", "]", "/", "\\", "-": width + 0.32
      case "m", "w", "M", "W", "%", "@": width + 0.88
      case "A"..."Z": width + 0.71
      case _ where character.isASCII: width + 0.56
      // The fonts that contain other scripts are often wider.
      default: width + (String(character).displayWidth > 1 ? 1.08 : 0.66)
      }
    }
  }

  /// Returns the width of the label of a tick, such as `0.5` or `10^{-3}`.
  static func ofLabel(_ label: String) -> Double {
    guard let power = label.firstRange(of: "^{") else { return of(label) }
    return of(String(label[..<power.lowerBound])) + 0.65 * of(label[power.upperBound...].filter { $0 != "}" })
  }
}
