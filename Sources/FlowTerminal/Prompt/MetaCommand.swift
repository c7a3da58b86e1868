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
  let run: @Sendable (Prompt, String) throws(Complaint) -> Void

  /// All commands, sorted by name.
  package static let all: [MetaCommand] = (session + variables + editing).sorted { $0.name < $1.name }

  /// Returns the argument of a command that needs one.
  static func required(_ argument: String, _ what: String) throws(Complaint) -> String {
    if argument.isEmpty { throw Complaint("missing-argument", "this command needs \(what)") }
    return argument
  }
}

extension Prompt {
  /// Runs the meta command with this name, or the only one whose name begins with it.
  func runMeta(_ name: String, _ argument: String) {
    attempt { () throws(Complaint) in
      let matches = MetaCommand.all.filter { $0.name.hasPrefix(name) }
      let command = matches.first { $0.name == name } ?? (matches.count == 1 && !name.isEmpty ? matches[0] : nil)
      guard let command else {
        throw .unknown(
          "command", ":" + name, code: "unknown-command", among: MetaCommand.all.map { ":" + $0.name },
          notes: [":help lists the commands"])
      }
      try command.run(self, argument)
    }
  }
}
