// SPDX-License-Identifier: GPL-3.0-or-later

/// Syntax from another language, and what to write instead.
package struct Habit: Sendable {
  package let spelling: String
  package let place: Place
  /// The error message, without a full stop.
  package let message: String
  /// The fix, shown next to the carets.
  package let mend: String
  /// Whether the rest of the line is a comment in the other language and has to be skipped.
  let endsLine: Bool

  /// Where a spelling is treated as foreign syntax. Elsewhere a word is an ordinary name.
  package enum Place {
    /// Anywhere, because it is not a word.
    case sign
    /// At the start of a statement, with a name, a value or an opening bracket after a space.
    case head
    /// As a whole statement.
    case alone
    /// As an operand.
    case operand
    /// Where an operator is expected.
    case between
    /// Between the head of a block and the block.
    case beforeBlock
  }

  init(_ spelling: String, _ place: Place, _ message: String, _ mend: String, endsLine: Bool = false) {
    self.spelling = spelling
    self.place = place
    self.message = message
    self.mend = mend
    self.endsLine = endsLine
  }

  /// The code of the errors that foreign syntax leads to.
  package static let code = "foreign-syntax"

  /// All known foreign spellings.
  package static let table: [Habit] =
    signs + [
      Habit("def", .head, "'def' is written 'fn'", "fn name(x) { ... } or fn name(x) = ..."),
      Habit("function", .head, "'function' is written 'fn'", "fn name(x) { ... } or fn name(x) = ..."),
      Habit("func", .head, "'func' is written 'fn'", "fn name(x) { ... } or fn name(x) = ..."),
      Habit("let", .head, "an assignment takes no 'let'", "write name = value"),
      Habit("var", .head, "an assignment takes no 'var'", "write name = value"),
      Habit("const", .head, "an assignment takes no 'const'", "write name = value"),
      Habit("local", .head, "an assignment takes no 'local'", "write name = value"),
      Habit("global", .head, "names need no declaration", "write name = value"),
      Habit("elif", .head, "'elif' is written 'else if'", "write else if"),
      Habit("elseif", .head, "'elseif' is written 'else if'", "write else if"),
      Habit("unless", .head, "'unless' is written 'if not'", "write if not"),
      Habit("import", .head, "there are no imports", "builtins need no import; remove this line"),
      Habit("using", .head, "there are no imports", "builtins need no import; remove this line"),
      Habit("from", .head, "there are no imports", "builtins need no import; remove this line"),
      Habit("end", .alone, "a block does not end with 'end'", "put blocks in braces: { ... }"),
      Habit("pass", .alone, "there is no 'pass'", "an empty block is { }"),
      Habit("True", .operand, "'True' is written 'true'", "write true"),
      Habit("False", .operand, "'False' is written 'false'", "write false"),
      Habit("None", .operand, "'None' is written 'none'", "write none"),
      Habit("null", .operand, "'null' is written 'none'", "write none"),
      Habit("nil", .operand, "'nil' is written 'none'", "write none"),
      Habit("lambda", .operand, "'lambda' is written 'fn'", "write fn(x) = ..."),
      Habit("is", .between, "'is' is written '=='", "write =="),
      Habit("mod", .between, "'mod' is written '%'", "write %"),
      Habit("div", .between, "'div' is not an operator", "for integer division, write floor(a / b)"),
      Habit("xor", .between, "'xor' is not an operator", "for two booleans, write a != b"),
      Habit("then", .beforeBlock, "there is no 'then'", "put the block in braces: { ... }"),
      Habit("do", .beforeBlock, "there is no 'do'", "put the block in braces: { ... }"),
      Habit("begin", .beforeBlock, "there is no 'begin'", "put the block in braces: { ... }"),
    ]

  private static let signs: [Habit] = [
    Habit("&&", .sign, "'&&' is written 'and'", "write and"),
    Habit("&", .sign, "'&' is not an operator", "write and"),
    Habit("||", .sign, "'||' is written 'or'", "write or"),
    Habit("|", .sign, "'|' is not an operator", "write |> for a pipe, 'or' for a logical or"),
    Habit("%>%", .sign, "'%>%' is written '|>'", "write |>"),
    Habit("!", .sign, "'!' is written 'not'", "write not"),
    Habit("~", .sign, "'~' is not an operator", "write not"),
    Habit("**", .sign, "'**' is written '^'", "write ^"),
    Habit("===", .sign, "'===' is written '=='", "write =="),
    Habit("!==", .sign, "'!==' is written '!='", "write !="),
    Habit("<>", .sign, "'<>' is written '!='", "write !="),
    Habit("=<", .sign, "'=<' is written '<='", "write <="),
    Habit("=>", .sign, "'=>' is not an operator", "write >= for 'at least', fn(x) = ... for a function"),
    Habit("->", .sign, "'->' is not an operator", "a function is written fn(x) = ..."),
    Habit(":=", .sign, "':=' is written '='", "write x = value for an assignment, name: value for an argument"),
    Habit("+=", .sign, "'+=' is not an operator", "write x = x + ..."),
    Habit("-=", .sign, "'-=' is not an operator", "write x = x - ..."),
    Habit("*=", .sign, "'*=' is not an operator", "write x = x * ..."),
    Habit("/=", .sign, "'/=' is not an operator", "write x = x / ..., or != for 'is not equal'"),
    Habit("^=", .sign, "'^=' is not an operator", "write x = x ^ ..."),
    Habit("%=", .sign, "'%=' is not an operator", "write x = x % ..."),
    Habit("++", .sign, "'++' is not an operator", "write x = x + 1"),
    Habit("...", .sign, "a range has two dots", "write .."),
    Habit("…", .sign, "a range is written with two dots", "write .."),
    Habit(
      "//", .sign, "'//' is neither a comment nor an operator",
      "a comment begins with #; integer division is floor(a / b)", endsLine: true),
    Habit(
      "/*", .sign, "'/*' does not begin a comment", "a comment begins with # and ends with the line",
      endsLine: true),
    Habit("?", .sign, "'?' is not an operator", "write if condition { ... } else { ... }"),
    Habit("@", .sign, "'@' is not an operator", "write *, which multiplies element by element"),
    Habit("$", .sign, "names do not begin with '$'", "in a string, write {name}"),
    Habit("`", .sign, "'`' is not a quotation mark", "strings are written in double quotes"),
    Habit("\\", .sign, "a line needs no '\\' to continue", "it continues inside brackets and after an operator"),
    Habit("“", .sign, "this is a typographic quote", "write \""),
    Habit("”", .sign, "this is a typographic quote", "write \""),
    Habit("„", .sign, "this is a typographic quote", "write \""),
    Habit("‘", .sign, "this is a typographic quote", "write \""),
    Habit("’", .sign, "this is a typographic quote", "write \""),
    Habit("×", .sign, "'×' is written '*'", "write *"),
    Habit("·", .sign, "'·' is written '*'", "write *"),
    Habit("÷", .sign, "'÷' is written '/'", "write /"),
    Habit("−", .sign, "this is a typographic minus", "write -"),
    Habit("–", .sign, "this is a typographic dash", "write -"),
    Habit("≤", .sign, "'≤' is written '<='", "write <="),
    Habit("≥", .sign, "'≥' is written '>='", "write >="),
    Habit("≠", .sign, "'≠' is written '!='", "write !="),
  ]

  static let sign = lookup(.sign)
  static let head = lookup(.head)
  static let alone = lookup(.alone)
  static let operand = lookup(.operand)
  static let between = lookup(.between)
  static let beforeBlock = lookup(.beforeBlock)

  private static func lookup(_ place: Place) -> [String: Habit] {
    Dictionary(uniqueKeysWithValues: table.lazy.filter { $0.place == place }.map { ($0.spelling, $0) })
  }
}
