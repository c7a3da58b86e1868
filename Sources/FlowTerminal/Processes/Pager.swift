// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime
import FlowText
import Glibc

/// The program that shows output that is longer than the window.
enum Pager {
  /// The command in `$GRADFLOW_PAGER`, or else in `$PAGER`, or else `less`. Nil if the variable is empty or `cat`.
  private static var command: String? {
    let command = variable("GRADFLOW_PAGER") ?? variable("PAGER") ?? "less"
    return command.isEmpty || command == "cat" ? nil : command
  }

  /// Shows text that is longer than the window, if both input and output are a terminal and no further line has been
  /// typed, which would be taken for commands of the pager. Returns false if the caller has to write the text.
  static func show(_ text: StyledText) throws(HostFailure) -> Bool {
    guard isatty(STDIN_FILENO) == 1, !hasInput, let height = SystemStream.output.height, let command,
      text.plain.utf8.lazy.count(where: { $0 == UInt8(ascii: "\n") }) >= height
    else { return false }
    // The default options of less: quit if everything fits, keep colours, cut long lines, do not clear the screen, and say
    // how to leave.
    setenv("LESS", "-FRSX -PsSpace shows more, q leaves$", 0)
    // What is typed by mistake must not write files or run commands.
    setenv("LESSSECURE", "1", 0)
    // To keep colours, less passes escape sequences through, so others must be escaped here.
    let stop = StopToken.current
    let shown = text.inLocale.encoded(showingControls: true) { stop.isRequested }
    if stop.isRequested { return false }
    // The status that shells return if there is no such command.
    return try runForUser(command, input: shown) != 127
  }

  /// Whether a line has been typed that nobody has read.
  private static var hasInput: Bool {
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&input, 1, 0) > 0
  }
}
