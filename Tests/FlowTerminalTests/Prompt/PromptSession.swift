// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTerminal
import TestSupport

/// What happened in a scripted session at the prompt.
struct PromptSession {
  let status: Int32
  let keyboard: ScriptedKeyboard
  let host: ScriptedHost

  /// Runs a prompt with the given events. `editor` returns what the user saves, or nil to make the editor fail.
  init(
    _ events: [LineEvent], isSafe: Bool = false, files: [String: String] = [:], noteWidth: Int? = nil,
    history: HistoryFile? = nil, editor: @escaping (String) -> String? = { _ in nil }
  ) {
    host = ScriptedHost()
    host.state.withLock { $0.files = files.mapValues { Array($0.utf8) } }
    keyboard = ScriptedKeyboard(events, editor: editor)
    var system = host.host(isSafe: isSafe)
    system.promptsOnInput = true
    system.noteWidth = { noteWidth }
    status = Prompt(interpreter: Interpreter(host: system), reader: keyboard, history: history).run()
  }

  init(
    _ lines: [String], isSafe: Bool = false, files: [String: String] = [:], noteWidth: Int? = nil,
    history: HistoryFile? = nil, editor: @escaping (String) -> String? = { _ in nil }
  ) {
    self.init(
      lines.map { .line($0) }, isSafe: isSafe, files: files, noteWidth: noteWidth, history: history, editor: editor)
  }
}
