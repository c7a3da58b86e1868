// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Why a network cannot be built or used.
public struct NetworkError: Error, Sendable, Equatable {
  /// The message, without a full stop.
  public let message: String
  /// How to fix the error, or nil if that is not known.
  public let hint: String?
  /// An order of the layers of a file to start from, for the user to rearrange; empty for other errors.
  public let order: [String]
  /// The memory that was refused, if that is the reason.
  public let refusal: MemoryRefusal?

  public init(_ message: String, hint: String? = nil, order: [String] = []) {
    self.message = message
    self.hint = hint
    self.order = order
    refusal = nil
  }

  /// Describes refused memory.
  public init(_ refusal: MemoryRefusal) {
    message = refusal.message
    hint = nil
    order = []
    self.refusal = refusal
  }

  /// Throws if a stop is requested, because the loops before the call may have ended early.
  static func checkStop() throws(NetworkError) {
    if StopToken.current.isRequested { throw NetworkError("stopped") }
  }
}
