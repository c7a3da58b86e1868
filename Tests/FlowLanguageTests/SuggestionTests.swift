// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

@Suite struct SuggestionTests {
  private let names = [
    "init", "bias", "norm", "skip", "width", "sigmoid", "leaky_relu", "xavier_uniform", "xavier_normal", "tanh",
  ]

  @Test(arguments: [
    ("inti", "init"), ("INIT", "init"), ("biass", "bias"), ("nrm", "norm"), ("sigmiod", "sigmoid"),
    ("sgmid", "sigmoid"),
    ("leakyrelu", "leaky_relu"), ("Xavier_Unifrom", "xavier_uniform"), ("xaver_nomal", "xavier_normal"),
    ("tahn", "tanh"),
  ]) func near(word: String, expected: String) {
    #expect(suggestion(for: word, among: names) == expected)
  }

  @Test(arguments: ["", "x", "in", "foo", "wxyz", "nothing_like_it", "sgd"]) func far(word: String) {
    #expect(suggestion(for: word, among: names) == nil)
  }

  @Test func nearestCandidateWinsAndTheFirstOnATie() {
    #expect(suggestion(for: "relux", among: ["relu6", "relu"]) == "relu6")
    #expect(suggestion(for: "reluu", among: ["rel", "relu"]) == "relu")
    #expect(suggestion(for: "word", among: [String]()) == nil)
  }

  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1), ("abc", "ac", 1),
    ("ac", "abc", 1),
    ("kitten", "sitting", 3), ("ca", "abc", 3), ("abcdef", "badcfe", 3),
  ]) func distances(a: String, b: String, expected: Int) {
    #expect(editDistance(Array(a), Array(b)) == expected)
    #expect(editDistance(Array(b), Array(a)) == expected)
  }
}
