// SPDX-License-Identifier: GPL-3.0-or-later
import CReadline
import FlowShell
import Glibc

/// The data stream. Every piece is written at once: what a reader at the other end of a pipe sees is never late.
enum StandardOutput {
  @Sendable static func write(_ text: String) throws(HostFailure) {
    switch writeAll(text, STDOUT_FILENO) {
    case 0: return
    case EPIPE: throw .closedPipe
    case let failure: throw .system(String(cString: strerror(failure)))
    }
  }

  /// Writes text of the program itself and gives the exit status.
  static func print(_ text: String) -> Int32 {
    do throws(HostFailure) {
      try write(text)
      return 0
    } catch {
      if case .system(let reason) = error {
        note("error: cannot write the output: \(reason)")
        return ExitStatus.error
      }
      return ExitStatus.closedPipe
    }
  }

  /// The columns of the terminal; nil where output is none.
  @Sendable static func width() -> Int? {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

/// A line for the reader, on stderr; nothing can be said where that fails.
@Sendable func note(_ text: String) {
  _ = writeAll(text + "\n", STDERR_FILENO)
}

/// Writes text to a descriptor and gives the error number, 0 for none.
private func writeAll(_ text: String, _ descriptor: Int32) -> Int32 {
  var text = text
  return text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno != EINTR { return errno }
      rest = rest.dropFirst(max(0, count))
    }
    return 0
  }
}

/// Whether a stream takes colours: the option, then NO_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM, then what it is.
func usesColor(_ choice: ColorChoice, descriptor: Int32) -> Bool {
  func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
  switch choice {
  case .always: return true
  case .never: return false
  case .auto:
    if let value = variable("NO_COLOR"), !value.isEmpty { return false }
    if let value = variable("CLICOLOR_FORCE"), !value.isEmpty, value != "0" { return true }
    if variable("CLICOLOR") == "0" || variable("TERM") == "dumb" { return false }
    return isatty(descriptor) == 1
  }
}
