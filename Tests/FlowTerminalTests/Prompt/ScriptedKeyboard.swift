// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTerminal

/// A line reader that returns the given events and then the end of the input.
final class ScriptedKeyboard: LineReader {
  private var events: [LineEvent]
  private(set) var prompts: [LinePrompt] = []
  private(set) var remembered: [String] = []
  private(set) var commands: [String] = []
  private(set) var assistants: [LineAssistant] = []

  private(set) var screensCleared = 0
  /// The texts that were opened in the editor.
  private(set) var edited: [String] = []
  /// What the editor saves. Nil if it fails.
  private let editor: (String) -> String?

  /// Is called before each entry.
  private let reset: () -> Void

  init(
    _ events: [LineEvent], editor: @escaping (String) -> String? = { _ in nil }, reset: @escaping () -> Void = {}
  ) {
    self.events = events.reversed()
    self.editor = editor
    self.reset = reset
  }

  func readLine(_ prompt: LinePrompt, _ assistant: LineAssistant) -> LineEvent {
    prompts.append(prompt)
    assistants.append(assistant)
    return events.popLast() ?? .end
  }

  func remember(_ entry: String) { remembered.append(entry) }
  func resetInterrupt() { reset() }
  func runCommand(_ command: String) { commands.append(command) }

  func edit(_ text: String) throws(Complaint) -> String {
    edited.append(text)
    guard let saved = editor(text) else { throw Complaint("editor", "the editor failed") }
    return saved
  }

  func clearScreen() { screensCleared += 1 }
}
