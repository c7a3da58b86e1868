// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// A function or method of another language or library, and the code to write instead. The tables are in
/// `ForeignFunction+Table.swift`.
struct ForeignFunction: Sendable {
  let names: [String]
  /// The code for different numbers of arguments. `$1` is the first argument, which is the object in the call of a
  /// method, `$a` are all arguments, `$r` all but the first, and `$0` is the name of the function. `$-` stands for
  /// a first argument that is an object and is left out, and `$r` for the arguments after it. `name?` begins a
  /// template for calls with an argument of that name.
  private let templates: [String]
  /// The code for a call with only named arguments, or nil.
  private let named: String?
  /// What to do instead, next to the carets. Empty if the code needs no explanation.
  let advice: String

  init(_ names: String, _ templates: String..., named: String? = nil, advice: String = "") {
    self.names = names.split(separator: " ").map(String.init)
    self.templates = templates
    self.named = named
    self.advice = advice
  }

  static func named(_ name: String) -> ForeignFunction? { functions[name] }

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
    let kind = value?.typeName ?? (first.expression?.isText == true ? "string" : "")
    return uses["\(builtin).\(kind)"]
  }

  /// Returns the code for a call with the given arguments, or nil if none of the templates suits them.
  func code(_ call: WrittenCall) -> String? {
    if let named, !call.arguments.isEmpty, call.names.allSatisfy({ $0 != nil }) { return named.filled(call) }
    let templates = templates.compactMap { $0.applied(to: call) }
    let suitable = templates.first { $0.largestPosition == call.arguments.count && !$0.takesMore }
    let open = templates.first { $0.takesMore && $0.largestPosition <= call.arguments.count }
    return (suitable ?? open)?.filled(call)
  }

  /// Returns the error about a call of the function, with the given message.
  func complaint(_ code: String, _ message: String, _ call: WrittenCall) -> Complaint {
    let replacement = self.code(call)
    let form = templates.first.map { "write \($0.form(of: call.name))" } ?? ""
    var complaint = Complaint(
      code, message, label: replacement == nil ? (advice.isEmpty ? form : advice) : "", replacement: replacement,
      notes: replacement == nil || advice.isEmpty ? [] : [advice])
    complaint.isOperation = replacement?.hasOuterOperator == true
    return complaint
  }

  private static let functions = index(functionTable)
  private static let methods = index(methodTable)
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
    if contains("$-"), !call.beginsWithObject { return nil }
    guard let mark = firstIndex(of: "?") else { return self }
    return call.names.contains(String(self[..<mark])) ? String(self[index(after: mark)...]) : nil
  }

  /// The largest number after a `$` in a template.
  fileprivate var largestPosition: Int { (1...9).last { contains("$\($0)") } ?? (contains("$r") ? 1 : 0) }

  /// Whether a template accepts any number of further arguments.
  fileprivate var takesMore: Bool { contains("$a") || contains("$r") }

  fileprivate func filled(_ call: WrittenCall) -> String {
    var text = replacing("$-", with: "").replacing("$0", with: call.name)
    let isOperation = contains { Self.operators.contains($0) } || contains("..")
    for (position, argument) in zip(1..., call.arguments) {
      let value = isOperation && argument.value.hasOuterOperator ? "(\(argument.value))" : argument.value
      text = text.replacing("$\(position)", with: value)
    }
    // Positions from 0 to n - 1 with a known n.
    if let count = text.wholeMatch(of: /0\.\.(\d{1,9}) - 1/).flatMap({ Int($0.1) }) { text = "0..\(count - 1)" }
    let all = call.arguments.map(\.text)
    text = text.replacing("$a", with: all.joined(separator: ", "))
    let rest = all.dropFirst().joined(separator: ", ")
    return rest.isEmpty ? text.replacing(", $r", with: "").replacing("$r", with: "") : text.replacing("$r", with: rest)
  }

  /// The template with names for the arguments.
  fileprivate func form(of function: String) -> String {
    replacing("$-", with: "").replacing("$0", with: function).replacing("$1", with: "x").replacing("$2", with: "y")
      .replacing("$3", with: "z")
      .replacing("$a", with: "...").replacing("$r", with: "...")
  }
}
