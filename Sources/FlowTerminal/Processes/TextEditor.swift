// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowRuntime
import Glibc

/// The user's editor.
enum TextEditor {
  /// The command in `$VISUAL`, or else in `$EDITOR`, or else `vi`. It may have arguments.
  private static var command: String {
    [variable("VISUAL"), variable("EDITOR")].compactMap { $0 }.first { !$0.trimmed.isEmpty } ?? "vi"
  }

  /// The maximum size of what the editor saves, in bytes.
  private static let limit = 1 << 24

  /// Lets the user change a text in the editor and returns what was saved, without the line break at its end. Throws if
  /// the editor does not end successfully.
  static func edit(_ text: String) throws(Complaint) -> String {
    let command = command
    let folder = variable("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array("\(folder)/gradflow-XXXXXX.gf".utf8CString)
    let descriptor = mkstemps(&template, 3)
    guard descriptor >= 0 else {
      throw failure("cannot create a file in '\(folder)': \(String(cString: strerror(errno)))")
    }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { unlink(path) }
    let bytes = Array((text.isEmpty ? "" : text + "\n").utf8)
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    guard written == bytes.count else { throw failure("cannot write '\(path)'") }
    let status: Int32
    do throws(HostFailure) {
      // The shell splits the command into words, but not the path.
      status = try runForUser("\(command) '\(path.replacing("'", with: "'\\''"))'")
    } catch {
      throw failure("'\(command)' cannot be run")
    }
    if status != 0 {
      let hint = status == 127 ? "; set EDITOR to the one that you use" : ""
      throw failure("the editor '\(command)' ended with status \(status), so nothing was run\(hint)")
    }
    do throws(FileError) {
      var lines = String(decoding: try ContentReader(path).readAll(limit: limit), as: UTF8.self)[...]
      while lines.last?.isNewline == true { lines.removeLast() }
      return String(lines)
    } catch {
      throw failure("cannot read '\(path)': \(error.reason)")
    }
  }

  private static func failure(_ message: String) -> Complaint { Complaint("editor", message) }
}
