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

  /// Removes the global variables with the names in a text. Builtins that they hid are visible again.
  package func forget(_ names: String) throws(Complaint) {
    try session.forget(names.split { $0.isWhitespace || $0 == "," }.map(String.init), among: registry)
  }
}

extension Session {
  /// Removes global variables. If one of them does not exist, none is removed.
  func forget(_ names: [String], among registry: Registry? = nil) throws(Complaint) {
    for name in names where globals.values[name] == nil {
      if registry?[name] != nil { throw Complaint("unknown-name", "'\(name)' is a builtin, not a variable of yours") }
      throw .unknown("variable", name, code: "unknown-name", among: globals.values.keys.sorted())
    }
    for name in names { _ = globals.take(name) }
  }
}
