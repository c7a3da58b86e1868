// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import SeededRandom
import Testing

@Suite struct MutationTests {
  private static let programs = [
    """
    #!/usr/bin/env gradflow
    # comment
    depth = arg(1, default: 8)
    net   = chain(depth, sigmoid, init: normal(0, 1))
    flow(net)
    flow(net);
    flow(net) |> where(log10_total < -3) |> select(layer, log10_total) |> save("weak.tsv")
    for act in [sigmoid, tanh, relu] { emit(flow(chain(8, act, width: 32)) |> with(act: act.name)) }
    """,
    """
    fn ratio(n, act) = first(flow(chain(n, act))).log10_total
    fn best(xs, k: 1) { ys = sort(xs); return first(ys, k) }
    squares = map(1..5, fn(x) = x^2)
    if ratio(8, tanh) > -2 { print("fine: {ratio(8, tanh)}") } else { warn("vanishing") }
    assert finite(0.1), "message"
    """,
    """
    x = [1_000, .5, 1e-3, inf, nan, -2^-1, 1..9 step 2]
    while not (x[1] >= 3 and x[-1] != none or false) {
      net[2].bias = [0, "\\u{1F600} {f("{x}")} \\{"]
      if a == b { break }
      else if λ % 2 < 1 { continue }
      else { y = fn(a, b: 2) { return } }
    }
    data
      |> f
      |> (g)(漢, k: "é\\n")
    """,
  ]

  @Test func programsAreValid() throws {
    for text in MutationTests.programs { _ = try parse(Source(name: "", text: text)) }
  }

  @Test func everyMutantIsAcceptedOrRejectedWithALocation() {
    var random = SeededGenerator(seed: 1)
    var accepted = 0
    for number in 0..<20_000 {
      var text = MutationTests.programs[number % MutationTests.programs.count]
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        text = Bool.random(using: &random) ? mutatedTokens(text, &random) : mutatedCharacters(text, &random)
      }
      guard let fault = firstBadFault(of: text, &accepted) else { continue }
      Issue.record("mutant \(number): \(fault)\n\(text)")
      return
    }
    // The test is only meaningful if both outcomes occur.
    #expect(accepted > 500 && accepted < 15_000)
  }

  /// Returns the first flaw in the errors reported for a text, or nil if there is none.
  private func firstBadFault(of text: String, _ accepted: inout Int) -> String? {
    let source = Source(name: "mutant", text: text)
    let faults = parseAll(source).faults
    if faults.isEmpty { accepted += 1 }
    if case .complete = completeness(of: text), !faults.isEmpty { return "complete despite errors" }
    for fault in faults {
      if fault.labels.isEmpty { return "\(fault.code) has no location" }
      if fault.message.isEmpty { return "\(fault.code) has no message" }
      for label in fault.labels
      where label.range.start < 0 || label.range.end > text.utf8.count || label.range.start > label.range.end {
        return "\(fault.code) lies outside the text"
      }
      if !drawing(fault).hasPrefix("error: ") { return "\(fault.code) is not drawn" }
    }
    return nil
  }

  private func mutatedTokens(_ text: String, _ random: inout SeededGenerator) -> String {
    let source = Source(name: "", text: text)
    let tokens = tokenize(source).filter { !$0.range.isEmpty }
    guard let token = tokens.randomElement(using: &random), let other = tokens.randomElement(using: &random) else {
      return text
    }
    let word = source.text(in: token.range)
    let replacement = [
      "", word + " " + word, source.text(in: other.range), " " + source.text(in: other.range) + " " + word,
    ]
    return replacing(token.range, in: text, with: replacement.randomElement(using: &random) ?? "")
  }

  private func mutatedCharacters(_ text: String, _ random: inout SeededGenerator) -> String {
    var characters = Array(text)
    guard !characters.isEmpty else { return "(" }
    let index = Int.random(in: 0..<characters.count, using: &random)
    let other = Int.random(in: 0..<characters.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: characters.remove(at: index)
    case 1: characters.insert(characters[index], at: index)
    case 2: characters.swapAt(index, other)
    case 3: characters[index] = "(){}[]\"\\'.,:;=|&!#\n\r\t\0éß漢😀\u{FFFD}^~1e_".randomElement(using: &random) ?? "("
    default: characters.removeSubrange(min(index, other)..<max(index, other))
    }
    return String(characters)
  }

  private func replacing(_ range: SourceRange, in text: String, with replacement: String) -> String {
    let bytes = Array(text.utf8)
    return String(decoding: bytes[..<range.start] + Array(replacement.utf8) + bytes[range.end...], as: UTF8.self)
  }
}

extension SourceRange {
  fileprivate var isEmpty: Bool { start == end }
}
