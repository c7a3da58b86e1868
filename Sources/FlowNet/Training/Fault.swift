// SPDX-License-Identifier: GPL-3.0-or-later

/// The first number of a training that was not finite.
public struct Fault: Sendable {
  /// What was not finite.
  public enum Quantity: String, Sendable {
    case preActivation = "pre-activation"
    case activation, loss, gradient
    /// A weight, a bias, a scale or a shift.
    case weight
    /// A number of the data.
    case input
  }

  /// The step, counted from 1.
  public let step: Int
  /// Nil for the loss and the input.
  public let layer: Int?
  /// What was not finite.
  public let quantity: Quantity
  /// Infinite or NaN.
  public let value: Double
  /// Where it came from: the largest numbers that went into it.
  public let causes: [Cause]

  /// A quantity that went into the number that is not finite.
  public struct Cause: Sendable {
    /// What it is, such as `weight`.
    public let quantity: String
    /// The largest magnitude in it, or the first number of it that is not finite itself.
    public let value: Double
  }
}
