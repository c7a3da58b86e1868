// SPDX-License-Identifier: GPL-3.0-or-later

/// A rule of the grammar.
public struct Production: Sendable {
  /// The name of the symbol that the rule defines.
  public let name: String
  /// The right-hand side: terminals in quotes, `[ ]` optional, `{ }` repeated any number of times, `( )` grouping, `|`
  /// alternatives. For a lexical rule, a sentence.
  public let definition: String
  /// A Boolean value that indicates whether the rule describes how characters form a token. Between the symbols of all
  /// other rules, spaces are allowed.
  public let isLexical: Bool

  init(_ name: String, _ definition: String, isLexical: Bool = false) {
    self.name = name
    self.definition = definition
    self.isLexical = isLexical
  }
}

/// The grammar as data. The reference prints it, and the tests derive sentences from it that the parser must accept.
public enum Grammar {
  /// All rules, from the program down to the characters.
  public static let productions = statements + expressions + operators + operands + lexical

  private static let statements = [
    Production("program", #"{ line | inclusion ( newline | ";" ) } [ statement | inclusion ]"#),
    Production("inclusion", #""include" path"#),
    Production("line", #"[ statement ] ( newline | ";" )"#),
    Production(
      "statement",
      "assignment | expression | conditional | for_loop | while_loop | function | assertion | return | break | continue"
    ),
    Production("assignment", #"target "=" expression"#),
    Production("target", "name | primary { suffix } ( index | field )"),
    Production(
      "conditional", #""if" expression block { "else" "if" expression block } [ "else" block ]"#),
    Production("for_loop", #""for" name "in" expression loop_block"#),
    Production("while_loop", #""while" expression loop_block"#),
    Production("function", #""fn" name parameters body"#),
    Production("assertion", #""assert" expression [ "," expression ]"#),
    Production("return", #""return" [ expression ]"#),
    Production("break", #""break""#),
    Production("continue", #""continue""#),
    Production("block", #""{" { line } [ statement ] "}""#),
    Production("loop_block", "block"),
    Production("function_block", "block"),
    Production("body", #""=" expression | function_block"#),
    Production("parameters", #""(" [ required [ "," defaulted ] [ "," ] | defaulted [ "," ] ] ")""#),
    Production("required", #"name { "," name }"#),
    Production("defaulted", #"name ":" expression { "," name ":" expression }"#),
  ]

  private static let expressions = [
    Production("expression", "function_literal | \(OperatorTable.levels[0].rule)"),
    Production("function_literal", #""fn" parameters body"#),
    Production(
      "pipe_target", #"( name | "(" expression ")" ) { index | field } [ arguments ]"#),
  ]

  /// One rule per level of the operator table.
  private static let operators = OperatorTable.levels.indices.map { index in
    let level = OperatorTable.levels[index]
    let tighter = index + 1 < OperatorTable.levels.count ? OperatorTable.levels[index + 1].rule : "operand"
    let spellings = level.spellings.map { "\"\($0)\"" }.joined(separator: " | ")
    let sign = level.spellings.count > 1 ? "( \(spellings) )" : spellings
    let definition =
      switch (level.form, level.associativity) {
      case (.pipe, _): "\(tighter) { \(sign) pipe_target }"
      case (.range, _): "\(tighter) [ \(sign) \(tighter) [ \"\(OperatorTable.stepWord)\" \(tighter) ] ]"
      case (_, .prefix): "\(sign) \(level.rule) | \(tighter)"
      // The right operand may have a sign, which is an operator of the next looser level.
      case (_, .right): "\(tighter) [ \(sign) \(OperatorTable.levels[index - 1].rule) ]"
      case (_, .none): "\(tighter) [ \(sign) \(tighter) ]"
      case (_, .left): "\(tighter) { \(sign) \(tighter) }"
      }
    return Production(level.rule, definition)
  }

  private static let operands = [
    Production("operand", "number | primary { suffix }"),
    Production("primary", #"name | "true" | "false" | "none" | string | "(" expression ")" | list"#),
    Production("suffix", "arguments | index | field"),
    Production("arguments", #""(" [ positional [ "," named ] [ "," ] | named [ "," ] ] ")""#),
    Production("positional", #"expression { "," expression }"#),
    Production("named", #"name ":" expression { "," name ":" expression }"#),
    Production("index", #""[" expression "]""#),
    Production("field", #""." name"#),
    Production("list", #""[" [ expression { "," expression } [ "," ] ] "]""#),
    Production("string", "quote { text | escape | interpolation } quote"),
    Production("path", "quote { text | escape } quote"),
    Production("interpolation", #""{" expression "}""#),
  ]

  private static let lexical = [
    Production(
      "name",
      "letters of any script, digits and `_`, not beginning with a digit, and not a keyword; in backquotes, any other "
        + "text on one line, such as the name of a column", isLexical: true),
    Production(
      "number", "`1`, `1_000`, `1.5`, `.5`, `1e-3`, `inf`, `nan`; an underscore must be between digits",
      isLexical: true),
    Production("newline", "the end of a line; ignored inside `( )` and `[ ]`", isLexical: true),
    Production("quote", "`\"`", isLexical: true),
    Production("text", "any characters except `\"`, `{` and `\\`; may include line breaks", isLexical: true),
    Production("escape", #"`\n`, `\t`, `\"`, `\\`, `\{`, `\u{1F600}`"#, isLexical: true),
  ]
}
