// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import FlowTables

extension MetaCommand {
  /// Commands about the session as a whole.
  static let session: [MetaCommand] = [
    MetaCommand(
      name: "cd", form: ":cd [folder]",
      summary: "changes the folder to which relative paths refer; - is the previous one"
    ) { prompt, folder throws(Complaint) in
      let path = try prompt.interpreter.session.changeFolder(try commandPath(folder))
      prompt.log.add(command: ":cd \(path)")
      prompt.host.note("\(path)")
    },
    MetaCommand(name: "demo", form: ":demo", summary: "starts a guided tour") { prompt, _ throws(Complaint) in
      prompt.runTour()
    },
    MetaCommand(
      name: "help", form: ":help [topic]", summary: "shows a help page, like ?topic, or lists these commands"
    ) { prompt, topic throws(Complaint) in
      if !topic.isEmpty { return prompt.showHelp(topic) }
      let indent = 2 + (all.map(\.form.count).max() ?? 0)
      let width = (prompt.host.noteWidth() ?? 100) - indent - 1
      for command in all {
        let lines = command.summary.wrapped(max(20, width))
        for (place, line) in lines.enumerated() {
          let form = place == 0 ? command.form : ""
          prompt.host.note("\(form)\(String(repeating: " ", count: indent - form.count))\(line)")
        }
      }
    },
    MetaCommand(name: "load", form: ":load file.gf", summary: "runs a script") { prompt, path throws(Complaint) in
      let source = try prompt.interpreter.session.readScript(
        try commandPath(try required(path, "the name of a script")))
      prompt.run(source, echo: .script)
    },
    MetaCommand(name: "quit", form: ":quit", summary: "leaves the prompt, like Ctrl-D") { prompt, _ throws(Complaint) in
      prompt.exitStatus = 0
    },
    MetaCommand(
      name: "save", form: ":save file.gf", summary: "writes the entries that succeeded as a script"
    ) { prompt, path throws(Complaint) in
      let path = try commandPath(try required(path, "the name of a script"))
      try prompt.interpreter.session.allow("writing a file")
      if !path.hasSuffix(".gf"), prompt.host.exists(path) {
        throw Complaint(
          "file-exists", "'\(path)' exists and is not a script, so it is not overwritten",
          notes: ["write :save \(path).gf, or another name that ends in .gf"])
      }
      try prompt.interpreter.session.writeFile(
        path, Array(prompt.log.script.utf8),
        saying: prompt.log.summary)
    },
    MetaCommand(
      name: "set", form: ":set [name value]", summary: "changes a setting; without arguments, shows all settings"
    ) { prompt, argument throws(Complaint) in
      let words = argument.split(separator: " ").map(String.init)
      let settings = prompt.interpreter.settings
      switch words.count {
      case 2:
        try prompt.interpreter.settings.set(words[0], to: words[1])
        prompt.log.add(command: ":set \(words[0]) \(words[1])")
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
      prompt.run(Source(name: ":time", text: try required(text, "an expression")), echo: .prompt)
      prompt.host.note("\(NumberStyle.significant(prompt.host.clock() - start)) s")
    },
  ]

  /// Commands about variables.
  static let variables: [MetaCommand] = [
    MetaCommand(
      name: "forget", form: ":forget names", summary: "removes variables, which restores builtins of the same names"
    ) { prompt, names throws(Complaint) in
      try prompt.interpreter.forget(try required(names, "the name of a variable"))
      prompt.log.add(command: ":forget \(names)")
    },
    MetaCommand(name: "list", form: ":list", summary: "lists the names you defined") { prompt, _ throws(Complaint) in
      let names = prompt.interpreter.globals.filter { $0.name != "_" && $0.name != "ans" }
      let table = Table(columns: [
        Column("name", texts: names.map(\.name)), Column("type", texts: names.map(\.value.typeName)),
        Column("value", texts: names.map(\.value.summary)),
      ])
      try prompt.interpreter.session.show(.table(table))
    },
  ]
}
