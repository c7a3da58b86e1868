// SPDX-License-Identifier: GPL-3.0-or-later

extension Parser {
  /// Parses `{ statement ... }`, which may begin on the next line.
  mutating func block(_ role: String) throws(Diagnostic) -> [Statement] {
    if let fault = foreignBlock() { throw fault }
    skipNewlines()
    guard take(.leftBrace) else { throw unexpected("'{'", label: "put \(role) in braces: { ... }") }
    return try nested { parser throws(Diagnostic) in
      var statements: [Statement] = []
      parser.skipSeparators()
      while !parser.at(.rightBrace) {
        guard parser.current.kind != .end else { throw parser.unexpected("'}'") }
        statements.append(try parser.separatedStatement())
        parser.skipSeparators()
      }
      parser.advance()
      return statements
    }
  }

  /// Parses `fn name(parameters) = expression` or `fn name(parameters) { ... }`.
  mutating func namedFunction() throws(Diagnostic) -> Statement.Kind {
    let start = advance().range.start
    let name = try expectName("the function name")
    return .function(name, try function(from: start))
  }

  /// Parses `fn(parameters) = expression` or `fn(parameters) { ... }`.
  mutating func functionLiteral() throws(Diagnostic) -> FunctionLiteral {
    let start = advance().range.start
    if case .name(let name) = current.kind {
      throw fault(
        "named-function-literal", "a function inside an expression cannot have a name", current.range,
        label: "write fn(...), or begin the statement with fn \(name)")
    }
    if case .keyword = current.kind { _ = try expectName("a function name") }
    return try function(from: start)
  }

  /// Parses parameters and body. `break` and `continue` in the body do not apply to loops around the function.
  private mutating func function(from start: Int) throws(Diagnostic) -> FunctionLiteral {
    let parameters = try self.parameters()
    let outerLoops = loops
    loops = 0
    functions += 1
    let body = try functionBody()
    functions -= 1
    loops = outerLoops
    try grow()
    return FunctionLiteral(parameters: parameters, body: body, range: range(from: start))
  }

  private mutating func functionBody() throws(Diagnostic) -> [Statement] {
    skipNewlines()
    let sign = index
    guard take(.equals) else {
      if at(.leftBrace) { return try block("the body of 'fn'") }
      if at(.colon) { throw colonForBlock() }
      throw unexpected("'=' or '{'", label: "write the body as = expression or { ... }")
    }
    skipNewlines()
    if at(.leftBrace) {
      throw fault("stray-block", "a body in braces takes no '='", current.range, label: "leave '=' out")
    }
    if at(Keyword.if), let fault = conditionalBody(after: sign) { throw fault }
    let value = try nested { parser throws(Diagnostic) in try parser.expression() }
    return [Statement(.return(value), value.range)]
  }

  /// Returns the error for a body `= if ...`, whose `=` is at a token. A statement is a body only in braces.
  private func conditionalBody(after sign: Int) -> Diagnostic? {
    var reader = self
    guard let statement = try? reader.statement(), case .if(_, .some) = statement.kind else { return nil }
    let range = SourceRange(tokens[sign].range.start, statement.range.end)
    return fault(
      "if-as-operand", "'if' is a statement, which a body holds in braces", range,
      replacement: "{ \(source.text(in: statement.range)) }")
  }

  mutating func parameters() throws(Diagnostic) -> [FunctionParameter] {
    try expect(.leftParenthesis, label: "put the parameters in parentheses")
    var parameters: [FunctionParameter] = []
    while !at(.rightParenthesis) {
      let parameter = try self.parameter()
      if let first = parameters.first(where: { $0.name.text == parameter.name.text }) {
        var diagnostic = fault(
          "duplicate-parameter", "parameter '\(parameter.name.text)' appears twice", parameter.name.range)
        diagnostic.labels.append(Diagnostic.Label(source, first.name.range, "first named here"))
        throw diagnostic
      }
      if parameter.standard == nil, let last = parameters.last, last.standard != nil {
        throw fault(
          "parameter-order", "a parameter without a default follows one with a default", parameter.name.range,
          label: "put '\(parameter.name.text)' before '\(last.name.text)'")
      }
      parameters.append(parameter)
      guard take(.comma) else { break }
    }
    try expect(.rightParenthesis)
    return parameters
  }

  private mutating func parameter() throws(Diagnostic) -> FunctionParameter {
    let name = try expectName("a parameter name")
    if at(.equals) {
      throw fault(
        "equals-in-parameter", "a default is written with ':'", current.range, label: "write \(name.text): value")
    }
    guard take(.colon) else { return FunctionParameter(name: name) }
    return FunctionParameter(
      name: name, standard: try nested { parser throws(Diagnostic) in try parser.expression() })
  }
}
