// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import SeededRandom

/// The right-hand side of a production, parsed from its EBNF.
indirect enum GrammarTerm: Sendable {
  case terminal(String)
  case rule(String)
  case sequence([GrammarTerm])
  case choice([GrammarTerm])
  case optional(GrammarTerm)
  case repetition(GrammarTerm)

  init(_ definition: String) {
    var words = definition.split(separator: " ").map(String.init)[...]
    self = GrammarTerm.choice(of: &words)
    precondition(words.isEmpty, "unbalanced production: \(definition)")
  }

  private static func choice(of words: inout ArraySlice<String>) -> GrammarTerm {
    var alternatives = [sequence(of: &words)]
    while words.first == "|" {
      words.removeFirst()
      alternatives.append(sequence(of: &words))
    }
    return alternatives.count == 1 ? alternatives[0] : .choice(alternatives)
  }

  private static func sequence(of words: inout ArraySlice<String>) -> GrammarTerm {
    var terms: [GrammarTerm] = []
    while let word = words.first, !["|", ")", "]", "}"].contains(word) {
      words.removeFirst()
      switch word {
      case "(", "[", "{":
        let inner = choice(of: &words)
        words.removeFirst()
        terms.append(word == "(" ? inner : word == "[" ? .optional(inner) : .repetition(inner))
      case _ where word.hasPrefix("\""): terms.append(.terminal(String(word.dropFirst().dropLast())))
      default: terms.append(.rule(word))
      }
    }
    return terms.count == 1 ? terms[0] : .sequence(terms)
  }
}

/// Generates texts that the grammar derives. Rules that the grammar states in words (names differ, `break` is inside a
/// loop, an expression in a string contains no line break) are enforced here.
struct SentenceGenerator {
  private var random: SeededGenerator
  private var words: [String] = []
  private var names = 0
  private var budget: Int
  private var isInLoop = false
  private var isInFunction = false
  private var isInString = false

  private static let terms = Dictionary(
    uniqueKeysWithValues: Grammar.productions.filter { !$0.isLexical }.map { ($0.name, GrammarTerm($0.definition)) })

  /// For each rule, the smallest number of nested rules in a sentence.
  private static let depths: [String: Int] = {
    var depths: [String: Int] = [:]
    var isChanged = true
    while isChanged {
      isChanged = false
      for (name, term) in terms {
        let depth = depth(of: term, depths)
        if depth < Int.max / 2, depth + 1 < depths[name] ?? .max {
          depths[name] = depth + 1
          isChanged = true
        }
      }
    }
    return depths
  }()

  private static func depth(of term: GrammarTerm, _ depths: [String: Int]) -> Int {
    switch term {
    case .terminal, .optional, .repetition: 0
    case .rule(let name): terms[name] == nil ? 0 : depths[name] ?? .max / 2
    case .sequence(let terms): terms.map { depth(of: $0, depths) }.max() ?? 0
    case .choice(let terms): terms.map { depth(of: $0, depths) }.min() ?? 0
    }
  }

  /// Returns a sentence of the grammar. `size` is roughly the number of rules used.
  static func sentence(seed: UInt64, size: Int) -> String {
    var generator = SentenceGenerator(random: SeededGenerator(seed: seed), budget: size)
    generator.derive(.rule("program"))
    return generator.text()
  }

  private init(random: SeededGenerator, budget: Int) {
    self.random = random
    self.budget = budget
  }

  private mutating func derive(_ term: GrammarTerm) {
    switch term {
    case .terminal(let text): words.append(text)
    case .sequence(let terms): for term in terms { derive(term) }
    case .rule(let name): derive(rule: name)
    case .optional(let inner): if budget > 0, Bool.random(using: &random) { derive(inner) }
    case .repetition(let inner):
      while budget > 0, Int.random(in: 0..<5, using: &random) < 2 { derive(inner) }
    case .choice(let alternatives):
      let allowed = alternatives.filter(isAllowed)
      let least = allowed.map { SentenceGenerator.depth(of: $0, SentenceGenerator.depths) }.min() ?? 0
      let affordable =
        budget > 0
        ? allowed : allowed.filter { SentenceGenerator.depth(of: $0, SentenceGenerator.depths) == least }
      derive(affordable[Int.random(in: 0..<affordable.count, using: &random)])
    }
  }

  private func isAllowed(_ term: GrammarTerm) -> Bool {
    switch term {
    case .rule("break"), .rule("continue"): isInLoop
    case .rule("return"): isInFunction
    case .rule("newline"): !isInString
    default: true
    }
  }

  private mutating func derive(rule name: String) {
    budget -= 1
    guard let term = SentenceGenerator.terms[name] else { return words.append(token(name)) }
    let outer = (isInLoop, isInFunction, isInString)
    switch name {
    case "loop_block": isInLoop = true
    case "function_block": (isInLoop, isInFunction) = (false, true)
    case "body": isInLoop = false
    case "interpolation": isInString = true
    default: break
    }
    derive(term)
    (isInLoop, isInFunction, isInString) = outer
  }

  private mutating func token(_ name: String) -> String {
    func pick(_ samples: [String]) -> String { samples[Int.random(in: 0..<samples.count, using: &random)] }
    switch name {
    case "name":
      names += 1
      return pick(["x\(names)", "λ\(names)", "_\(names)", "Größe\(names)", "step_\(names)", "`size, m² \(names)`"])
    case "number": return pick(["1", "1_000", "1.5", ".5", "1e-3", "2E+5", "inf", "nan", "0"])
    case "newline": return pick(["\n", "\r\n", " # note\n", "\n\n"])
    case "quote": return "\""
    case "text": return pick(["word", "}", "# no comment", isInString ? "tab\t" : "line\nline", "é漢"])
    case "escape": return pick(["\\n", "\\t", "\\\"", "\\\\", "\\{", "\\u{1F600}"])
    default: preconditionFailure("no samples for the lexical rule '\(name)'")
    }
  }

  /// Joins the words with spaces, some of which are left out next to brackets.
  private mutating func text() -> String {
    var result = ""
    for word in words {
      let isTight = ["(", ")", "[", "]", ","].contains(word) || ["(", "["].contains(result.last.map(String.init))
      if !result.isEmpty, !(isTight && Bool.random(using: &random)) { result += " " }
      result += word
    }
    return result
  }
}
