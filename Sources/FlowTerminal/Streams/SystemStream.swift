// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime
import FlowTables
import FlowText
import Glibc

/// One of the process's output streams. Output is not buffered, so the reader at the other end of a pipe sees it
/// immediately.
package enum SystemStream: Int32, Sendable {
  /// Data.
  case output = 1
  /// Notes, errors and progress.
  case error = 2

  /// Writes the complete text, unless a stop is requested during the call. Text that is written after a stop request,
  /// such as its message, is dropped only if it cannot be written without blocking.
  ///
  /// All text reaches the streams through this method. It escapes control characters if the stream is a terminal or the
  /// error stream, and with `showingControls` in all cases.
  package func write(_ text: StyledText, showingControls: Bool = false) throws(HostFailure) {
    let stop = StopToken.process
    let isAfterStop = stop.isRequested
    let isForReaders = self == .error || showingControls || isatty(rawValue) == 1
    let bytes = text.encoded(showingControls: isForReaders) { !isAfterStop && stop.isRequested }
    if !isAfterStop, stop.isRequested { throw systemFailure(EINTR) }
    try send(bytes)
  }

  /// Writes text without escaping it.
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

  /// The number of bytes to write at a time: for a pipe, as many as it accepts without blocking once it has room; for a
  /// file, as many as take little time.
  private static let (pipePiece, filePiece) = (4096, 1 << 20)

  /// A Boolean value that indicates whether the stream is a regular file, which never blocks a writer.
  private var isFile: Bool {
    var status = stat()
    return fstat(rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Waits until a write would not block, or would fail. Returns false after the given time or a signal.
  private func hasRoom(within milliseconds: Int32) -> Bool {
    var room = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
    return poll(&room, 1, milliseconds) > 0
  }

  /// The number of columns of the terminal, or nil if the stream is not a terminal.
  package var width: Int? { window.map { $0.ws_col > 0 ? Int($0.ws_col) : 80 } }

  /// The number of rows of the terminal, or nil if the stream is not a terminal.
  package var height: Int? { window.map { $0.ws_row > 0 ? Int($0.ws_row) : 24 } }

  /// The size of the terminal, which is zero if the terminal does not report one.
  private var window: winsize? {
    guard isatty(rawValue) == 1 else { return nil }
    var size = winsize()
    return ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0 ? size : winsize()
  }

  /// Moves the cursor of a terminal to the start of the line if that is empty, or else of the next line.
  ///
  /// The column of the cursor is not known. Spaces for one column less than a line reach the next line unless the
  /// cursor is in the first column.
  package func startLine() {
    guard let width = redrawWidth else { return }
    try? send(String(repeating: " ", count: width - 1) + "\r\u{1B}[K")
  }

  /// Replaces the line at the cursor of a terminal.
  func replaceLine(by text: StyledText) { try? send("\r\(text.shown)\u{1B}[K") }

  /// The number of columns of the terminal, or nil if lines cannot be redrawn.
  var redrawWidth: Int? { variable("TERM") == "dumb" ? nil : width }

  /// A Boolean value that indicates whether the stream uses colours by default. It depends on NO_COLOR, CLICOLOR_FORCE,
  /// CLICOLOR and TERM, in this order, and then on whether the stream is a terminal.
  package var usesColour: Bool {
    if let value = variable("NO_COLOR"), !value.isEmpty { return false }
    if let value = variable("CLICOLOR_FORCE"), !value.isEmpty, value != "0" { return true }
    if variable("CLICOLOR") == "0" || variable("TERM") == "dumb" { return false }
    return isatty(rawValue) == 1
  }
}

/// Writes a line to standard error, even after a stop request, and wraps it on a terminal. Failures are ignored because
/// they cannot be reported.
@Sendable package func note(_ text: StyledText) {
  let text = StopToken.shielded { (SystemStream.error.width.map(text.wrapped) ?? text).inLocale }
  try? SystemStream.error.write(text + "\n")
}

extension StyledText {
  /// The text, with ASCII frames if the locale does not use Unicode.
  var inLocale: StyledText { localeUsesUnicode() ? self : withASCIIFrames }
}
