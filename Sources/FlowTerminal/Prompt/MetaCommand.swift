// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import FlowTables

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
  package static let all: [MetaCommand] = [
    MetaCommand(name: "demo", form: ":demo", summary: "starts a guided tour") { prompt, _ throws(Complaint) in
      prompt.runTour()
    },
    MetaCommand(name: "help", form: ":help", summary: "lists these commands") { prompt, _ throws(Complaint) in
      for command in all {
        let blanks = String(repeating: " ", count: max(2, 22 - command.form.count))
        prompt.host.note("\(command.form)\(blanks)\(command.summary)")
      }
    },
    MetaCommand(name: "list", form: ":list", summary: "lists the names you defined") { prompt, _ throws(Complaint) in
      let names = prompt.interpreter.globals.filter { $0.name != "_" && $0.name != "ans" }
      let table = Table(columns: [
        Column("name", texts: names.map(\.name)), Column("type", texts: names.map(\.value.typeName)),
        Column("value", texts: names.map(\.value.summary)),
      ])
      try prompt.interpreter.session.show(.table(table))
    },
    MetaCommand(name: "load", form: ":load file.gf", summary: "runs a script") { prompt, path throws(Complaint) in
      let source = try prompt.interpreter.session.readScript(try required(path, "the name of a script"))
      if prompt.run(source, echo: .script) { prompt.worked.append(source.text) }
    },
    MetaCommand(name: "quit", form: ":quit", summary: "leaves the prompt, like Ctrl-D") { prompt, _ throws(Complaint) in
      prompt.exitStatus = 0
    },
    MetaCommand(
      name: "save", form: ":save file.gf", summary: "writes the entries that succeeded as a script"
    ) { prompt, path throws(Complaint) in
      let text = prompt.worked.map { $0 + "\n" }.joined()
      let count = prompt.worked.count
      try prompt.interpreter.session.writeFile(
        try required(path, "the name of a script"), Array(text.utf8),
        saying: count == 1 ? "1 entry" : "\(count) entries")
    },
    MetaCommand(
      name: "set", form: ":set [name value]", summary: "changes a setting; without arguments, shows all settings"
    ) { prompt, argument throws(Complaint) in
      let words = argument.split(separator: " ").map(String.init)
      let settings = prompt.interpreter.settings
      switch words.count {
      case 2: try prompt.interpreter.settings.set(words[0], to: words[1])
      case 0, 1:
        let shown = Setting.all.filter { words.isEmpty || $0.name == words[0] }
        if shown.isEmpty { try prompt.interpreter.settings.set(words[0], to: "") }
        for setting in shown {
          prompt.host.note(":set \(setting.name) \(setting.read(settings))  # \(setting.summary)")
        }
      default: throw Complaint("wrong-setting", "':set' takes the name of a setting and one value")
      }
    },
    MetaCommand(
      name: "time", form: ":time expression", summary: "runs an expression and shows how long it took"
    ) { prompt, text throws(Complaint) in
      let start = prompt.host.clock()
      if prompt.run(Source(name: ":time", text: try required(text, "an expression")), echo: .prompt) {
        prompt.worked.append(text)
      }
      prompt.host.note("\(NumberStyle.significant(prompt.host.clock() - start)) s")
    },
  ]

  private static func required(_ argument: String, _ what: String) throws(Complaint) -> String {
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
