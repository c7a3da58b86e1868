// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

/// The saved modes of the terminal on standard input, in case a program that changes them ends before it restores them.
struct TerminalModes {
  private var modes = termios()

  /// Saves the current modes. Returns nil if standard input is not a terminal.
  init?() {
    guard tcgetattr(STDIN_FILENO, &modes) == 0 else { return nil }
  }

  /// Restores the modes. Only a process in the foreground may do that; the system would stop any other.
  func restore() {
    var modes = modes
    tcsetattr(STDIN_FILENO, TCSADRAIN, &modes)
  }
}
