// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The words that may be inserted in an expression, the most specific ones first: arguments, columns, choices, variables,
/// functions, keywords.
struct CompletionWords {
  let interpreter: Interpreter
  /// The names that the entry assigns before the cursor.
  let locals: [String]

  private var registry: Registry { interpreter.registry }

  /// Returns the words for a position.
  ///
  /// - Parameters:
  ///   - call: The innermost call around the cursor.
  ///   - lead: What precedes the word.
  ///   - isEmpty: Whether nothing of the word has been typed. Then only what the call expects is returned.
  func candidates(in call: Cursor.CallContext?, after lead: Cursor.Lead, isEmpty: Bool) -> [String] {
    switch lead {
    case .nothing: return []
    case .operand: return [Keyword.and, .or, .in].map(\.rawValue)
    case .include: return quotedScripts
    case .pipe(let source): return functions(taking: source)
    case .index(let source):
      let columns = interpreter.textIndices(of: source).map { quoted($0) }
      return columns + variables.map(\.name) + (isEmpty && !columns.isEmpty ? [] : names(for: []))
    case .statement: return variables.map(\.name) + registry.names.sorted() + Keyword.allCases.map(\.rawValue)
    case .infix, .value: break
    }
    guard let call else { return variables.map(\.name) + names(for: []) }
    if case .function(let function)? = interpreter.quietValue(of: call.callee) {
      return candidates(of: function, in: call, isEmpty: isEmpty)
    }
    guard let entries = entries(for: call) else { return variables.map(\.name) + names(for: []) }
    let expected = self.expected(by: entries, in: call)
    let arguments = call.isAtStart && call.argument == nil ? freeArguments(of: entries, in: call) : []
    let columns = columns(for: expected, of: entries, in: call)
    let values = columns + values(for: expected.filter { !takesOnly(columns, for: $0) }, hasColumns: !columns.isEmpty)
    if isEmpty {
      let isRequired = call.argument != nil || expected.contains { $0.standard == nil }
      if !columns.isEmpty, isRequired || !expected.contains(where: \.namesFileColumns) { return columns }
      return isRequired && !values.isEmpty ? values : arguments.isEmpty ? values : arguments
    }
    if lead == .infix { return values + variables.map(\.name) + names(for: []) }
    let isClosed =
      expected.allSatisfy { $0.type.isClosed || takesOnly(columns, for: $0) } && !takesMore(entries, in: call)
    return arguments + values + (isClosed ? [] : variables.map(\.name) + names(for: expected.map(\.type)))
  }

  /// Returns the sources of strings that may be the argument at the cursor, without quotes: paths or columns.
  func texts(in call: Cursor.CallContext, beginningWith path: String) -> [String] {
    guard let entries = entries(for: call) else { return [] }
    let expected = expected(by: entries, in: call)
    if expected.contains(where: \.isPath) { return interpreter.literalPaths(beginningWith: path) }
    return (namedColumns(for: expected, of: entries, in: call) + topics(for: expected.map(\.type))).map(
      \.sourceInQuotes)
  }

  /// Returns the overloads of the builtin that is called, or nil if it is none.
  private func entries(for call: Cursor.CallContext) -> [Builtin]? {
    switch interpreter.quietValue(of: call.callee) ?? registry[call.callee].map(Value.builtin) {
    case .builtin(let overloads): interpreter.entries(overloads, for: call)
    default: nil
    }
  }

  private func candidates(of function: Function, in call: Cursor.CallContext, isEmpty: Bool) -> [String] {
    let parameters = function.literal.parameters.map(\.name.text)
    let free = parameters.dropFirst(call.earlier.count - call.given.count).filter { !call.given.contains($0) }
    let arguments = call.isAtStart && call.argument == nil ? free.map { "\($0): " } : []
    if isEmpty, !arguments.isEmpty { return arguments + variables.map(\.name) }
    return arguments + variables.map(\.name) + names(for: [])
  }

  /// Returns the paths of scripts in quotes, or a quote if there are none.
  private var quotedScripts: [String] {
    let scripts = interpreter.scripts(beginningWith: "").map { quoted($0) }
    return scripts.isEmpty ? ["\""] : scripts
  }

  /// Returns the functions whose first parameter accepts the value of an expression.
  private func functions(taking source: String) -> [String] {
    let own = variables.filter { variable in
      switch variable.value {
      case .function, .builtin, nil: true
      default: false
      }
    }
    let builtins = registry.builtins.values.filter { overloads in
      // Nothing is known about the values of local variables, which may hide global ones.
      overloads.entries.contains { interpreter.mayPass(locals.contains(source) ? "" : source, to: $0) }
    }
    return own.map(\.name) + builtins.map(\.name).sorted()
  }

  /// Returns the parameters that the argument at the cursor may belong to. After a named argument, the next ones are
  /// expected to be named too.
  private func expected(by entries: [Builtin], in call: Cursor.CallContext) -> [Parameter] {
    entries.compactMap { entry in
      guard let parameter = entry.parameters(of: call.arguments).last ?? nil else { return nil }
      return call.argument == nil && !call.given.isEmpty && !parameter.isRest ? nil : parameter
    }
  }

  /// Whether the argument at the cursor may be one that belongs to no parameter.
  private func takesMore(_ entries: [Builtin], in call: Cursor.CallContext) -> Bool {
    call.argument.map { name in
      entries.contains { entry in entry.extra != nil && !entry.parameters.contains { $0.name == name } }
    } ?? false
  }

  /// Returns the names of the arguments that the call does not have yet, each with its colon.
  private func freeArguments(of entries: [Builtin], in call: Cursor.CallContext) -> [String] {
    let positional = call.earlier.count - call.given.count
    let names = entries.flatMap { $0.parameters.dropFirst(positional).filter { !$0.isRest }.map(\.name) }
    let extras = entries.contains { $0.extra?.function != nil } ? parameters(of: call.first) : []
    var seen = Set(call.given)
    return (names + extras).filter { seen.insert($0).inserted }.map { "\($0): " }
  }

  /// Returns the columns that an argument may name and that no other argument names.
  private func namedColumns(
    for parameters: [Parameter], of entries: [Builtin], in call: Cursor.CallContext
  ) -> [String] {
    let all =
      parameters.contains(where: \.namesFileColumns)
      ? interpreter.fileColumns(for: call)
      : parameters.contains(where: \.namesColumns) ? interpreter.columns(of: call.first) : []
    let used = entries.flatMap { entry in
      zip(call.arguments, entry.parameters(of: call.arguments)).flatMap { argument, parameter in
        parameter?.namesColumns == true ? argument.words : []
      }
    }
    return all.filter { !used.contains($0) }
  }

  /// Returns the code that stands for the columns that are visible in an argument.
  private func columns(
    for parameters: [Parameter], of entries: [Builtin], in call: Cursor.CallContext
  ) -> [String] {
    let named = namedColumns(for: parameters, of: entries, in: call)
    if !named.isEmpty {
      let needsQuotes = parameters.contains(where: \.namesFileColumns)
      return named.map { needsQuotes ? quoted($0) : nameCode($0) ?? quoted($0) }
    }
    let isMasked =
      parameters.contains { $0.masking != .none }
      || (takesMore(entries, in: call) && entries.contains { $0.extra.map { $0.masking != .none } == true })
    guard isMasked, let first = call.first else { return [] }
    return interpreter.columns(of: first).compactMap(nameCode)
  }

  /// Whether a bare name can only be a column, even if there is a variable of this name.
  private func takesOnly(_ columns: [String], for parameter: Parameter) -> Bool {
    !columns.isEmpty && parameter.type.namesColumns
  }

  /// Returns the values that suit the parameters: choices, words, and variables of the right type, or functions that
  /// make such values. Where columns are expected, they hide variables.
  private func values(for parameters: [Parameter], hasColumns: Bool) -> [String] {
    let types = parameters.map(\.type)
    let choices = types.flatMap { type in
      type.words + type.families.flatMap { registry.choices[$0] ?? [] } + (type.isBoolean ? ["true", "false"] : [])
    }
    let fitting = variables.filter { variable in
      variable.value.map { value in types.contains { $0.suits(value) } } ?? true
    }
    let makers =
      !hasColumns && fitting.isEmpty && choices.isEmpty
      ? types.compactMap(\.objectName).flatMap { self.makers(of: $0) } : []
    return choices + topics(for: types).compactMap(nameCode) + fitting.map(\.name) + makers
  }

  /// Returns the topics of the manual if an argument is one.
  private func topics(for types: [ParameterType]) -> [String] {
    types.contains(where: \.isAnyWord) ? interpreter.manual.topics.sorted() : []
  }

  /// Returns the builtins that make objects of a type, such as networks.
  private func makers(of type: String) -> [String] {
    let phrase = ParameterType.object(type).description
    return registry.builtins.values.filter { $0.entries.contains { $0.result == phrase } }.map(\.name)
  }

  /// Returns the parameters of a function, given its literal or its name.
  private func parameters(of source: String?) -> [String] {
    guard let source, let expression = interpreter.expression(in: source) else { return [] }
    if case .function(let literal) = expression.kind { return literal.parameters.map(\.name.text) }
    let value = interpreter.quietValue(of: expression) ?? registry[source].map(Value.builtin)
    return value?.callables.flatMap { $0.formals.list.map(\.name) } ?? []
  }

  /// The variables, the local ones first. The values of local ones are not known.
  private var variables: [(name: String, value: Value?)] {
    locals.map { ($0, nil) } + interpreter.globals.filter { !locals.contains($0.name) }.map { ($0.name, $0.value) }
  }

  /// Returns the names of builtins and the keywords that may begin a value of one of the types, or any value if there
  /// are no types.
  private func names(for types: [ParameterType]) -> [String] {
    let keywords: [(Keyword, ParameterType)] = [
      (.fn, .function), (.not, .boolean), (.true, .boolean), (.false, .boolean), (.none, .exactlyNone),
    ]
    let builtins = registry.builtins.values.filter { overloads in
      types.isEmpty
        || overloads.entries.contains { entry in types.contains { $0.takesFunctions || $0.mayBe(entry.result) } }
    }
    let words = keywords.filter { _, type in
      types.isEmpty || types.contains { $0.members.contains { $0.description == type.description || $0.isAny } }
    }
    return (builtins.map(\.name) + words.map(\.0.rawValue)).sorted()
  }
}

extension String {
  /// The source of the text in a string literal, without the quotes.
  var sourceInQuotes: String { String(quoted(self).dropFirst().dropLast()) }
}

extension ParameterType {
  fileprivate var isAny: Bool { if case .any = self { true } else { false } }

  /// Whether the bare name of a function may be the argument.
  fileprivate var takesFunctions: Bool {
    members.contains { member in
      switch member {
      case .function, .any: true
      default: false
      }
    }
  }

  fileprivate var isBoolean: Bool { members.contains { if case .boolean = $0 { true } else { false } } }

  /// The type of the domain objects that the type accepts, or nil.
  fileprivate var objectName: String? {
    members.lazy.compactMap { if case .object(let name) = $0 { name } else { nil } }.first
  }

  /// Whether the legal values are listed, so that other names need not be offered.
  fileprivate var isClosed: Bool { isBoolean && members.count <= 2 || !words.isEmpty || !families.isEmpty }
}

extension Cursor {
  /// Returns the names that a text assigns: variables, loop variables and parameters.
  static func assignedNames(in text: String) -> [String] {
    let tokens = tokenize(Source(name: "", text: text))
    var names: [String] = []
    var isParameter = false
    for (index, token) in tokens.enumerated() {
      if token.kind == .keyword(.fn) { isParameter = true }
      if token.kind == .symbol(.rightParenthesis) { isParameter = false }
      guard case .name(let name) = token.kind, index + 1 < tokens.count else { continue }
      let next = tokens[index + 1].kind
      let isLoop = index > 0 && tokens[index - 1].kind == .keyword(.for)
      let isListed = isParameter && [.symbol(.comma), .symbol(.colon), .symbol(.rightParenthesis)].contains(next)
      if next == .symbol(.equals) || isLoop || isListed, !names.contains(name) { names.append(name) }
    }
    return names
  }
}
