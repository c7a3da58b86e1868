// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Interpreter {
  /// Returns the name of the builtin that an assignment hides, unless it is hidden already.
  func newlyShadowed(by target: Expression) -> String? {
    guard case .name(let name) = target.kind, registry[name] != nil, session.globals.values[name] == nil else {
      return nil
    }
    return name
  }

  /// Shows that a builtin is hidden now.
  func noteShadowing(of name: String?, by what: String) {
    if let name { session.host.note("\(name) is now \(what); :forget \(name) brings the builtin back") }
  }

  /// Removes a global variable. A builtin that it hid is visible again.
  package func forget(_ name: String) throws(Complaint) { try session.forget(name, among: registry) }
}

extension Session {
  /// Removes a global variable.
  func forget(_ name: String, among registry: Registry? = nil) throws(Complaint) {
    if globals.take(name) != nil { return }
    if registry?[name] != nil { throw Complaint("unknown-name", "'\(name)' is a builtin, not a variable of yours") }
    throw .unknown("variable", name, code: "unknown-name", among: globals.values.keys.sorted())
  }
}
