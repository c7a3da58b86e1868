// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime
import FlowText
import Glibc

/// The program in which the user reads what is longer than the window.
enum Pager {
  /// `$GRADFLOW_PAGER`, else `$PAGER`, else less, which leaves short text and colours as they are; nil where an empty
  /// variable says that there shall be none.
  private static var command: String? {
    let command = variable("GRADFLOW_PAGER") ?? variable("PAGER") ?? "less"
    return command.isEmpty || command == "cat" ? nil : command
  }

  /// Shows text that is longer than the window, where a user sits before both ends; returns false if the caller should
  /// write it itself.
  static func show(_ text: StyledText) throws(HostFailure) -> Bool {
    guard isatty(STDIN_FILENO) == 1, let height = SystemStream.output.height, let command,
      text.plain.utf8.lazy.count(where: { $0 == UInt8(ascii: "\n") }) >= height
    else { return false }
    // What less does when nobody says otherwise: end at once if all fits, keep colours, cut long lines, leave the text.
    setenv("LESS", "FRSX", 0)
    // What it leaves as it is for our colours would let anything through.
    let stop = StopToken.current
    let shown = text.inLocale.encoded(showingControls: true) { stop.isRequested }
    if stop.isRequested { return false }
    // As shells say that there is no such command.
    return try runForUser(command, input: shown) != 127
  }
}
