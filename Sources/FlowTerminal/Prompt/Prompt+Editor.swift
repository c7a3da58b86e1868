// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime

extension Prompt {
  /// Lets the user change a text in an editor. Returns what was saved, or nil if there is nothing to run.
  func edit(_ text: String) -> String? {
    var edited: String?
    attempt { () throws(Complaint) in
      try interpreter.session.allow("starting an editor")
      reader.resetInterrupt()
      edited = try reader.edit(text)
    }
    guard let edited, !edited.allSatisfy(\.isWhitespace) else { return nil }
    // The entry is not on the screen.
    for (place, line) in edited.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let prompt = place == 0 ? LinePrompt.primary : .continuation
      host.note("\(prompt.rawValue)\(String(line))")
    }
    return edited
  }

  /// Runs an entry from the editor and adds it to the history. Returns whether it succeeded.
  @discardableResult
  func runEdited(_ entry: String) -> Bool {
    remember(entry)
    reader.resetInterrupt()
    return process(entry)
  }

  /// Lets the user change one of their functions. After an error, the next call continues with the text that has it.
  func editFunction(_ name: String) throws(Complaint) {
    let source = try source(of: name)
    let draft = drafts[name]
    drafts[name] = nil
    guard let edited = edit(draft?.origin == source ? draft?.text ?? source : source) else { return }
    if !runEdited(edited) {
      drafts[name] = (edited, source)
      host.note(":edit \(name) opens this text again")
    }
  }

  /// Returns the source of a function that the user has defined.
  func source(of name: String) throws(Complaint) -> String {
    let globals = interpreter.globals
    guard let value = globals.first(where: { $0.name == name })?.value else {
      if interpreter.registry[name] != nil {
        throw Complaint("not-editable", "'\(name)' is a builtin, whose source cannot be edited")
      }
      let functions = globals.filter { if case .function = $0.value { true } else { false } }
      throw .unknown("function", name, code: "unknown-name", among: functions.map(\.name))
    }
    guard case .function(let function) = value else {
      throw Complaint("not-editable", "'\(name)' is \(value.kind), not a function")
    }
    let text = function.source.text(in: function.literal.range)
    return function.name == name ? text : "\(name) = \(text)"
  }
}
