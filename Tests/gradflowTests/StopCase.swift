// SPDX-License-Identifier: GPL-3.0-or-later

/// Code that goes on until it is stopped.
struct StopCase: Sendable, CustomStringConvertible {
  /// The builtin's name, followed by its first parameter in parentheses where there are several of the name; or what
  /// else is tried.
  let name: String
  /// Statements that make what the call needs.
  let setup: String
  /// What is repeated, with arguments so large that a call that cannot be stopped would take too long.
  let call: String
  /// The entry whose code this one runs with another formula inside; it is tried only when all are.
  let twin: String?

  init(_ name: String, _ call: String, twin: String? = nil) { self.init(name, "", call, twin: twin) }

  init(_ name: String, _ setup: String, _ call: String, twin: String? = nil) {
    self.name = name
    self.setup = setup
    self.call = call
    self.twin = twin
  }

  /// The setup, the line that asks for the signal, and the call over and over. Inside a function nothing is printed.
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

/// A call that takes no time worth stopping, whatever its arguments.
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
