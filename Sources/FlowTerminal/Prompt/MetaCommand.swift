// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime

/// A command of the prompt, `:name argument`. To add one, add an entry to `all`.
package struct MetaCommand: Sendable {
  /// The word after the colon.
  package let name: String
  /// The form in which the help shows it.
  package let form: String
  /// A phrase that describes what the command does.
  package let summary: String
  /// Whether the form has a place for an argument.
  private var takesArgument: Bool { form.contains(" ") }
  let run: @Sendable (Prompt, String) throws(Complaint) -> Void

  /// All commands, sorted by name.
  package static let all: [MetaCommand] = (session + variables + editing).sorted { $0.name < $1.name }

  /// Returns the argument of a command that needs one.
  static func required(_ argument: String, _ what: String) throws(Complaint) -> String {
    if argument.isEmpty { throw Complaint("missing-argument", "this command needs \(what)") }
    return argument
  }
}

extension MetaCommand {
  /// Returns the command with a name, or the only one whose name begins with it.
  static func named(_ name: String) throws(Complaint) -> MetaCommand {
    let matches = all.filter { $0.name.hasPrefix(name) }
    if let command = matches.first(where: { $0.name == name }) { return command }
    if name.isEmpty || matches.isEmpty {
      throw .unknown(
        "command", ":" + name, code: "unknown-command", among: all.map { ":" + $0.name },
        notes: [":help lists the commands"])
    }
    if matches.count == 1 { return matches[0] }
    throw Complaint(
      "ambiguous-command", "':\(name)' is ambiguous: \(alternatives(matches.map { ":" + $0.name }))")
  }

  /// Throws if an argument is given to a command that takes none.
  func check(_ argument: String) throws(Complaint) {
    if takesArgument || argument.isEmpty { return }
    throw Complaint("unexpected-argument", "':\(name)' takes no argument, but '\(argument)' follows it")
  }
}

extension Prompt {
  /// Runs the meta command with this name, or the only one whose name begins with it.
  func runMeta(_ name: String, _ argument: String) {
    attempt { () throws(Complaint) in
      let command = try MetaCommand.named(name)
      try command.check(argument)
      try command.run(self, argument)
    }
  }
}
