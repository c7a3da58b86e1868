// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

/// The keyboard side of the prompt. The program hands in GNU readline, tests a list of lines.
package protocol LineReader: AnyObject {
  /// Reads a line.
  func readLine(_ prompt: LinePrompt, _ assistant: LineAssistant) -> LineEvent
  /// Puts an entry into the list that the arrow keys walk.
  func remember(_ entry: String)
  /// Forgets the interrupts that came so far, before a computation begins.
  func resetInterrupt()
  /// Runs a command of the system's shell with the terminal as its own, and waits for it.
  func runCommand(_ command: String)
}

/// What the language knows of a line that is being typed. Offsets are in UTF-8.
package struct LineAssistant {
  /// The candidates for the text from a word's start to the cursor.
  package let complete: (_ line: String, _ wordStart: Int, _ cursor: Int) -> [String]
  /// The line with its colours.
  package let paint: (_ line: String, _ cursor: Int) -> String

  /// Knows nothing.
  static var none: LineAssistant { LineAssistant(complete: { _, _, _ in [] }, paint: { line, _ in line }) }
}

/// What the keyboard gave.
package enum LineEvent: Equatable, Sendable {
  case line(String)
  /// Ctrl-C; the text that stood on the line is gone.
  case interrupted(dropped: String)
  /// Ctrl-D on an empty line, or no terminal any more.
  case end
}

/// Takes the prompts off text that was copied from a session.
///
/// Where a line begins with `gf> `, lines without a prompt are output of that session and are dropped.
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
