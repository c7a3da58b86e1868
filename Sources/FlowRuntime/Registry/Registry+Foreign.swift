// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// Errors about calls that other languages have, with the code to write instead.
extension Registry {
  private static let dotMessage = "functions are not called with a dot"

  /// Returns the error about a call of a function that is not a builtin, or nil.
  func foreignCall(_ call: WrittenCall) -> Complaint? {
    if let complaint = rightJoin(call, "unknown-name", "unknown function '\(call.name)'") { return complaint }
    guard let function = ForeignFunction.named(call.name),
      function.code(call) != nil || Synonym.of(call.name, among: names) == nil
    else { return nil }
    return function.complaint("unknown-name", "unknown function '\(call.name)'", call)
  }

  /// Returns the error about arguments that do not match a builtin, with the code that is meant if the call is that of a
  /// function of the same name in another language, such as `zeros(3)`.
  func foreignUse(of overloads: Overloads, _ call: WrittenCall, at place: Place, instead fault: Diagnostic)
    -> Diagnostic
  {
    if let complaint = foreignForm(call) { return complaint.at(place) }
    guard let function = ForeignFunction.named(overloads.name),
      !fits(call, overloads) || function.dropsObject && call.beginsWithObject
    else { return fault }
    let complaint = function.complaint(fault.code, fault.message, call)
    // The advice says more about a whole call than about one of its arguments.
    let hasAdvice = !function.advice(call).isEmpty && fault.labels.first?.text.isEmpty == true
    guard complaint.replacement != nil || hasAdvice else { return fault }
    var result = complaint.at(place)
    result.notes += fault.notes
    return result
  }

  /// Returns the error about a call in the style of object-oriented languages, `x.append(4)`, whose first argument is the
  /// object. Returns nil if there is no function of this name.
  ///
  /// - Parameter object: The object, or nil if it is not known before the program runs.
  func methodCall(_ call: WrittenCall, on object: Value? = nil) -> Complaint? {
    if let complaint = groupedCall(call) { return complaint }
    let message = Self.dotMessage
    if case .record(let record)? = object, call.arguments.count == 1,
      let code = RecordParts(rawValue: call.name)?.code(record, call.arguments[0].value)
    {
      return Complaint("method-call", message, replacement: code)
    }
    if case .table(let table)? = object, call.arguments.count == 1, call.name == "dropna",
      let code = table.withoutMissing(call.arguments[0].value)
    {
      return Complaint("method-call", message, replacement: code)
    }
    return ForeignFunction.named(method: call.name, of: object)?.complaint("method-call", message, call)
      ?? offer(call, "method-call", message)
  }

  /// Returns the error about groups in the style of pandas, `t.groupby("b")["a"].mean()`, or nil.
  ///
  /// - Parameter value: Returns the value of a variable, for the columns of its table.
  func groupedCall(_ call: WrittenCall, _ value: (String) -> Value? = { _ in nil }) -> Complaint? {
    guard let groups = call.arguments.first?.value,
      let match = groups.wholeMatch(of: /(\w+)\.group_?by\("?(\w+)"?\)(?:\["(\w+)"\]|\.(\w+))?/)
    else { return nil }
    let (table, by) = (String(match.1), String(match.2))
    let columns: [(name: String, function: String)]
    if let column = match.3 ?? match.4, call.arguments.count == 1 {
      columns = [(String(column), call.name)]
    } else if ["size", "count"].contains(call.name), call.arguments.count == 1 {
      columns = [(by, "count")]
    } else if call.name == "agg", call.arguments.count == 2, call.arguments[1].value.contains(":") {
      columns = call.arguments[1].value.matches(of: /(\w+): "(\w+)"/).map { (String($0.1), String($0.2)) }
    } else if match.3 == nil, case .table(let table)? = value(String(match.1)) {
      // All columns of numbers.
      let function = call.name == "agg" ? call.arguments.last?.value.filter { $0 != "\"" } ?? "" : call.name
      columns = table.columns.filter { $0.role.isNumeric && $0.name != by }.map { ($0.name, function) }
    } else {
      return nil
    }
    let parts = columns.compactMap { column -> String? in
      if ["size", "count"].contains(column.function) { return "n: len(\(column.name))" }
      guard let builtin = self[column.function] ?? synonym(of: column.function).flatMap({ self[$0] }) else {
        return nil
      }
      return "\(column.name): \(builtin.name)(\(column.name))"
    }
    guard !parts.isEmpty, parts.count == columns.count else { return nil }
    return Complaint(
      "method-call", Self.dotMessage,
      replacement: "summarize(\(table), \(parts.joined(separator: ", ")), by: \(by))")
  }

  /// Returns the error about a call with a dot after a name that has no value: a function of a module, such as
  /// `np.mean(x)`, or a method of an object that another language would have. Returns nil if there is no such function.
  func outsideCall(_ path: [String], _ name: String, _ arguments: [Argument], in source: Source) -> Complaint? {
    let module = path.joined(separator: ".")
    let call = WrittenCall(name, arguments, in: source)
    let isDotted = path.count == 1 && ForeignWord.dottedNames.contains(module)
    let message =
      isDotted
      ? "unknown function '\(module).\(name)'"
      : self[path[0]] == nil ? "there is no module '\(module)'" : Self.dotMessage
    if let function = ForeignFunction.named("\(module).\(name)") ?? ForeignFunction.named("\(path.last ?? "").\(name)")
    {
      return function.complaint("unknown-name", message, call)
    }
    if self[path[0]] != nil { return nil }
    let isObject = path.count == 1 && !isDotted && !ForeignWord.modules.contains(path[0])
    if isObject, let method = ForeignFunction.named(method: name) {
      let call = WrittenCall(name, arguments, in: source, on: module)
      return method.complaint("method-call", Self.dotMessage, call)
    }
    let offered = offer(call, "unknown-name", message)
    if isObject, offered?.replacement == nil,
      let method = offer(WrittenCall(name, arguments, in: source, on: module), "method-call", Self.dotMessage),
      method.replacement != nil
    {
      return method
    }
    return offered
      ?? (isDotted ? Complaint("unknown-name", message, notes: ["search with ??\(name)"]) : nil)
  }

  /// Returns the error about a call of a builtin in a form that another language has, or nil.
  func foreignForm(_ call: WrittenCall) -> Complaint? {
    foreignLayers(call)
      ?? rightJoin(call, "unknown-choice", "join keeps the rows of the first table, or of both tables")
  }

  /// Returns the error about a join that keeps the rows of the second table, or nil.
  private func rightJoin(_ call: WrittenCall, _ code: String, _ message: String) -> Complaint? {
    let kinds = call.arguments.filter { ["how", "keep", "kind", "type"].contains($0.name) }
    let isRight = kinds.count == 1 && kinds[0].value.filter { $0 != "\"" }.hasPrefix("right")
    guard ["right_join", "rightjoin"].contains(call.name) || ["join", "merge"].contains(call.name) && isRight,
      call.arguments.count > 1, call.arguments[0].name == nil, call.arguments[1].name == nil
    else { return nil }
    let others = call.arguments.dropFirst(2).filter { argument in !kinds.contains { $0.name == argument.name } }
    let arguments = [call.arguments[1], call.arguments[0]] + others
    return Complaint(
      code, message, replacement: "join(\(arguments.map(\.text).joined(separator: ", ")), keep: left)",
      notes: ["the columns of the first table come first"])
  }

  /// Returns the error about a network whose layers are written with their numbers of inputs, or nil.
  private func foreignLayers(_ call: WrittenCall) -> Complaint? {
    guard call.name == "sequence", let layers = call.layers else { return nil }
    return Complaint(
      "wrong-type", "a layer takes its number of inputs from the layer before it",
      replacement: "sequence(\(layers))", notes: ["the first argument of sequence is the number of inputs"])
  }

  /// Returns the error about a curve whose coordinates are called x and y, as in `plot(x: a, y: b)`, or nil.
  func foreignCurve(_ call: WrittenCall) -> Complaint? {
    guard call.name == "plot", let code = call.curve else { return nil }
    return Complaint("missing-argument", "the first argument of plot has no name", replacement: code)
  }

  /// Returns the error about a name in a module, such as `np.pi`, or nil.
  func outsideName(_ path: [String], _ name: String) -> Complaint? {
    let module = path.joined(separator: ".")
    if path.count == 1, ForeignWord.fileExtensions.contains(name) {
      return Complaint(
        "unknown-name", "the name of a file is written in quotes", replacement: quoted("\(module).\(name)"))
    }
    guard let builtin = self[name]?.name ?? (ForeignWord.modules.contains(path[0]) ? synonym(of: name) : nil) else {
      return nil
    }
    return Complaint("unknown-name", "there is no module '\(module)'", replacement: builtin)
  }

  private func synonym(of name: String) -> String? { Synonym.of(name, among: names) }

  /// Returns the error about a field that does not exist, if another language has it. A builtin of this name is offered
  /// only if it takes the object.
  func foreignField(
    _ name: String, of text: String, _ object: Value, instead complaint: Complaint, _ takesObject: (Overloads) -> Bool
  ) -> Complaint? {
    let call = WrittenCall(name, [.init(name: nil, value: text)])
    if let method = ForeignFunction.named(method: name, of: object) {
      let offered = method.complaint(complaint.code, complaint.message, call)
      let builtin = offered.replacement.flatMap { self[String($0.prefix { $0 != "(" })] }
      return builtin.map(takesObject) == false ? nil : offered
    }
    guard complaint.replacement == nil, self[name].map(takesObject) != false else { return nil }
    return offer(call, complaint.code, complaint.message)
  }

  /// Returns an error that offers the builtin of the same name, the function to use instead, or a synonym.
  private func offer(_ call: WrittenCall, _ code: String, _ message: String) -> Complaint? {
    if let overloads = self[call.name], fits(call, overloads) {
      return Complaint(code, message, replacement: call.text(as: call.name))
    }
    if let function = ForeignFunction.named(call.name),
      self[call.name] == nil || function.code(call) != nil || !function.advice(call).isEmpty
    {
      return function.complaint(code, message, call)
    }
    if self[call.name] != nil, call.names.contains(where: { $0 != nil }) {
      // The next error is about the arguments.
      return Complaint(code, message, replacement: call.text(as: call.name))
    }
    guard let overloads = self[call.name] ?? Synonym.of(call.name, among: names).flatMap({ self[$0] }) else {
      return nil
    }
    if fits(call, overloads) { return Complaint(code, message, replacement: call.text(as: overloads.name)) }
    let arguments = call.arguments.prefix(1).map(\.text) + ["..."]
    return Complaint(
      code, message, label: "write \(overloads.name)(\(arguments.joined(separator: ", ")))", notes: [overloads.summary])
  }

  private func fits(_ call: WrittenCall, _ overloads: Overloads) -> Bool {
    overloads.entries.contains { entry in
      // Arguments with other names are corrected by the next error.
      let names = call.names.map { name in
        name.flatMap { name in
          let known = entry.parameters.map(\.name)
          let isKnown = Synonym.of(name, among: known) != nil || Synonym.argument(for: name, among: known) != nil
          return isKnown && !known.contains(name) ? nil : name
        }
      }
      return (try? entry.formals.match(names)) != nil || (try? entry.formals.match(call.names)) != nil
    }
  }
}

extension Table {
  /// The code that keeps the rows without missing values, given that of the table, or nil if no column has any.
  fileprivate func withoutMissing(_ code: String) -> String? {
    let names = columns.filter { column in
      column.numbers == nil && (0..<column.count).untilStopped.contains { column[$0] == .missing }
    }.compactMap { nameCode($0.name) }
    let condition = names.map { "\($0) != none" }.joined(separator: " and ")
    return names.isEmpty || condition.count > 80 ? nil : "where(\(code), \(condition))"
  }
}
