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

  init(_ events: [LineEvent]) { self.events = events.reversed() }

  func readLine(_ prompt: LinePrompt, _ assistant: LineAssistant) -> LineEvent {
    prompts.append(prompt)
    assistants.append(assistant)
    return events.popLast() ?? .end
  }

  func remember(_ entry: String) { remembered.append(entry) }
  func resetInterrupt() {}
  func runCommand(_ command: String) { commands.append(command) }
}
