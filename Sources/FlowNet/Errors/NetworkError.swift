// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Why a network cannot be built or used.
public struct NetworkError: Error, Sendable, Equatable {
  /// The error, without a full stop.
  public let message: String
  /// The way to fix it, if that is known.
  public let hint: String?
  /// An order of the layers of a file to start from, for the user to rearrange; empty for other errors.
  public let order: [String]
  /// The memory that was refused, if that is the reason.
  public let refusal: MemoryRefusal?

  /// Both parts.
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

  /// Throws if a stop is requested: what the loops before it made is not whole then.
  static func checkStop() throws(NetworkError) {
    if StopToken.current.isRequested { throw NetworkError("stopped") }
  }
}
