// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// The characters and colours of plots. Colours never carry information that is not in the characters.
struct PlotCharacters {
  let usesUnicode: Bool
  let isColored: Bool

  /// Returns the sign that marks a series on its line and in the legend. The first `signCount` signs are distinct.
  func marker(_ series: Int) -> Character { signs[series % signs.count] }

  /// The number of distinct signs.
  var signCount: Int { signs.count }

  private var signs: [Character] { usesUnicode ? Self.signs : Self.plainSigns }

  private static let signs = Array("●■▲◆○□△◇▼★▽☆" + letters)
  private static let plainSigns = Array("*ox+#@%&" + letters.filter { !"ox".contains($0) })
  private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

  /// The shades from light to dense, for low to high numbers.
  var shades: [Character] { usesUnicode ? Array("░▒▓█") : Array(".:-=+*#%@") }

  /// Returns a horizontal bar of the given length in characters, exact to an eighth with Unicode. Any positive length
  /// is visible.
  func bar(_ length: Double) -> String {
    let eighths = length > 0 ? max(1, Int((length * 8).rounded())) : 0
    guard usesUnicode else { return String(repeating: "#", count: max(eighths > 0 ? 1 : 0, (eighths + 4) / 8)) }
    let rest = eighths % 8
    return String(repeating: "█", count: eighths / 8) + (rest > 0 ? String(Self.eighths[rest - 1]) : "")
  }

  private static let eighths = Array("▏▎▍▌▋▊▉")

  /// Returns the character for a cell of 2 by 4 dots. Bit `4 * column + row` of the mask is a dot, with rows counted
  /// from the top.
  func dots(_ mask: UInt8) -> Character {
    usesUnicode ? Self.braille(mask) : Self.stroke(mask)
  }

  /// Returns the character for a cell with faint dots.
  func faintDots(_ mask: UInt8) -> Character { usesUnicode ? Self.braille(mask) : ":" }

  private static func braille(_ mask: UInt8) -> Character {
    var value: UInt32 = 0x2800
    for (bit, dot) in [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80].enumerated() where mask & (1 << bit) != 0 {
      value += UInt32(dot)
    }
    return Character(Unicode.Scalar(value) ?? " ")
  }

  /// Returns the ASCII stroke that resembles the dots most.
  private static func stroke(_ mask: UInt8) -> Character {
    func rows(_ part: UInt8) -> [Int] { (0..<4).filter { part & (1 << $0) != 0 } }
    let (left, right) = (rows(mask & 15), rows(mask >> 4))
    let all = left + right
    guard let top = all.min(), let bottom = all.max() else { return " " }
    func middle(_ rows: [Int]) -> Double { Double(rows.reduce(0, +)) / Double(rows.count) }
    if bottom - top >= 2 {
      if left.isEmpty || right.isEmpty || abs(middle(left) - middle(right)) < 1 { return "|" }
      return middle(left) > middle(right) ? "/" : "\\"
    }
    let height = middle(all)
    return height < 1 ? "'" : height <= 2 ? "-" : "."
  }

  // Colours of the 256-colour palette close to those of Okabe and Ito (Color Universal Design, 2008), which are also
  // distinct for colour-blind readers.

  /// Returns a text in the colour of a series.
  func ink(_ text: String, _ series: Int, isFaint: Bool = false) -> StyledText {
    let color = Self.inks[series % Self.inks.count]
    return wrap(text, isFaint ? Style(2, 38, 5, color) : Style(38, 5, color))
  }

  private static let inks: [UInt8] = [32, 166, 36, 175, 214, 74, 142, 103, 126, 94, 28, 61]

  /// Returns `count` copies of the shade for a position between 0 and 1. Its colour, from the viridis scale, gets
  /// lighter as the shade gets denser. Text copied without colours still shows the shade.
  func shade(_ position: Double, count: Int = 1) -> StyledText {
    let place = Int(position * Double(shades.count))
    let text = String(repeating: shades[min(shades.count - 1, place)], count: count)
    let color = Self.viridis[min(Self.viridis.count - 1, Int(position * Double(Self.viridis.count)))]
    return wrap(text, Style(38, 5, color, 48, 5, color))
  }

  private static let viridis: [UInt8] = [53, 54, 24, 30, 36, 71, 77, 148, 226]

  func frame(_ text: String) -> StyledText { wrap(text, Style(2)) }

  func title(_ text: String) -> StyledText { wrap(text, Style(1)) }

  private typealias Style = StyledText.Style

  private func wrap(_ text: String, _ style: Style) -> StyledText { StyledText(text, isColored ? style : .plain) }
}

extension StyledText {
  /// The text with the frames of tables and plots in ASCII, for terminals that support nothing else.
  package var withASCIIFrames: StyledText {
    mapText { text in
      guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
      return text.untilStopped.reduce(into: "") { $0.append(Self.plainFrames[$1] ?? $1) }
    }
  }

  private static let plainFrames: [Character: Character] = [
    "─": "-", "│": "|", "┌": "+", "┬": "+", "┐": "+", "├": "+", "┼": "+", "┤": "+", "└": "+", "┴": "+", "┘": "+",
    "…": "~", "⋮": ":", "×": "x", "·": ".", "\u{FFFD}": "?",
  ]
}
