// SPDX-License-Identifier: GPL-3.0-or-later
import CReadline
import CSystem
import FlowRuntime
import FlowText
import Glibc

/// A line reader for the prompt that uses GNU Readline. Use it only on the main thread.
package final class Keyboard: LineReader {
  private let isColored: Bool
  fileprivate var assistant: LineAssistant?

  package init(isColored: Bool) {
    self.isColored = isColored
    Self.skipUnreadableKeys()
    gf_editor_start("gradflow", candidates, isColored ? painted : nil, visible)
  }

  /// Makes Readline skip a key bindings file that is not a regular file. It would wait forever for the content of a
  /// pipe or a terminal.
  private static func skipUnreadableKeys() {
    let home = getenv("HOME").map { String(cString: $0) + "/.inputrc" }
    var status = stat()
    guard let path = getenv("INPUTRC").map({ String(cString: $0) }) ?? home, stat(path, &status) == 0,
      status.st_mode & S_IFMT != S_IFREG
    else { return }
    setenv("INPUTRC", "/dev/null", 1)
  }

  package func readLine(_ prompt: LinePrompt, _ assistant: LineAssistant) -> LineEvent {
    self.assistant = assistant
    var text: UnsafeMutablePointer<CChar>?
    let status =
      gf_editor_fits()
      ? gf_read_line(colored(prompt), Unmanaged.passUnretained(self).toOpaque(), &text)
      : gf_read_plain_line(prompt.rawValue, &text)
    defer { free(text) }
    let line = text.map { String(cString: $0) } ?? ""
    switch status {
    case gf_line_read: return .line(line)
    case gf_line_interrupted: return .interrupted(dropped: line)
    default:
      note("")
      return .end
    }
  }

  package func remember(_ entry: String) { gf_history_add(entry, Int32(HistoryFile.limit)) }

  package func resetInterrupt() {
    gf_memory_arm()
    gf_interrupt_reset()
  }

  package func runCommand(_ command: String) {
    _ = try? runForUser(command)
    SystemStream.error.startLine()
  }

  /// Returns the prompt with its colours between the marks that exclude them from Readline's count of columns.
  private func colored(_ prompt: LinePrompt) -> String {
    guard isColored else { return prompt.rawValue }
    let color = prompt == .primary ? "1;36" : "36"
    return "\u{1}\u{1B}[\(color)m\u{2}\(prompt.rawValue)\u{1}\u{1B}[0m\u{2}"
  }
}

/// Returns the completion candidates for a word, one per line. `context` is the `Keyboard`. The caller frees the
/// result.
private func candidates(
  _ context: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?, _ start: Int32, _ point: Int32
) -> UnsafeMutablePointer<CChar>? {
  guard let line, let assistant = assistant(context) else { return nil }
  let words = assistant.complete(String(cString: line), Int(start), Int(point))
  return words.isEmpty ? nil : strdup(words.joined(separator: "\n"))
}

/// Returns the line with colours. The caller frees the result.
private func painted(
  _ context: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?, _ point: Int32
) -> UnsafeMutablePointer<CChar>? {
  guard let line, let assistant = assistant(context) else { return nil }
  return strdup(assistant.paint(String(cString: line), Int(point)))
}

/// Returns the pasted text with its control characters escaped. The caller frees the result.
private func visible(_ text: UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>? {
  text.flatMap { strdup(String(cString: $0).visible(keeping: StyledText.layout)) }
}

private func assistant(_ context: UnsafeMutableRawPointer?) -> LineAssistant? {
  context.flatMap { Unmanaged<Keyboard>.fromOpaque($0).takeUnretainedValue().assistant }
}
