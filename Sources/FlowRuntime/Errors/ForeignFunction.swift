// SPDX-License-Identifier: GPL-3.0-or-later

/// A function or method of another language or library, and the code to write instead. The tables are in
/// `ForeignFunction+Table.swift`.
struct ForeignFunction: Sendable {
  let names: [String]
  /// The code for different numbers of arguments. `$1` is the first argument, which is the object in the call of a
  /// method, `$a` are all arguments and `$r` all but the first.
  private let templates: [String]
  /// What to do instead, next to the carets. Empty if the code needs no explanation.
  let advice: String

  init(_ names: String, _ templates: String..., advice: String = "") {
    self.names = names.split(separator: " ").map(String.init)
    self.templates = templates
    self.advice = advice
  }

  static func named(_ name: String) -> ForeignFunction? { functions[name] }
  static func named(method name: String) -> ForeignFunction? { methods[name] ?? functions[name] }

  /// Returns the code for a call with the given arguments, or nil if none of the templates suits their number.
  func code(_ arguments: [String], called name: String = "") -> String? {
    let suitable = templates.first { $0.largestPosition == arguments.count && !$0.takesMore }
    let open = templates.first { $0.takesMore && $0.largestPosition <= arguments.count }
    guard let template = suitable ?? open else { return nil }
    return template.filled(arguments).replacing("$0", with: name)
  }

  /// Returns the error about a call of the function, with the given message.
  func complaint(_ code: String, _ message: String, _ arguments: [String]) -> Complaint {
    let replacement = self.code(arguments)
    let form = templates.first.map { "write \($0.form)" } ?? ""
    return Complaint(
      code, message, label: replacement == nil ? (advice.isEmpty ? form : advice) : "", replacement: replacement,
      notes: replacement == nil || advice.isEmpty ? [] : [advice])
  }

  private static let functions = index(functionTable)
  private static let methods = index(methodTable)

  private static func index(_ table: [ForeignFunction]) -> [String: ForeignFunction] {
    Dictionary(
      table.flatMap { entry in entry.names.map { ($0, entry) } },
      uniquingKeysWith: { _, _ in preconditionFailure("a foreign function has two entries") })
  }
}

extension String {
  /// The largest number after a `$` in a template.
  fileprivate var largestPosition: Int { (1...9).last { contains("$\($0)") } ?? (contains("$r") ? 1 : 0) }

  /// Whether a template accepts any number of further arguments.
  fileprivate var takesMore: Bool { contains("$a") || contains("$r") }

  fileprivate func filled(_ arguments: [String]) -> String {
    var text = self
    for (position, argument) in zip(1..., arguments) {
      text = text.replacing("$\(position)", with: argument.withoutName)
    }
    text = text.replacing("$a", with: arguments.joined(separator: ", "))
    let rest = arguments.dropFirst().joined(separator: ", ")
    return rest.isEmpty ? text.replacing(", $r", with: "").replacing("$r", with: "") : text.replacing("$r", with: rest)
  }

  /// The template with names for the arguments.
  fileprivate var form: String {
    replacing("$1", with: "x").replacing("$2", with: "y").replacing("$3", with: "z").replacing("$a", with: "...")
      .replacing("$r", with: "...")
  }

  /// An argument without its name.
  private var withoutName: String {
    guard let colon = firstIndex(of: ":"), self[..<colon].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
      return self
    }
    return String(self[index(after: colon)...].drop { $0 == " " })
  }
}
