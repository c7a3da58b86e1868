// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime
import FlowTables
import FlowText
import Glibc

/// One of the process's own output streams. Every piece is written at once: what a reader at the other end of a pipe
/// sees is never late.
package enum SystemStream: Int32, Sendable {
  /// The data stream.
  case output = 1
  /// Notes, errors and progress.
  case error = 2

  /// Writes text whole, unless a stop is requested meanwhile. What is written after a stop, such as its message, is left
  /// out only where nobody reads.
  ///
  /// This is the only way by which text gets to the streams: a terminal, and the error stream wherever it leads, gets it
  /// with its control characters visible, and with `showingControls` a program does too.
  package func write(_ text: StyledText, showingControls: Bool = false) throws(HostFailure) {
    let stop = StopToken.process
    let isAfterStop = stop.isRequested
    let isForReaders = self == .error || showingControls || isatty(rawValue) == 1
    let bytes = text.encoded(showingControls: isForReaders) { !isAfterStop && stop.isRequested }
    if !isAfterStop, stop.isRequested { throw systemFailure(EINTR) }
    try send(bytes)
  }

  /// Writes bytes as they are.
  private func send(_ text: String) throws(HostFailure) {
    var text = text
    let stop = StopToken.process
    let isAfterStop = stop.isRequested
    let pieceSize = isFile ? Self.filePiece : Self.pipePiece
    let failure = text.withUTF8 { bytes -> Int32 in
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while !rest.isEmpty {
        if stop.isRequested, !isAfterStop || !hasRoom(within: 0) { return EINTR }
        guard hasRoom(within: 50) else { continue }
        let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(pieceSize))
        let count = Glibc.write(rawValue, piece.baseAddress, piece.count)
        if count < 0, errno != EINTR { return errno }
        rest = rest.dropFirst(max(0, count))
      }
      return 0
    }
    switch failure {
    case 0: return
    case EPIPE: throw .closedPipe
    default: throw systemFailure(failure)
    }
  }

  /// The bytes that a pipe takes without blocking once it has room at all, and those of a file that take little time.
  private static let (pipePiece, filePiece) = (4096, 1 << 20)

  /// Whether it is a plain file, which never keeps a writer waiting.
  private var isFile: Bool {
    var status = stat()
    return fstat(rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether a piece can be written, or an error noticed, without blocking. Waits for that, but a signal ends the wait.
  private func hasRoom(within milliseconds: Int32) -> Bool {
    var room = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
    return poll(&room, 1, milliseconds) > 0
  }

  /// The columns of its terminal; nil where it is none.
  package var width: Int? { window.map { $0.ws_col > 0 ? Int($0.ws_col) : 80 } }

  /// The rows of its terminal; nil where it is none.
  package var height: Int? { window.map { $0.ws_row > 0 ? Int($0.ws_row) : 24 } }

  /// All zero where a terminal does not know its size.
  private var window: winsize? {
    guard isatty(rawValue) == 1 else { return nil }
    var size = winsize()
    return ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0 ? size : winsize()
  }

  /// Moves the cursor of a terminal to the start of a line: to that of the next one where something stands before it.
  /// That is not known here, but blanks for a line less one column reach the next line only then.
  package func startLine() {
    guard let width = redrawWidth else { return }
    try? send(String(repeating: " ", count: width - 1) + "\r\u{1B}[K")
  }

  /// Puts text in place of the line that the cursor of a terminal is on.
  func replaceLine(by text: StyledText) { try? send("\r\(text.shown)\u{1B}[K") }

  /// The same, where a line can be drawn anew.
  var redrawWidth: Int? { variable("TERM") == "dumb" ? nil : width }

  /// Whether it takes colours when nobody says anything else: NO_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM, in this
  /// order, then whether it is a terminal.
  package var usesColour: Bool {
    if let value = variable("NO_COLOR"), !value.isEmpty { return false }
    if let value = variable("CLICOLOR_FORCE"), !value.isEmpty, value != "0" { return true }
    if variable("CLICOLOR") == "0" || variable("TERM") == "dumb" { return false }
    return isatty(rawValue) == 1
  }
}

/// A line for the reader, on stderr, whole after a stop too; nothing can be said where that fails.
@Sendable package func note(_ text: StyledText) {
  let text = StopToken.shielded { text.inLocale }
  try? SystemStream.error.write(text + "\n")
}

extension StyledText {
  /// The same with plain frames, where the locale has no others.
  var inLocale: StyledText { localeUsesUnicode() ? self : withASCIIFrames }
}

/// Whether the locale has more than ASCII, by the first of its three variables that says something. Where none does,
/// as in a bare container, nothing is known of the terminal, and those of today know UTF-8.
func localeUsesUnicode() -> Bool {
  let names = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).filter { !$0.isEmpty }
  guard let locale = names.first?.lowercased() else { return true }
  return locale.contains("utf-8") || locale.contains("utf8")
}

func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
