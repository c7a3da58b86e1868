// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

/// The source of the prompt's input. The program uses GNU Readline, and tests use a list of lines.
package protocol LineReader: AnyObject {
  func readLine(_ prompt: LinePrompt, _ assistant: LineAssistant) -> LineEvent
  /// Adds an entry to the history that the arrow keys recall.
  func remember(_ entry: String)
  /// Clears pending interrupts before a computation begins.
  func resetInterrupt()
  /// Runs a shell command that uses the terminal, and waits for it.
  func runCommand(_ command: String)
  /// Lets the user change a text in an editor, and returns the new text.
  func edit(_ text: String) throws(Complaint) -> String
  func clearScreen()
}

/// Completion and highlighting for the line that is being typed. Offsets are in UTF-8.
package struct LineAssistant {
  /// Returns the candidates that replace the text from the start of a word to the cursor.
  package let complete: (_ line: String, _ wordStart: Int, _ cursor: Int) -> [String]
  /// Returns the style of each byte of the line, as the parameters of an escape sequence.
  package let styles: (_ line: String, _ cursor: Int) -> [String]

  /// An assistant without completion and highlighting.
  static var none: LineAssistant { LineAssistant(complete: { _, _, _ in [] }, styles: { _, _ in [] }) }
}

/// The result of reading a line.
package enum LineEvent: Equatable, Sendable {
  case line(String)
  /// Ctrl-C, which discards the text on the line.
  case interrupted(dropped: String)
  /// Ctrl-X Ctrl-E, with which the user continues the text in an editor.
  case edit(String)
  /// Ctrl-D on an empty line, or the loss of the terminal.
  case end
}

/// Removes the prompts from text that was copied from a session.
///
/// If any line begins with `gf> `, lines without a prompt are output of the session and are removed too.
func withoutPrompts(_ text: String) -> String {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  let isSession = lines.contains { $0.hasPrefix(LinePrompt.primary.rawValue) }
  var kept: [Substring] = []
  for line in lines {
    if let prompt = LinePrompt.allCases.first(where: { line.hasPrefix($0.rawValue) }) {
      kept.append(line.dropFirst(prompt.rawValue.count))
    } else if !isSession {
      kept.append(line)
    }
  }
  return kept.joined(separator: "\n")
}
