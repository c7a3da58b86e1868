// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// A function or method of another language or library, and the code to write instead. The tables are in
/// `ForeignFunction+Table.swift`.
struct ForeignFunction: Sendable {
  let names: [String]
  /// The code for different numbers of arguments. `$1` is the first argument, which is the object in the call of a
  /// method, `$a` are all arguments, `$r` all but the first, and `$0` is the name of the function. `$-` stands for
  /// a first argument that is an object and is left out, `$r` for the arguments after it, and `$+` for named arguments
  /// after three without a name, each with a comma before it. The forms that are
  /// built from all arguments, such as `$text`, are in `WrittenCall+Forms.swift`.
  ///
  /// A condition before the code ends with `?`: the name of an argument of the call, `"` for a first argument that is a
  /// string, `1` for one that is a number, `+` for one with an operator, `v` for one that is not a variable, which may be a
  /// table, and `0` for others that are literals.
  private let templates: [String]
  /// The code for a call with only named arguments, or nil.
  private let named: String?
  /// The named arguments that need no counterpart.
  private let ignored: Set<String>
  /// What to do instead, next to the carets, with `$1` and `$2` for arguments, `$t`, `$n` and `$fn` for a first argument
  /// that is a table, a network or a function, and `$c` for a second one that names a column. Empty if the code needs no explanation.
  /// Advice that begins with `write` is shown only without code.
  private let advice: String

  init(_ names: String, _ templates: String..., named: String? = nil, ignoring: String = "", advice: String = "") {
    self.names = names.split(separator: " ").map(String.init)
    self.templates = templates
    self.named = named
    ignored = Set(ignoring.split(separator: " ").map(String.init))
    self.advice = advice
  }

  static func named(_ name: String) -> ForeignFunction? { functions[name] ?? named(layer: name) }

  /// Returns the layer of PyTorch with this name.
  static func named(layer name: String) -> ForeignFunction? { layers[name.lowercased()] }

  /// Returns the method of this name, if possible that of a table, a network or another type.
  static func named(method name: String, of object: Value? = nil) -> ForeignFunction? {
    object.flatMap { methods["\($0.typeName).\(name)"] } ?? methods[name]
  }

  /// Returns what is meant by a call of a builtin whose first argument is of another kind, or nil.
  ///
  /// - Parameter value: The first argument, or nil if only its source is known.
  static func otherUse(of builtin: String, _ actuals: [Actual], _ value: Value?, in source: Source) -> ForeignFunction?
  {
    guard let first = actuals.first, first.name == nil else { return nil }
    guard let value else { return first.expression?.isText == true ? uses["\(builtin).string"] : nil }
    return otherUse(of: builtin, value)
  }

  /// Returns what is meant by a call of a builtin whose first argument is of another kind, or nil.
  static func otherUse(of builtin: String, _ value: Value) -> ForeignFunction? {
    // The name of a choice can also be that of a function, such as tanh.
    if case .builtin(let overloads) = value, let family = overloads.entries.lazy.compactMap(\.family).first {
      return uses["\(builtin).\(family.name)"]
    }
    return uses["\(builtin).\(value.typeName)"]
  }

  /// Returns the code for a call with the given arguments, or nil if none of the templates suits them.
  func code(_ call: WrittenCall) -> String? {
    let call = call.without(ignored)
    if let code = templates.lazy.compactMap({ $0.specialForm(of: call) }).first { return code }
    if let named, !call.arguments.isEmpty, call.names.allSatisfy({ $0 != nil }) { return named.filled(call) }
    let templates = templates.compactMap { $0.applied(to: call) }
    let suitable = templates.first { $0.largestPosition == call.arguments.count && !$0.takesMore }
    let open = templates.first { $0.takesMore && $0.largestPosition <= call.arguments.count }
    return (suitable ?? open)?.filled(call)
  }

  /// Whether a first argument that is an object is left out in the code.
  var dropsObject: Bool { templates.contains { $0.contains("$-") } }

  /// Returns the advice with the arguments of a call.
  func advice(_ call: WrittenCall) -> String {
    // The elements of a list of numbers have no rows and columns.
    let hasAxis = !call.beginsWithFlatList && call.names.allSatisfy { $0 == nil }
    return advice.contains("transpose(") && !hasAxis ? "" : advice.addressed(to: call)
  }

  /// Returns the error about a call of the function, with the given message.
  func complaint(_ code: String, _ message: String, _ call: WrittenCall) -> Complaint {
    let replacement = self.code(call)
    let advice = self.advice(call)
    let plain = templates.first { !$0.contains("?") && !$0.hasPrefix("$0(") && !$0.needsForm }
    let form = plain.map { "write \($0.form(of: call))" } ?? ""
    var complaint = Complaint(
      code, message, label: replacement == nil ? (advice.isEmpty ? form : advice) : "", replacement: replacement,
      notes: replacement == nil || advice.isEmpty || advice.hasPrefix("write ") ? [] : [advice])
    complaint.isOperation = replacement?.hasOuterOperator == true
    return complaint
  }

  private static let functions = index(functionTable)
  private static let methods = index(methodTable)
  private static let layers = index(layerTable)
  private static let uses = index(useTable)

  private static func index(_ table: [ForeignFunction]) -> [String: ForeignFunction] {
    Dictionary(
      table.flatMap { entry in entry.names.map { ($0, entry) } },
      uniquingKeysWith: { _, _ in preconditionFailure("a foreign function has two entries") })
  }
}

extension String {
  private static let operators = Set("+-*/%^")

  /// Whether code has an operator outside of brackets and strings.
  fileprivate var hasOuterOperator: Bool {
    var (depth, isString) = (0, false)
    for (index, character) in zip(indices, self) {
      switch character {
      case "\"": isString.toggle()
      case _ where isString: break
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      case "." where depth == 0 && self[index...].hasPrefix(".."): return true
      case _ where depth == 0 && Self.operators.contains(character) && index != startIndex: return true
      default: break
      }
    }
    return false
  }

  /// The template without its condition, or nil if it does not hold for a call.
  fileprivate func applied(to call: WrittenCall) -> String? {
    if needsForm || contains("$-") && !call.beginsWithObject { return nil }
    if contains("$+"),
      call.names.count(where: { $0 == nil }) != 3 || call.names.prefix(3).contains(where: { $0 != nil })
    {
      return nil
    }
    // The elements of a list have no names, and a table that is piped into a call is none of them.
    if contains("[$a]"), call.names.contains(where: { $0 != nil }) || call.beginsWithPipe { return nil }
    guard let mark = firstIndex(of: "?") else { return self }
    let condition = self[..<mark]
    let holds =
      switch condition {
      case "\"": call.beginsWithString
      case "0": call.endsWithLiterals
      case "1": call.beginsWithNumber
      case "+": call.arguments.first?.value.hasOuterOperator == true
      case "v": !call.beginsWithVariable
      default: call.names.contains(String(condition))
      }
    return holds ? String(self[index(after: mark)...]) : nil
  }

  private static let forms: [(sign: String, code: @Sendable (WrittenCall) -> String?)] = [
    ("$text", { $0.formattedText }), ("$words", { $0.words }), ("$layers", { $0.layers }), ("$table", { $0.table }),
    ("$spaced", { $0.text(joinedBy: " ") }), ("$joined", { $0.text(joinedBy: "") }), ("$elements", { $0.elements }),
    ("$counted", { $0.countedGroups }), ("$counts", { $0.counts }), ("$query", { $0.query }),
    ("$chosen", { $0.chosen }),
    ("$f", { $0.beginsWithString ? $0.arguments[0].value : nil }),
  ]

  /// Whether the template contains a form that not every call has.
  fileprivate var needsForm: Bool { Self.forms.contains { contains($0.sign) } }

  /// The template with a form of the call, or nil if it contains none or the call does not have it.
  fileprivate func specialForm(of call: WrittenCall) -> String? {
    guard let form = Self.forms.first(where: { contains($0.sign) }) else { return nil }
    return form.code(call).map { replacing(form.sign, with: $0) }
  }

  /// The largest number after a `$` in a template.
  fileprivate var largestPosition: Int { (1...9).last { contains("$\($0)") } ?? (contains("$r") ? 1 : 0) }

  /// Whether a template accepts any number of further arguments.
  fileprivate var takesMore: Bool { contains("$a") || contains("$r") || contains("$+") }

  fileprivate func filled(_ call: WrittenCall) -> String {
    var text = avoiding(call).replacing("$-", with: "").replacing("$0", with: call.name)
    let isOperation = contains { Self.operators.contains($0) } || contains("..")
    for (position, argument) in zip(1..., call.arguments) {
      let value = isOperation && argument.value.hasOuterOperator ? "(\(argument.value))" : argument.value
      text = text.replacing("$\(position)", with: value)
    }
    // Positions from 0 to n - 1 with a known n.
    if let count = text.wholeMatch(of: /0\.\.(\d{1,9}) - 1/).flatMap({ Int($0.1) }) { text = "0..\(count - 1)" }
    // The positions of a list.
    if let list = text.wholeMatch(of: /0\.\.(len\(.*\)) - 1/) { text = "1..\(list.1)" }
    let all = call.arguments.map(\.text)
    text = text.replacing("$+", with: all.dropFirst(3).map { ", \($0)" }.joined())
    text = text.replacing("$a", with: all.joined(separator: ", "))
    let rest = all.dropFirst().joined(separator: ", ")
    return rest.isEmpty ? text.replacing(", $r", with: "").replacing("$r", with: "") : text.replacing("$r", with: rest)
  }

  /// The template with another name for the parameter of a function in it, if the arguments contain that name.
  private func avoiding(_ call: WrittenCall) -> String {
    guard let parameter = firstMatch(of: /fn\((\w+)\)/).map({ String($0.1) }) else { return self }
    let name = elementName(parameter, avoiding: call.arguments.map(\.text).joined(separator: " "))
    return name == parameter ? self : replacing(try! Regex("\\b\(parameter)\\b").wordBoundaryKind(.simple), with: name)
  }

  /// The template with the arguments of a call, and names for those that are missing.
  fileprivate func form(of call: WrittenCall) -> String {
    replacing("$-", with: "").replacing("$0", with: call.name)
      .replacing("$a", with: "...").replacing("$+", with: "").replacing("$r", with: "...").addressed(to: call)
  }

  /// The advice with the arguments of a call, and names for those that are missing.
  fileprivate func addressed(to call: WrittenCall) -> String {
    func short(_ number: Int, or name: String) -> String {
      guard number < call.arguments.count else { return name }
      let value = call.arguments[number].value
      return value.count <= 24 && !value.contains { $0.isNewline } && !value.isEmpty ? value : name
    }
    let second = short(1, or: "b")
    let isText = second.count > 2 && second.hasPrefix("\"") && second.hasSuffix("\"")
    let column = isText ? nameCode(String(second.dropFirst().dropLast())) ?? "b" : isName(second) ? second : "b"
    // A layer is an element of its network.
    let first = short(0, or: "net")
    let network = first.hasSuffix("]") ? String(first.prefix { $0 != "[" }) : first
    return replacing("$1", with: short(0, or: "x")).replacing("$2", with: short(1, or: "y"))
      .replacing("$3", with: short(2, or: "z")).replacing("$t", with: short(0, or: "t"))
      .replacing("$fn", with: short(0, or: "f")).replacing("$n", with: network).replacing("$0", with: call.name)
      .replacing("$c", with: column)
  }
}
