// SPDX-License-Identifier: GPL-3.0-or-later

/// Syntax from another language, and what to write instead.
package struct Habit: Sendable {
  package let spelling: String
  package let place: Place
  /// The error message, without a full stop.
  package let message: String
  /// The fix in words, shown next to the carets if no code can be offered. May be empty if the code is enough.
  package let advice: String
  /// The code to write instead, or nil if it depends on what the user means.
  let rewrite: Rewrite?
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

  /// The part of the source that is replaced, and by what. In the code, `$a` and `$b` are the operands.
  enum Rewrite: Sendable {
    /// The spelling itself.
    case word(String)
    /// The spelling and its two operands. Its rule in the operator table determines how tightly it binds.
    case operation(rule: String, String)
    /// The spelling and the operand before it.
    case suffix(String)
    /// The spelling and the value after it, which becomes the argument of a function.
    case call(String)
  }

  private init(
    _ spelling: String, _ place: Place, _ message: String, _ advice: String = "", _ rewrite: Rewrite? = nil,
    endsLine: Bool = false
  ) {
    self.spelling = spelling
    self.place = place
    self.message = message
    self.advice = advice
    self.rewrite = rewrite
    self.endsLine = endsLine
  }

  /// Creates a habit of writing a word or a sign that has another spelling here.
  private init(_ spelling: String, _ place: Place, for word: String) {
    self.init(spelling, place, "'\(spelling)' is written '\(word)'", "", .word(word))
  }

  /// Whether there is code to write instead.
  package var offersCode: Bool { rewrite != nil }

  /// The code that replaces the spelling, or nil if more than the spelling has to change.
  package var word: String? { if case .word(let word)? = rewrite { word } else { nil } }

  /// Whether the advice repeats the command.
  var isCommand: Bool { advice.contains("\(spelling) ...") }

  /// Whether the spelling stands before an assignment that needs no such word.
  var isDeclaration: Bool { Self.declarations.contains(spelling) }

  private static let declarations: Set<String> = ["let", "var", "const", "local", "export", "declare", "set", "begin"]

  /// Whether the spelling removes the variable after it.
  var isRemoval: Bool { Self.removals.contains(spelling) }

  private static let removals: Set<String> = ["unset", "del", "delete"]

  /// Returns the advice about a command that removes a variable.
  static func removal(of name: String) -> String { "at the prompt, write :forget \(name)" }

  /// The code of the errors that foreign syntax leads to.
  package static let code = "foreign-syntax"

  /// The code of the error about an index with a row and the position of a column, whose correction is for lists of rows.
  package static let matrixIndexCode = "matrix-index"

  /// All known foreign spellings.
  package static let table: [Habit] = signs + typography + words + commands

  private static let words: [Habit] = [
    Habit("def", .head, for: "fn"),
    Habit("function", .head, for: "fn"),
    Habit("func", .head, for: "fn"),
    Habit("let", .head, "an assignment takes no 'let'", "", .word("")),
    Habit("var", .head, "an assignment takes no 'var'", "", .word("")),
    Habit("const", .head, "an assignment takes no 'const'", "", .word("")),
    Habit("local", .head, "an assignment takes no 'local'", "", .word("")),
    Habit(
      "global", .head, "names need no declaration",
      "leave it out: a loop changes the variables around it, and a function can return a value"),
    Habit("begin", .head, "there is no 'begin'", "put blocks in braces: { ... }"),
    Habit("NOT", .head, for: "not"),
    Habit("raise", .head, "errors are raised by assert", "write assert false, \"message\""),
    Habit("throw", .head, "errors are raised by assert", "write assert false, \"message\""),
    Habit("case", .head, "there is no 'case'", "write if x == 1 { ... } else if x == 2 { ... }"),
    Habit("elif", .head, for: "else if"),
    Habit("elseif", .head, for: "else if"),
    Habit("unless", .head, "'unless' is written 'if not'", "", .word("if not")),
    Habit(
      "import", .head, "there is nothing to import", "builtins need no import; your own files: include \"file.gf\""),
    Habit("using", .head, "there is nothing to import", "builtins need no import; your own files: include \"file.gf\""),
    Habit("from", .head, "there is nothing to import", "builtins need no import; your own files: include \"file.gf\""),
    Habit("end", .alone, "a block does not end with 'end'", "put blocks in braces: { ... }"),
    Habit("pass", .alone, "there is no 'pass'", "an empty block is { }"),
    Habit("True", .operand, for: "true"),
    Habit("False", .operand, for: "false"),
    Habit("TRUE", .operand, for: "true"),
    Habit("FALSE", .operand, for: "false"),
    Habit("None", .operand, for: "none"),
    Habit("null", .operand, for: "none"),
    Habit("NULL", .operand, for: "none"),
    Habit("nil", .operand, for: "none"),
    Habit("CASE", .operand, "there is no 'case'", "write map(x, fn(v) { if v > 1 { 2 } else { 3 } }) for a column x"),
    Habit("lambda", .operand, "'lambda' is written 'fn'", "write fn(x) = ..."),
    Habit("is", .between, for: "=="),
    Habit("AND", .between, for: "and"),
    Habit("OR", .between, for: "or"),
    Habit("like", .between, "'like' is not an operator", "write starts_with, ends_with or contains"),
    Habit("between", .between, "'between' is not an operator", "write x >= a and x <= b"),
    Habit("mod", .between, for: "%"),
    Habit("div", .between, "'div' is not an operator", "", .operation(rule: "product", "floor($a / $b)")),
    Habit("xor", .between, "'xor' is not an operator", "", .operation(rule: "comparison", "$a != $b")),
    Habit("then", .beforeBlock, "there is no 'then'", "put the block in braces: { ... }"),
    Habit("do", .beforeBlock, "there is no 'do'", "put the block in braces: { ... }"),
    Habit("begin", .beforeBlock, "there is no 'begin'", "put the block in braces: { ... }"),
  ]

  /// Words that begin a statement or a command in other languages and in shells.
  private static let commands: [Habit] =
    ["man", "info", "help", "which", "doc"].map {
      Habit($0, .head, "'\($0)' is not a command", "at the prompt, ?flow shows the page about flow", .call("help"))
    }
    + [
      "ls", "cat", "head", "tail", "less", "more", "rm", "mkdir", "cp", "mv", "grep", "git", "python", "python3", "awk",
      "sed", "wc", "uniq", "cut", "touch", "chmod", "tree", "du", "curl", "wget", "ssh", "make", "tar", "sudo",
    ].map {
      Habit(
        $0, .head, "'\($0)' is a shell command", "at the prompt, write !\($0) ...; read(\"file\") reads a table")
    }
    + ["source", "run", "gradflow"].map {
      Habit($0, .head, "'\($0)' is not a command", "write include \"file.gf\"; at the prompt also :load file.gf")
    }
    + ["vim", "vi", "nano", "edit"].map {
      Habit($0, .head, "'\($0)' is not a command", "at the prompt, write :edit, or !\($0) file")
    }
    + ["export", "declare", "set"].map {
      Habit(
        $0, .head, "'\($0)' is not a command", "write name = value or seed(1); the program's settings: :set name value")
    }
    + removals.map { Habit($0, .head, "'\($0)' is not a command", removal(of: "name")) }
    + ["SELECT", "select"].map {
      Habit($0, .head, "tables are not queried with SQL", "write where(t, a > 1) |> select(a, b)")
    }
    + ["hold", "close", "clear", "clearvars", "axis", "grid", "clc"].map {
      Habit(
        $0, .head, "'\($0)' is not a command",
        "leave it out: plot draws each plot anew; at the prompt, :forget x removes a variable")
    }
    + ["class", "struct"].map {
      Habit(
        $0, .head, "there are no classes", "values are grouped by record(a: 1); networks are built by mlp and sequence")
    }
    + ["repeat", "loop", "do"].map {
      Habit($0, .head, "there is no '\($0)'", "write while true { ... break ... }")
    }
    + [
      Habit("INSERT", .head, "tables are not changed with SQL", "write t = concat(t, table([record(a: 1)]))"),
      Habit("UPDATE", .head, "tables are not changed with SQL", "write t = with(t, a: a + 1)"),
      Habit("DELETE", .head, "tables are not changed with SQL", "write t = where(t, not (a > 1))"),
      Habit("CREATE", .head, "tables are not made with SQL", "write t = table([record(a: 1, b: 2)])"),
      Habit("DROP", .head, "tables are not removed with SQL", "at the prompt, write :forget t"),
      Habit("new", .head, "there is no 'new'", "", .word("")),
      Habit("cd", .head, "'cd' is a shell command", "at the prompt, write :cd folder"),
      Habit("time", .head, "'time' is not a command", "at the prompt, write :time expression"),
      Habit(
        "load", .head, "'load' is not a command", "write read(\"file.csv\") for a table, include \"file.gf\" for code"),
      Habit("open", .head, "'open' is not a command", "write read(\"file.csv\")"),
      Habit("until", .head, "there is no 'until'", "write while not condition { ... }"),
      Habit("foreach", .head, "'foreach' is written 'for'", "write for i in values { ... }", .word("for")),
      Habit("try", .head, "errors cannot be caught", "there is no 'try'"),
      Habit("with", .head, "there is no 'with' statement", "read(\"file\") reads a whole file"),
      Habit("switch", .head, "there is no 'switch'", "write if x == 1 { ... } else if x == 2 { ... }"),
      Habit("match", .head, "there is no 'match'", "write if x == 1 { ... } else if x == 2 { ... }"),
      Habit("seq", .head, "'seq' is not a command", "a range is written 1..10"),
      Habit("format", .head, "'format' is not a command", "write :set format csv"),
      Habit("pip", .head, "there is nothing to import", "the program contains all its functions"),
      Habit("pkg", .head, "there is nothing to import", "builtins need no import; your own files: include \"file.gf\""),
    ]

  private static let signs: [Habit] = [
    Habit("&&", .sign, for: "and"),
    Habit("&", .sign, "'&' is not an operator", "", .word("and")),
    Habit("||", .sign, for: "or"),
    Habit("|", .sign, "'|' is not an operator", "write |> for a pipe, 'or' for a logical or, abs(x) for |x|"),
    Habit("%>%", .sign, for: "|>"),
    Habit("%*%", .sign, "'%*%' is not an operator", "", .operation(rule: "product", "matmul($a, $b)")),
    Habit("%in%", .sign, "'%in%' is not an operator", "", .operation(rule: "comparison", "contains($b, $a)")),
    Habit("%%", .sign, for: "%"),
    Habit("%/%", .sign, "'%/%' is not an operator", "", .operation(rule: "product", "floor($a / $b)")),
    Habit("@", .sign, "'@' is not an operator", "write matmul(a, b)", .operation(rule: "product", "matmul($a, $b)")),
    Habit(".*", .sign, "'*' already works element by element", "", .word("*")),
    Habit("./", .sign, "'/' already works element by element", "", .word("/")),
    Habit(".^", .sign, "'^' already works element by element", "", .word("^")),
    Habit(".+", .sign, "'+' already works element by element", "", .word("+")),
    Habit(".>", .sign, "'>' already works element by element", "", .word(">")),
    Habit(".<", .sign, "'<' already works element by element", "", .word("<")),
    Habit(".=", .sign, "'.=' is written '='", "", .word("=")),
    Habit(".-", .sign, "'-' already works element by element", "", .word("-")),
    Habit("!", .sign, "'!' is written 'not'", "write not", .suffix("product(1..$a)")),
    Habit("~", .sign, "'~' is not an operator", "write not x, or fn(x) = ... for a function"),
    Habit("**", .sign, for: "^"),
    Habit("===", .sign, for: "=="),
    Habit("!==", .sign, for: "!="),
    Habit("<>", .sign, for: "!="),
    Habit("~=", .sign, for: "!="),
    Habit("=<", .sign, for: "<="),
    Habit("=>", .sign, "'=>' is not an operator", "write >= for 'at least', fn(x) = ... for a function"),
    Habit("->", .sign, "'->' is not an operator", "a function is written fn(x) = ..."),
    Habit(":=", .sign, "':=' is written '='", "write x = value for an assignment, name: value for an argument"),
    Habit("<<-", .sign, for: "="),
    Habit("+=", .sign, "'+=' is not an operator", "write x = x + ..."),
    Habit("-=", .sign, "'-=' is not an operator", "write x = x - ..."),
    Habit("*=", .sign, "'*=' is not an operator", "write x = x * ..."),
    Habit("/=", .sign, "'/=' is not an operator", "write x = x / ..., or != for 'is not equal'"),
    Habit("^=", .sign, "'^=' is not an operator", "write x = x ^ ..."),
    Habit("%=", .sign, "'%=' is not an operator", "write x = x % ..."),
    Habit("++", .sign, "'++' is not an operator", "write x = x + 1, or concat(a, b) for lists"),
    Habit("...", .sign, "a range has two dots", "write ..; a line continues after an operator", .word("..")),
    Habit(
      "//", .sign, "'//' is neither a comment nor an operator",
      "a comment begins with #; integer division is floor(a / b)", endsLine: true),
    Habit(
      "/*", .sign, "'/*' does not begin a comment", "a comment begins with # and ends with the line",
      endsLine: true),
    Habit("?", .sign, "'?' is not an operator", "write if condition { ... } else { ... }"),
    Habit("$", .sign, "names do not begin with '$'", "a field is written t.name; in a string, write {name}"),
    Habit("`", .sign, "'`' is not a quotation mark", "strings are written in double quotes"),
    Habit(
      "\\", .sign, "'\\' is not an operator and is not needed to continue a line",
      "a line continues inside brackets and after an operator"),
  ]

  /// Signs that are not on a keyboard.
  private static let typography: [Habit] = [
    Habit("…", .sign, "a range is written with two dots", "", .word("..")),
    Habit("“", .sign, "this is a typographic quote", "", .word("\"")),
    Habit("”", .sign, "this is a typographic quote", "", .word("\"")),
    Habit("„", .sign, "this is a typographic quote", "", .word("\"")),
    Habit("‘", .sign, "this is a typographic quote", "", .word("\"")),
    Habit("’", .sign, "this is a typographic quote", "", .word("\"")),
    Habit("×", .sign, for: "*"),
    Habit("·", .sign, for: "*"),
    Habit("÷", .sign, "'÷' is not an operator", "write / to divide, floor(a / b) for a whole number", .word("/")),
    Habit("−", .sign, "this is a typographic minus", "", .word("-")),
    Habit("–", .sign, "this is a typographic dash", "", .word("-")),
    Habit("≤", .sign, for: "<="),
    Habit("≥", .sign, for: ">="),
    Habit("≠", .sign, for: "!="),
    Habit("∞", .sign, for: "inf"),
    Habit("²", .sign, for: "^2"),
    Habit("³", .sign, for: "^3"),
    Habit("√", .sign, "'√' is written sqrt", "write sqrt(x)"),
    Habit("→", .sign, "'→' is not an operator", "a function is written fn(x) = ..., a pipe x |> f()"),
    Habit("←", .sign, for: "="),
    Habit("∈", .sign, "'∈' is not an operator", "", .operation(rule: "comparison", "contains($b, $a)")),
  ]

  /// The quote that transposes a matrix. It is no entry of the table, because it also begins a string.
  static let transpose = Habit("'", .sign, "a quote does not transpose", "", .suffix("transpose($a)"))

  /// The letters before the quote of a string in other languages.
  static let stringPrefixes: Set<String> = ["f", "r", "b", "u", "fr", "rf", "br", "rb"]

  /// The letters after a number that denote its type in other languages.
  static let numberSuffixes: Set<String> = ["L", "l", "f", "f0", "F", "u", "n", "d"]

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
