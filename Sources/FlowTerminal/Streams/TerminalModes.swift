// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

/// The modes of the terminal on standard input, kept for the case that a program which has changed them is ended before it
/// restores them.
struct TerminalModes {
  private var modes = termios()

  /// Keeps the present modes; nil if standard input is not a terminal.
  init?() {
    guard tcgetattr(STDIN_FILENO, &modes) == 0 else { return nil }
  }

  /// Restores the modes. Only the foreground may do that; the system would stop any other process.
  func restore() {
    var modes = modes
    tcsetattr(STDIN_FILENO, TCSADRAIN, &modes)
  }
}
