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
    var assistant = gf_assistant(
      complete: candidates, paint: isColored ? styled : nil, palette: Self.makePalette(), clean: visible)
    gf_editor_start("gradflow", &assistant)
  }

  /// Returns the parameters of the escape sequences of all styles. The line editor keeps them.
  private static func makePalette() -> UnsafePointer<UnsafePointer<CChar>?> {
    let styles = Highlighter.Style.allCases
    let palette = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: styles.count)
    for (place, style) in styles.enumerated() { palette[place] = strdup(style.rawValue).map { UnsafePointer($0) } }
    return UnsafePointer(palette)
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
      gf_editor_fits() ? read(prompt, &text) : gf_read_plain_line(prompt.rawValue, &text)
    defer { free(text) }
    let line = text.map { String(cString: $0) } ?? ""
    switch status {
    case gf_line_read: return .line(line)
    case gf_line_interrupted: return .interrupted(dropped: line)
    case gf_line_edit: return .edit(line)
    default:
      note("")
      return .end
    }
  }

  private func read(_ prompt: LinePrompt, _ text: inout UnsafeMutablePointer<CChar>?) -> gf_line_status {
    colored(prompt).withCString { first in
      colored(.continuation).withCString { later in
        var prompts = gf_prompts(prompt: first, continuation: later)
        return gf_read_line(&prompts, Unmanaged.passUnretained(self).toOpaque(), &text)
      }
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

  package func clearScreen() { gf_clear_screen() }

  package func edit(_ text: String) throws(Complaint) -> String {
    defer { SystemStream.error.startLine() }
    return try TextEditor.edit(text)
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

/// Returns the place in the palette of the style of each byte, as a digit. The caller frees the result.
private func styled(
  _ context: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?, _ point: Int32
) -> UnsafeMutablePointer<CChar>? {
  guard let line, let assistant = assistant(context) else { return nil }
  let places = assistant.styles(String(cString: line), Int(point)).map { style in
    UInt8(ascii: "0") + UInt8(Highlighter.Style.allCases.firstIndex { $0.rawValue == style } ?? 0)
  }
  return strdup(String(decoding: places, as: UTF8.self))
}

/// Returns the pasted text with its control characters escaped. The caller frees the result.
private func visible(_ text: UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>? {
  text.flatMap { strdup(String(cString: $0).visible(keeping: StyledText.layout)) }
}

private func assistant(_ context: UnsafeMutableRawPointer?) -> LineAssistant? {
  context.flatMap { Unmanaged<Keyboard>.fromOpaque($0).takeUnretainedValue().assistant }
}
