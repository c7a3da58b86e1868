// SPDX-License-Identifier: GPL-3.0-or-later

/// The first value in a training run that was not finite.
public struct Fault: Sendable {
  /// The kind of value that was not finite.
  public enum Quantity: String, Sendable {
    case preActivation = "pre-activation"
    case activation, loss, gradient
    /// A weight, a bias, a scale or a shift.
    case weight
    /// An element of the input data.
    case input
  }

  /// The step, counted from 1.
  public let step: Int
  /// The dense layer, counted from 1; `nil` for the loss and the input.
  public let layer: Int?
  public let quantity: Quantity
  /// The value: an infinity or NaN.
  public let value: Double
  /// The quantities that the value was computed from, each with its largest magnitude.
  public let causes: [Cause]

  package init(step: Int, layer: Int?, quantity: Quantity, value: Double, causes: [Cause]) {
    self.step = step
    self.layer = layer
    self.quantity = quantity
    self.value = value
    self.causes = causes
  }

  /// A quantity that the non-finite value was computed from.
  public struct Cause: Sendable {
    /// The name of the quantity, such as `weight`.
    public let quantity: String
    /// The largest magnitude in it, or its first value that is not finite.
    public let value: Double

    package init(quantity: String, value: Double) {
      self.quantity = quantity
      self.value = value
    }
  }
}
