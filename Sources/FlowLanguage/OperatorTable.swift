// SPDX-License-Identifier: GPL-3.0-or-later

/// A set of operators with the same precedence.
public struct OperatorLevel: Sendable {
  /// How operators of one level group. `.none` means that they do not chain, `.prefix` that they precede their operand.
  public enum Associativity: String, Sendable { case left, right, none, prefix }
  /// How the parser handles the operators.
  public enum Form: Sendable { case pipe, binary, prefix, range }

  /// The name of the grammar rule.
  public let rule: String
  public let spellings: [String]
  public let associativity: Associativity
  public let form: Form
  /// A description for the reference.
  public let meaning: String
  /// An example expression for the reference.
  public let example: String
  /// The example with the implied parentheses written out.
  public let equivalent: String
}

/// All operators. The parser, the grammar rules and grammar.md are derived from this table.
public enum OperatorTable {
  /// The levels, loosest first. The index is the precedence. Calls, indices and fields bind more tightly still.
  public static let levels: [OperatorLevel] = [
    OperatorLevel(
      rule: "pipe", spellings: ["|>"], associativity: .left, form: .pipe,
      meaning: "passes the left value as the first argument of the call on the right", example: "x |> f(a)",
      equivalent: "f(x, a)"),
    OperatorLevel(
      rule: "disjunction", spellings: ["or"], associativity: .left, form: .binary,
      meaning: "true if either side is; evaluates the right side only if the left one is false",
      example: "a or b and c", equivalent: "a or (b and c)"),
    OperatorLevel(
      rule: "conjunction", spellings: ["and"], associativity: .left, form: .binary,
      meaning: "true if both sides are; evaluates the right side only if the left one is true",
      example: "not a and b", equivalent: "(not a) and b"),
    OperatorLevel(
      rule: "negation", spellings: ["not"], associativity: .prefix, form: .prefix,
      meaning: "the opposite truth value", example: "not a == b", equivalent: "not (a == b)"),
    OperatorLevel(
      rule: "comparison", spellings: ["==", "!=", "<", "<=", ">", ">="], associativity: .none, form: .binary,
      meaning: "compares; does not chain", example: "a + 1 < b", equivalent: "(a + 1) < b"),
    OperatorLevel(
      rule: "range", spellings: [".."], associativity: .none, form: .range,
      meaning: "the numbers from one to the other, inclusive, in steps of 1 or of the number after `step`",
      example: "1..n + 1 step 2", equivalent: "1..(n + 1) step 2"),
    OperatorLevel(
      rule: "sum", spellings: ["+", "-"], associativity: .left, form: .binary,
      meaning: "adds, subtracts", example: "a - b - c", equivalent: "(a - b) - c"),
    OperatorLevel(
      rule: "product", spellings: ["*", "/", "%"], associativity: .left, form: .binary,
      meaning: "multiplies, divides, computes the remainder", example: "a / b * c", equivalent: "(a / b) * c"),
    OperatorLevel(
      rule: "negative", spellings: ["-"], associativity: .prefix, form: .prefix,
      meaning: "changes the sign", example: "-2^2", equivalent: "-(2^2)"),
    OperatorLevel(
      rule: "power", spellings: ["^"], associativity: .right, form: .binary,
      meaning: "raises to a power", example: "2^-1^2", equivalent: "2^(-(1^2))"),
  ]

  /// The word that introduces the step of a range. It is an ordinary name everywhere else.
  public static let stepWord = "step"

  static let pipe = 0
  private static let infix = lookup { $0 != .prefix }
  private static let prefix = lookup { $0 == .prefix }

  private static func lookup(_ belongs: (OperatorLevel.Associativity) -> Bool) -> [String: Int] {
    var result: [String: Int] = [:]
    for (precedence, level) in levels.enumerated() where belongs(level.associativity) {
      for spelling in level.spellings { result[spelling] = precedence }
    }
    return result
  }

  /// Returns the precedence of an infix operator, or nil if the token is not one.
  static func infixPrecedence(of token: Token) -> Int? { token.spelling.flatMap { infix[$0] } }

  /// Returns the precedence of a prefix operator, or nil if the token is not one.
  static func prefixPrecedence(of token: Token) -> Int? { token.spelling.flatMap { prefix[$0] } }
}
