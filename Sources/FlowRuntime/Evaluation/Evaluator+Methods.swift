// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Corrections of calls in the style of object-oriented languages.
extension Evaluator {
  /// Evaluates what is called. If it is a field that does not exist, as in `x.append(4)`, the error offers the function.
  func function(
    _ callee: Expression, _ arguments: [Argument], _ range: SourceRange, _ scope: Scope
  ) throws(Diagnostic) -> Value {
    guard case .field(let base, let name) = callee.kind else { return try evaluate(callee, scope) }
    if let module = base.modulePath, scope.value(of: module[0]) == nil, registry[module[0]] == nil {
      throw missingModule(module.joined(separator: "."), name.text, arguments, range)
        ?? unknownName(module[0], base.range, scope)
    }
    let object = own(try evaluate(base, scope))
    do throws(Diagnostic) {
      return try attempt(name.range) { () throws(Complaint) in try object.field(name.text) }
    } catch {
      guard ["unknown-field", "unknown-column"].contains(error.code) else { throw error }
      throw method(name.text, of: base, arguments, range) ?? error
    }
  }

  /// Evaluates a field. If it does not exist, and there is a function of this name, the error offers the function.
  func field(
    _ name: Name, of base: Expression, _ range: SourceRange, _ scope: Scope
  ) throws(Diagnostic) -> Value {
    if let module = base.modulePath, scope.value(of: module[0]) == nil, registry[module[0]] == nil,
      registry[name.text] != nil
    {
      throw Complaint("unknown-name", "there is no module '\(module.joined(separator: "."))'", replacement: name.text)
        .at(place(range))
    }
    let object = own(try evaluate(base, scope))
    do throws(Diagnostic) {
      return try attempt(name.range) { () throws(Complaint) in try object.field(name.text) }
    } catch {
      guard ["unknown-field", "unknown-column"].contains(error.code) else { throw error }
      let text = [source.text(in: base.range)]
      if let function = ForeignFunction.named(method: name.text) {
        throw function.complaint(error.code, error.message, text).at(place(range))
      }
      guard error.labels.first?.replacement == nil,
        let function = registry[name.text]?.name ?? Synonym.of(name.text, among: registry.names)
      else { throw error }
      throw complaint(error.code, error.message, offering: function, text, [nil]).at(place(range))
    }
  }

  /// Returns the error about a method for which there is a function.
  private func method(
    _ name: String, of base: Expression, _ arguments: [Argument], _ range: SourceRange
  ) -> Diagnostic? {
    let texts = [source.text(in: base.range)] + texts(arguments)
    let message = "functions are not called with a dot"
    if let function = ForeignFunction.named(method: name) {
      return function.complaint("method-call", message, texts).at(place(range))
    }
    guard let function = registry[name]?.name ?? Synonym.of(name, among: registry.names) else { return nil }
    return complaint("method-call", message, offering: function, texts, [nil] + arguments.map { $0.name?.text })
      .at(place(range))
  }

  /// Returns an error that offers the call of a function as code, or in words if the arguments do not suit the function.
  private func complaint(
    _ code: String, _ message: String, offering function: String, _ arguments: [String], _ names: [String?]
  ) -> Complaint {
    let isLegal = registry[function]?.entries.contains { (try? $0.formals.match(names)) != nil } == true
    if isLegal { return Complaint(code, message, replacement: call(function, arguments)) }
    return Complaint(
      code, message, label: "write \(call(function, arguments.prefix(1) + ["..."]))",
      notes: registry[function].map { [$0.summary] } ?? [])
  }

  /// Returns the error about a function of a module, such as `np.mean(x)`, of which there is a builtin.
  private func missingModule(
    _ module: String, _ name: String, _ arguments: [Argument], _ range: SourceRange
  ) -> Diagnostic? {
    let message = "there is no module '\(module)'"
    if let function = ForeignFunction.named(name) {
      return function.complaint("unknown-name", message, texts(arguments)).at(place(range))
    }
    guard let function = registry[name]?.name ?? Synonym.of(name, among: registry.names) else { return nil }
    return complaint("unknown-name", message, offering: function, texts(arguments), arguments.map { $0.name?.text })
      .at(place(range))
  }

  /// Returns the error about a value that is called.
  func notAFunction(
    _ value: Value, _ callee: Expression, _ arguments: [Argument], _ range: SourceRange
  ) -> Diagnostic {
    let text = source.text(in: callee.range)
    let subject = if case .name(let name) = callee.kind { "'\(name)'" } else { "this" }
    let message = "\(subject) is \(value.kind), not a function"
    let inner = texts(arguments).joined(separator: ", ")
    var replacement: String?
    switch value {
    case .number where arguments.count == 1: replacement = "\(text) * (\(inner))"
    case .object(let object) where object.applicator != nil:
      replacement = call(object.applicator ?? "", [text] + texts(arguments))
    case _ where value.indexableCount != nil && arguments.count == 1: replacement = "\(text)[\(inner)]"
    default: break
    }
    if case .name(let name) = callee.kind, registry[name] != nil {
      let fix = session.host.promptsOnInput ? ":forget \(name) brings it back" : "rename the variable"
      return Complaint("not-a-function", "'\(name)' is \(value.kind) here: it hides the function", label: fix)
        .at(place(callee.range))
    }
    guard let replacement else { return Complaint("not-a-function", message).at(place(callee.range)) }
    return Complaint("not-a-function", message, replacement: replacement).at(place(range))
  }

  private func call(_ function: String, _ arguments: [String]) -> String {
    "\(function)(\(arguments.joined(separator: ", ")))"
  }

  func texts(_ arguments: [Argument]) -> [String] { arguments.map { $0.text(in: source) } }
}

extension Argument {
  /// The argument as the user wrote it.
  func text(in source: Source) -> String { (name.map { "\($0.text): " } ?? "") + source.text(in: value.range) }
}

extension Expression {
  /// The names in an expression such as `np.random`, or nil for other expressions.
  fileprivate var modulePath: [String]? {
    switch kind {
    case .name(let name): [name]
    case .field(let base, let name): base.modulePath.map { $0 + [name.text] }
    default: nil
    }
  }
}
