// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension Evaluator {
  /// An access to a part of a value.
  private enum Step {
    case index(Value, SourceRange)
    case field(Name)

    var range: SourceRange {
      switch self {
      case .index(_, let range): range
      case .field(let name): name.range
      }
    }
  }

  /// Assigns to a variable, or to a part of the value of a variable or expression.
  func assign(_ value: Value, to target: Expression, _ scope: Scope) throws(Diagnostic) {
    if case .name(let name) = target.kind {
      scope.home(of: name).set(name, to: value)
      return
    }
    try attempt(target.range) { () throws(Complaint) in try ValueLimits.checkDepth(value) }
    var steps: [Step] = []
    let root = try path(to: target, scope, into: &steps)
    guard case .name(let name) = root.kind, let owner = owner(of: name, scope) else {
      if case .name(let name) = root.kind, registry[name] == nil, case .field(let field)? = steps.first {
        throw Complaint(
          "unknown-name", "unknown name '\(name)'", label: "give it a value first: \(name) = record(\(field.text): ...)"
        ).at(place(root.range))
      }
      var base = try evaluate(root, scope)
      guard base.isReference else {
        throw Complaint("cannot-assign", "this value has no name, so a change would be lost").at(place(root.range))
      }
      return try change(&base, by: steps[...], to: value, of: root)
    }
    guard owner === scope.home(of: name) else {
      // Other threads may be reading the scopes around a function, so values are not moved out of them.
      guard var base = owner.values[name], base.isReference else {
        throw Complaint(
          "cannot-assign", "'\(name)' is defined outside this function, which cannot change it",
          notes: ["return the new value and assign it outside"]
        ).at(place(root.range))
      }
      return try change(&base, by: steps[...], to: value, of: root)
    }
    guard var base = owner.take(name) else { preconditionFailure("the owner of \(name) does not have it") }
    // The value is moved out of its scope while it is changed, so that a list is changed in place.
    defer { owner.set(name, to: base) }
    try change(&base, by: steps[...], to: value, of: root)
  }

  /// Returns the scope that contains a name.
  private func owner(of name: String, _ scope: Scope) -> Scope? {
    var current: Scope? = scope
    while let candidate = current {
      if candidate.values[name] != nil { return candidate }
      current = candidate.parent
    }
    return nil
  }

  /// Splits `a[1].b` into the returned root `a` and the steps from there.
  private func path(
    to target: Expression, _ scope: Scope, into steps: inout [Step]
  ) throws(Diagnostic) -> Expression {
    switch target.kind {
    case .index(let base, let index):
      let root = try path(to: base, scope, into: &steps)
      steps.append(.index(try evaluate(index, scope), index.range))
      return root
    case .field(let base, let name):
      let root = try path(to: base, scope, into: &steps)
      steps.append(.field(name))
      return root
    default: return target
    }
  }

  /// Changes a part of a value. `root` is the expression of the whole value, or nil if `base` is only a part of it.
  private func change(
    _ base: inout Value, by steps: ArraySlice<Step>, to value: Value, of root: Expression?
  ) throws(Diagnostic) {
    guard var step = steps.first else {
      base = value
      return
    }
    if case .index(.string(let name), let range) = step, base.hasNamedParts { step = .field(Name(name, range)) }
    let rest = steps.dropFirst()
    if case .object(let object) = own(base) { return try change(object, by: step, then: rest, to: value) }
    switch (step, base) {
    case (.index(let index, let range), .list), (.index(let index, let range), .range):
      guard var elements = base.elements else {
        throw Complaint("cannot-assign", "this is \(base.kind), whose elements cannot be changed").at(place(range))
      }
      if index.elementCount != nil {
        throw Complaint(
          "cannot-assign", "several elements cannot be assigned together",
          notes: ["assign them one by one: for i in 1..3 { x[i] = 0 }"]
        ).at(place(range))
      }
      let position = try attempt(range) { () throws(Complaint) in
        do throws(Complaint) {
          return try Value.position(index, count: elements.count)
        } catch {
          guard case .number(let number) = index, number == Double(elements.count + 1) else { throw error }
          throw Complaint(error.code, error.message, notes: ["append(x, value) returns a longer list"])
        }
      }
      base = .none
      defer { base = .list(elements) }
      try elements.change(at: position - 1) { (element) throws(Diagnostic) in
        try change(&element, by: rest, to: value, of: nil)
      }
    case (.field(let name), .record(var record)):
      let old = try part(
        name, of: base, adding: "record(a: 1, \(nameCode(name.text) ?? "b"): 2) makes a record with all its fields")
      base = .none
      defer { base = .record(record) }
      var part = old
      record[name.text] = Value.none
      defer { record[name.text] = part }
      try change(&part, by: rest, to: value, of: nil)
    case (.field(let name), .table(let table)):
      let whole = if case .name(let name)? = root?.kind { nameCode(name) ?? "t" } else { "t" }
      let column = nameCode(name.text) ?? "new"
      var part = try part(name, of: base, adding: "\(whole) = with(\(whole), \(column): values) adds a column")
      try change(&part, by: rest, to: value, of: nil)
      base = try attempt(name.range) { () throws(Complaint) in
        .table(try table.setting(name.text, to: part))
      }
    default:
      let what = if case .field(let name) = step { "'\(name.text)'" } else { "an element" }
      throw Complaint(
        "cannot-assign", "\(what) of \(base.kind) cannot be changed", notes: Self.advice(on: base, step, rest, root)
      ).at(place(step.range))
    }
  }

  /// Returns how to change a cell of a table, whose column comes first.
  private static func advice(
    on base: Value, _ step: Step, _ rest: ArraySlice<Step>, _ root: Expression?
  ) -> [String] {
    guard case .table = base, case .index(.number(let row), _) = step, case .field(let column)? = rest.first,
      case .name(let name)? = root?.kind, let whole = nameCode(name), let column = nameCode(column.text)
    else { return [] }
    return ["write \(whole).\(column)[\(Value.number(row).source)] = ..."]
  }

  /// Returns a field or a column that is to be changed. If there is none, the error notes how to add one.
  private func part(_ name: Name, of base: Value, adding advice: String) throws(Diagnostic) -> Value {
    try attempt(name.range) { () throws(Complaint) in
      do throws(Complaint) {
        return try base.field(name.text)
      } catch {
        throw Complaint(
          error.code, error.message, label: error.label, replacement: error.replacement, notes: error.notes + [advice])
      }
    }
  }

  /// Changes a part of an object. If the part is itself a reference, it is changed in place.
  private func change(
    _ object: any DomainObject, by step: Step, then rest: ArraySlice<Step>, to value: Value
  ) throws(Diagnostic) {
    var part = value
    if !rest.isEmpty {
      part = try attempt(step.range) { () throws(Complaint) in
        switch step {
        case .index(let index, _): try Value.object(object).element(at: index)
        case .field(let name): try Value.object(object).field(name.text)
        }
      }
      try change(&part, by: rest, to: value, of: nil)
      if part.isReference { return }
    }
    try attempt(step.range) { () throws(Complaint) in
      switch step {
      case .index(let index, _):
        try object.setElement(try Value.position(index, count: object.elementCount ?? 0), to: part)
      case .field(let name): try object.setField(name.text, to: part)
      }
    }
    session.noteObjectChange()
  }
}

extension Value {
  /// Whether a string index selects a part by name.
  fileprivate var hasNamedParts: Bool {
    switch self {
    case .record, .table: true
    default: false
    }
  }

  fileprivate var isReference: Bool {
    if case .object = self { true } else { false }
  }
}
