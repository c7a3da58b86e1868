// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import FlowTables

struct TextFittingTests {
  private let fitting = TextFitting.columns

  @Test(
    arguments: [
      ("short", 9, "short"), ("a name that is long", 9, "a nam…ong"), ("漢字漢字漢字", 9, "漢字漢…字"),
    ] as [(String, Double, String)])
  func middlesAreLeftOut(text: String, width: Double, short: String) {
    #expect(fitting.shortened(text, to: width) == short)
  }

  /// Names that differ in one place, wherever it is, stay different, and equal ones stay equal.
  @Test(
    arguments: [
      ["experiment with layer 1 of many", "experiment with layer 2 of many"],
      ["1 experiment with layers", "2 experiment with layers"],
      ["experiment with layers 1", "experiment with layers 2"],
      ["an experiment with layers 1 and with units", "an experiment with layers 2 and with units"],
      [
        "aaaaaaaaaaaaaaaa1aaaaaaaaaaaaaaaa1aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa2aaaaaaaaaaaaaaaa1aaaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaa1aaaaaaaaaaaaaaaa2aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa2aaaaaaaaaaaaaaaa2aaaaaaaaaaaaaaaa",
      ],
    ])
  func namesStayDifferent(names: [String]) {
    for width in [12.0, 20, 30] {
      let short = fitting.shortened(names + names, to: width)
      #expect(Set(short).count == names.count, "\(short)")
      #expect(short.allSatisfy { fitting.measure($0) <= width }, "\(short)")
      #expect(Array(short.prefix(names.count)) == Array(short.suffix(names.count)))
    }
  }

  @Test(
    arguments: [
      ("", 10, []), ("two  blanks", 20, ["two  blanks"]), ("one two three", 8, ["one two", "three"]),
      ("validation_loss", 12, ["validation_", "loss"]), ("漢字漢字漢字", 9, ["漢字漢字", "漢字"]),
      ("one two three four five six seven", 7, ["one two", "thre…ix", "seven"]),
    ] as [(String, Double, [String])])
  func lines(text: String, width: Double, lines: [String]) {
    #expect(fitting.lines(text, width: width, most: 3) == lines)
  }

  @Test func noLineIsTooWide() {
    var random = Numbers(seed: 5)
    let parts = ["a", "loss", "_", " ", "漢字", "é", "👩‍🔬", "验证", " of ", "-", "/", "Ошибка", "\u{301}", "  "]
    for _ in 0..<2000 {
      let text = (0..<random.whole(below: 40)).map { _ in parts[random.whole(below: parts.count)] }.joined()
      let width = Double(4 + random.whole(below: 20))
      let lines = fitting.lines(text, width: width, most: 2)
      #expect(lines.count <= 2 && lines.allSatisfy { fitting.measure($0) <= width }, "\(text) \(lines)")
      #expect(fitting.measure(fitting.shortened(text, to: width)) <= width)
    }
  }
}
