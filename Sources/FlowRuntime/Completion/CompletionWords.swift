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
  ///   - isEmpty: Whether nothing of the word has been typed. Then only what the call expects is returned.
  func candidates(in call: Cursor.CallContext?, isEmpty: Bool) -> [String] {
    guard let call else { return variables.map(\.name) + names + Keyword.allCases.map(\.rawValue) }
    let value = interpreter.quietValue(of: call.callee)
    if case .function(let function)? = value { return candidates(of: function, in: call, isEmpty: isEmpty) }
    guard case .builtin(let overloads)? = value ?? registry[call.callee].map(Value.builtin) else {
      return variables.map(\.name) + names
    }
    let entries = self.entries(overloads, for: call)
    let expected = self.expected(by: entries, in: call)
    let arguments = call.isAtStart && call.argument == nil ? freeArguments(of: entries, in: call) : []
    let values = values(for: expected, of: entries, in: call)
    if isEmpty {
      let columns = interpreter.columns(of: call.first)
      if !columns.isEmpty, values.starts(with: columns) { return columns }
      let isRequired = call.argument != nil || expected.contains { $0.standard == nil }
      return isRequired && !values.isEmpty ? values : arguments.isEmpty ? values : arguments
    }
    let isClosed = !expected.isEmpty && expected.allSatisfy { $0.type.isClosed }
    return arguments + values + (isClosed ? [] : variables.map(\.name) + names)
  }

  private func candidates(of function: Function, in call: Cursor.CallContext, isEmpty: Bool) -> [String] {
    let parameters = function.literal.parameters.map(\.name.text)
    let free = parameters.dropFirst(call.position - call.given.count).filter { !call.given.contains($0) }
    let arguments = call.isAtStart && call.argument == nil ? free.map { "\($0): " } : []
    if isEmpty, !arguments.isEmpty { return arguments + variables.map(\.name) }
    return arguments + variables.map(\.name) + names
  }

  /// Returns the overloads that match the first argument, or all of them if its type is unknown.
  private func entries(_ overloads: Overloads, for call: Cursor.CallContext) -> [Builtin] {
    guard overloads.entries.count > 1, let first = call.first, let isTable = interpreter.isTable(first) else {
      return overloads.entries
    }
    let fitting = overloads.entries.filter { $0.parameters.first?.type.admitsTable == isTable }
    return fitting.isEmpty ? overloads.entries : fitting
  }

  /// Returns the parameters that the argument at the cursor may belong to.
  private func expected(by entries: [Builtin], in call: Cursor.CallContext) -> [Parameter] {
    if let argument = call.argument { return entries.flatMap(\.parameters).filter { $0.name == argument } }
    return entries.compactMap { entry in
      call.position < entry.parameters.count ? entry.parameters[call.position] : entry.parameters.last { $0.isRest }
    }
  }

  /// Returns the names of the arguments that the call does not have yet, each with its colon.
  private func freeArguments(of entries: [Builtin], in call: Cursor.CallContext) -> [String] {
    let positional = call.position - call.given.count
    let names = entries.flatMap { $0.parameters.dropFirst(positional).filter { !$0.isRest }.map(\.name) }
    let extras = entries.contains { $0.extra?.function != nil } ? parameters(of: call.first) : []
    var seen = Set(call.given)
    return (names + extras).filter { seen.insert($0).inserted }.map { "\($0): " }
  }

  /// Returns the values that suit the parameters: columns, choices, words, and variables of the right type.
  private func values(for parameters: [Parameter], of entries: [Builtin], in call: Cursor.CallContext) -> [String] {
    let seesColumns = parameters.contains { $0.masking != .none || $0.type.namesColumns }
    let isExtra = parameters.isEmpty || call.argument.map { name in !parameters.contains { $0.name == name } } == true
    let masksExtra = isExtra && entries.contains { $0.extra.map { $0.masking != .none } == true }
    let columns = seesColumns || masksExtra ? interpreter.columns(of: call.first) : []
    let types = parameters.map(\.type)
    let choices = types.flatMap { type in
      type.words + type.families.flatMap { registry.choices[$0] ?? [] } + (type.isBoolean ? ["true", "false"] : [])
    }
    let fitting = variables.filter { variable in
      variable.value.map { value in types.contains { $0.suits(value) } } ?? true
    }
    // Where columns are expected, they hide variables.
    if !columns.isEmpty { return columns + choices + fitting.map(\.name) }
    let makers = types.compactMap(\.objectName).flatMap { self.makers(of: $0) }
    let files =
      parameters.contains(where: \.namesFileColumns) ? interpreter.fileColumns(for: call).map { quoted($0) } : []
    return files + choices + fitting.map(\.name) + (fitting.isEmpty && choices.isEmpty ? makers : [])
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

  /// The names and keywords that may occur in an argument, which excludes those of statements.
  private var names: [String] {
    let keywords: [Keyword] = [.fn, .not, .and, .or, .true, .false, .none]
    return (registry.names + keywords.map(\.rawValue)).sorted()
  }
}

extension ParameterType {
  fileprivate var admitsTable: Bool {
    members.contains { member in
      switch member {
      case .table, .any: true
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

  /// Whether a variable with this value may be the argument.
  fileprivate func suits(_ value: Value) -> Bool {
    members.contains { member in
      switch (member, value) {
      case (.any, _), (.number, .number), (.whole, .number), (.string, .string), (.boolean, .boolean), (.list, .list),
        (.list, .range), (.numbers, .list), (.numbers, .range), (.record, .record), (.table, .table),
        (.function, .function), (.exactlyNone, .none):
        true
      case (.object(let name), .object(let object)): object.typeName == name
      case (.choice(let family), .object(let object)), (.choices(let family), .object(let object)):
        object.typeName == family.name
      default: false
      }
    }
  }
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
