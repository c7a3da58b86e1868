// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

@Suite struct GrammarTests {
  @Test func everySentenceIsAccepted() {
    var total = 0
    for seed in 0..<2000 {
      let sentence = SentenceGenerator.sentence(seed: UInt64(seed), size: 20 + seed % 400)
      total += sentence.utf8.count
      do {
        _ = try parse(Source(name: "seed \(seed)", text: sentence))
      } catch {
        Issue.record("\(drawing(error))\nin:\n\(sentence)")
        return
      }
    }
    // If the generator produced next to nothing, the test would prove nothing.
    #expect(total > 200_000)
  }

  @Test func sentencesReachEveryKeywordAndSymbol() {
    var spellings: Set<String> = []
    for seed in 0..<2000 {
      let sentence = SentenceGenerator.sentence(seed: UInt64(seed), size: 20 + seed % 400)
      for token in tokenize(Source(name: "", text: sentence)) { spellings.insert(token.spelling ?? "") }
    }
    for keyword in Keyword.allCases { #expect(spellings.contains(keyword.rawValue)) }
    for symbol in Symbol.allCases { #expect(spellings.contains(symbol.rawValue)) }
  }

  @Test func rulesAreDefinedOnceAndUsed() {
    let names = Grammar.productions.map(\.name)
    #expect(Set(names).count == names.count)
    for production in Grammar.productions where !production.isLexical {
      let words = production.definition.split(separator: " ").map(String.init)
      for word in words where word.first?.isLetter == true { #expect(names.contains(word), "\(word) is not defined") }
    }
    for name in names where name != "program" {
      let isUsed = Grammar.productions.contains { $0.definition.split(separator: " ").contains { $0 == name } }
      #expect(isUsed, "\(name) is not used")
    }
  }

  @Test(arguments: OperatorTable.levels) func operatorExamplesMatchTheirEquivalents(level: OperatorLevel) {
    #expect(shape(of: level.example).replacing("|", with: "") == shape(of: level.equivalent))
    #expect(!shape(of: level.example).hasPrefix("error"))
    #expect(level.spellings.contains { level.example.contains($0) })
  }

  @Test func everyOperatorOfTheTreeIsInTheTable() {
    let spellings = Set(OperatorTable.levels.flatMap(\.spellings))
    for operation in Operator.allCases { #expect(spellings.contains(operation.rawValue)) }
  }

  @Test func referenceShowsEveryRuleOperatorAndKeyword() {
    let reference = grammarReference()
    for production in Grammar.productions { #expect(reference.contains(production.definition.prefix(20))) }
    for keyword in Keyword.allCases { #expect(reference.contains("`\(keyword.rawValue)`")) }
    #expect(reference.contains("| `\\|>` | left to right |"))
  }
}
