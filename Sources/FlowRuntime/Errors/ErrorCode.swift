// SPDX-License-Identifier: GPL-3.0-or-later

/// The codes of errors that are not simply shown, because they determine how the program ends.
package enum ErrorCode {
  /// The reader of the output closed it.
  package static let closedPipe = "closed-pipe"
  /// The user stopped the computation.
  package static let interrupted = "interrupted"
  /// The program reached its time limit.
  package static let timeLimit = "time-limit"
}
