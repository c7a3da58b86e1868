// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension MetaCommand {
  /// Commands about entries and the screen.
  static let editing: [MetaCommand] = [
    MetaCommand(name: "clear", form: ":clear", summary: "clears the screen, like Ctrl-L") {
      prompt, _ throws(Complaint) in
      prompt.reader.clearScreen()
    },
    MetaCommand(
      name: "edit", form: ":edit [name]",
      summary: "opens the last entry or one of your functions in $EDITOR, and runs it"
    ) { prompt, name throws(Complaint) in
      if name.isEmpty {
        let text = prompt.entries.last { PromptLine($0) == nil } ?? ""
        if let edited = prompt.edit(text) { prompt.runEdited(edited) }
      } else {
        try prompt.editFunction(name)
      }
    },
    MetaCommand(
      name: "history", form: ":history [n or text]", summary: "lists the last entries, or those that contain a text"
    ) { prompt, argument throws(Complaint) in
      let numbered = Array(prompt.entries.enumerated())
      let chosen =
        if argument.isEmpty {
          numbered.suffix(20)
        } else if let count = Int(argument), count > 0 {
          numbered.suffix(count)
        } else {
          // Without this command itself.
          numbered.dropLast().filter { $0.element.localizedContains(argument) }[...]
        }
      let width = String(numbered.count).count
      let lines = chosen.map { number, entry in
        let label = String(number + 1)
        let indent = "\n" + String(repeating: " ", count: width + 2)
        let text = entry.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: indent)
        return String(repeating: " ", count: width - label.count) + label + "  " + text
      }
      if lines.isEmpty { throw Complaint("no-entry", "no entry contains '\(argument)'") }
      prompt.showText(lines.joined(separator: "\n"))
    },
  ]
}

extension String {
  /// Returns whether the text contains another one, ignoring case.
  fileprivate func localizedContains(_ text: String) -> Bool { lowercased().contains(text.lowercased()) }
}
