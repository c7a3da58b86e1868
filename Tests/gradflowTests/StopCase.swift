// SPDX-License-Identifier: GPL-3.0-or-later

/// Code that runs until it is stopped.
struct StopCase: Sendable, CustomStringConvertible {
  /// The name of the builtin, followed by its first parameter in parentheses if the name is overloaded. For other code,
  /// a description.
  let name: String
  /// Statements that create the values used by the call.
  let setup: String
  /// The call that is repeated. Its arguments are so large that a call that cannot be stopped takes too long.
  let call: String
  /// The case that runs the same code with a different formula. A case with a twin is only tested when all cases are.
  let twin: String?

  init(_ name: String, _ call: String, twin: String? = nil) { self.init(name, "", call, twin: twin) }

  init(_ name: String, _ setup: String, _ call: String, twin: String? = nil) {
    self.name = name
    self.setup = setup
    self.call = call
    self.twin = twin
  }

  /// The setup, the line that triggers the signal, and a loop around the call. Inside a function nothing is printed.
  var script: String {
    """
    \(setup)
    fn repeat() { while true { \(call) } }
    warn("\(StopRun.marker)")
    repeat()
    """
  }

  var description: String { name }
}

/// A call that is too short to be worth stopping, whatever its arguments.
struct BriefCase: Sendable, CustomStringConvertible {
  /// As in `StopCase`.
  let name: String
  let call: String
  let setup: String

  init(_ name: String, _ call: String, setup: String = "") {
    self.name = name
    self.call = call
    self.setup = setup
  }

  var description: String { name }
}
