// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Corrections of calls in the style of object-oriented languages.
extension Evaluator {
  /// Evaluates what is called. If it is a field that does not exist, as in `x.append(4)`, the error offers the function.
  func function(
    _ callee: Expression, _ arguments: [Argument], _ range: SourceRange, _ scope: Scope
  ) throws(Diagnostic) -> Value {
    guard case .field(let base, let name) = callee.kind else { return try evaluate(callee, scope) }
    let path = base.modulePath ?? []
    if let module = path.first, scope.value(of: module) == nil {
      if let complaint = registry.outsideCall(path, name.text, arguments, in: source) {
        throw complaint.at(place(range))
      }
      if registry[module] == nil { throw unknownName(module, base.range, scope) }
    }
    let call = WrittenCall(name.text, arguments, in: source, on: source.text(in: base.range))
    if base.isPartOfCall, let complaint = registry.groupedCall(call, scope.value) { throw complaint.at(place(range)) }
    let object = own(try evaluate(base, scope))
    do throws(Diagnostic) {
      return try attempt(name.range) { () throws(Complaint) in try object.field(name.text) }
    } catch {
      guard ["unknown-field", "unknown-column"].contains(error.code) else { throw error }
      throw registry.methodCall(call, on: object)?.at(place(range)) ?? error
    }
  }

  /// Evaluates a field. If it does not exist, and there is a function of this name, the error offers the function.
  func field(
    _ name: Name, of base: Expression, _ range: SourceRange, _ scope: Scope
  ) throws(Diagnostic) -> Value {
    if let path = base.modulePath, scope.value(of: path[0]) == nil,
      registry[path[0]] == nil || ForeignWord.fileExtensions.contains(name.text),
      let complaint = registry.outsideName(path, name.text)
    {
      throw complaint.at(place(range))
    }
    let object = own(try evaluate(base, scope))
    do throws(Complaint) {
      return try object.field(name.text)
    } catch {
      guard ["unknown-field", "unknown-column"].contains(error.code) else { throw error.at(place(name.range)) }
      if base.isText, source.text(in: SourceRange(base.range.end, name.range.start)).hasPrefix(" ") {
        let text = source.text(in: base.range).dropLast()
        let code = "\(text){\(name.text)}\""
        throw Complaint(error.code, "'.' does not join strings", replacement: code).at(place(range))
      }
      let complaint = registry.foreignField(name.text, of: source.text(in: base.range), object, instead: error) {
        $0.entries.contains { $0.parameters.first?.type.accept(object, by: self) != nil }
      }
      throw complaint?.at(place(range)) ?? error.at(place(name.range))
    }
  }

  /// Evaluates an index. The error offers what is meant by `t[["a", "b"]]`, `t.loc[1]` and `x[0]`.
  func element(
    _ index: Expression, of base: Expression, _ range: SourceRange, _ scope: Scope
  ) throws(Diagnostic) -> Value {
    let object: Value
    do throws(Diagnostic) {
      object = own(try evaluate(base, scope))
    } catch {
      guard case .field(let table, let name) = base.kind, ["loc", "iloc"].contains(name.text),
        error.labels.first?.range == base.range
      else { throw error }
      var position = place(index.range).text
      // iloc counts from 0.
      if name.text == "iloc", case .number(let number) = index.kind, let whole = Int(exactly: number) {
        position = "\(whole + 1)"
      }
      let code = "\(place(table.range).text)[\(position)]"
      throw Complaint(error.code, error.message, replacement: code, notes: ["t.name is a column"]).at(place(range))
    }
    let position = try evaluate(index, scope)
    do throws(Complaint) {
      return try object.element(at: position)
    } catch {
      if stop.isRequested { throw stopped(index.range) }
      if case .number(0) = index.kind {
        throw Complaint(error.code, error.message, replacement: "1", notes: error.notes).at(place(index.range))
      }
      guard case .table = object, case .list(let items) = index.kind, index.isText else {
        throw error.at(place(index.range))
      }
      let names = items.map { place($0.range).text }
      let text = place(base.range).text
      let code = names.count == 1 ? "\(text)[\(names[0])]" : "select(\(text), \(names.joined(separator: ", ")))"
      throw Complaint(error.code, error.message, replacement: code).at(place(range))
    }
  }

  /// Returns the error about a variable where the builtin of the same name is meant.
  func hiding(_ name: String, _ value: Value, _ hidden: String) -> Complaint {
    let forgetting = ":forget \(name) brings it back"
    let fix = session.host.promptsOnInput ? forgetting : "rename the variable; at the prompt, \(forgetting)"
    return Complaint("not-a-function", "'\(name)' is \(value.kind) here: it hides the \(hidden)", label: fix)
  }

  /// Returns the error about a value that is called.
  func notAFunction(
    _ value: Value, _ callee: Expression, _ arguments: [Argument], _ range: SourceRange
  ) -> Diagnostic {
    let text = source.text(in: callee.range)
    let subject = if case .name(let name) = callee.kind { "'\(name)'" } else { "this" }
    let message = "\(subject) is \(value.kind), not a function"
    let call = WrittenCall("", arguments, in: source, on: text)
    let inner = call.arguments.dropFirst().map(\.text)
    var replacement: String?
    switch value {
    case .number where inner.count == 1: replacement = "\(text) * (\(inner[0]))"
    case .object(let object) where object.applicator != nil: replacement = call.text(as: object.applicator ?? "")
    case _ where value.indexableCount != nil && !inner.isEmpty:
      replacement = "\(text)[\(inner.joined(separator: "]["))]"
    case _ where inner.isEmpty && callee.isField: replacement = text
    default: break
    }
    if case .name(let name) = callee.kind, registry[name] != nil {
      return hiding(name, value, "function").at(place(callee.range))
    }
    guard let replacement else { return Complaint("not-a-function", message).at(place(callee.range)) }
    return Complaint("not-a-function", message, replacement: replacement).at(place(range))
  }
}

extension Expression {
  /// The names in an expression such as `np.random`, or nil for other expressions.
  var modulePath: [String]? {
    switch kind {
    case .name(let name): [name]
    case .field(let base, let name): base.modulePath.map { $0 + [name.text] }
    default: nil
    }
  }

  /// Whether the expression is a call, or an element or a field of its result.
  fileprivate var isPartOfCall: Bool {
    switch kind {
    case .call: true
    case .index(let base, _), .field(let base, _): base.isPartOfCall
    default: false
    }
  }

  fileprivate var isField: Bool { if case .field = kind { true } else { false } }
}
