// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// An argument of optimizers, apart from the rate, with the values that make it suspicious.
private struct OptimizerArgument: Sendable {
  let name: String
  let cause: Diagnosis.Cause
  let suspicious: ClosedRange<Double>
  /// The values that are suspicious even if the network learned something.
  var extreme: ClosedRange<Double>?
  /// Whether the suspicious values make the steps small.
  var isSlow = false
  /// The values to try.
  let values: [Double]
  let reason: String
  let explanation: @Sendable (_ value: Double) -> String
}

/// With a momentum above 0.9, the steps add up to more than ten times their size. The suspicious values of the
/// other arguments are unusual, and the extreme ones are far outside of those that are used in practice.
private let optimizerArguments = [
  OptimizerArgument(
    name: "momentum", cause: .momentum, suspicious: (0.9).nextUp ... .infinity, extreme: 0.99 ... .infinity,
    values: [0.9, 0.5, 0], reason: "successive steps then add up to less"
  ) { momentum in
    momentum < 1
      ? "with a momentum this large, steps add up to \(Int((1 / (1 - momentum)).rounded())) times their size"
      : "with a momentum of 1 or more, the steps grow without limit"
  },
  OptimizerArgument(
    name: "beta1", cause: .momentum, suspicious: 0.95...1, extreme: 0.99...1, values: [0.9, 0.5, 0],
    reason: "the steps then follow the gradient sooner"
  ) { _ in "with a beta1 this large, the steps follow gradients of long ago" },
  OptimizerArgument(
    name: "decay", cause: .penalty, suspicious: 0.3 ... .infinity, extreme: 1 ... .infinity, values: [0.01, 0],
    reason: "the loss then outweighs the decay"
  ) { _ in "the weight decay outweighs the loss" },
  OptimizerArgument(
    name: "eps", cause: .rate, suspicious: 0.01 ... .infinity, extreme: 0.1 ... .infinity, isSlow: true,
    values: [1e-8], reason: "it must be small compared to the gradient"
  ) { _ in "an eps this large makes the steps small" },
  OptimizerArgument(
    name: "eps", cause: .rate, suspicious: 0...0, values: [1e-8], reason: "it prevents a division by 0"
  ) { _ in "with an eps of 0, a gradient of 0 is divided by 0" },
  OptimizerArgument(
    name: "beta2", cause: .rate, suspicious: 0...0.5, values: [0.999],
    reason: "the steps then do not depend on a single gradient"
  ) { _ in "with a beta2 this small, small gradients make steps as large as large ones do" },
  OptimizerArgument(
    name: "alpha", cause: .rate, suspicious: 0...0.5, values: [0.99],
    reason: "the steps then do not depend on a single gradient"
  ) { _ in "with an alpha this small, small gradients make steps as large as large ones do" },
  OptimizerArgument(
    name: "alpha", cause: .rate, suspicious: 1...1, extreme: 1...1, values: [0.99],
    reason: "the steps are then divided by the size of the gradient"
  ) { _ in "with an alpha of 1, the size of the gradient is ignored and steps are divided by eps" },
]

extension SettingSuspect {
  /// Returns the suspicious arguments of an optimizer.
  static func arguments(of optimizer: Optimizer) -> [SettingSuspect] {
    optimizerArguments.compactMap { argument in
      guard let value = optimizer[argument.name], argument.suspicious.contains(value) else { return nil }
      let size = argument.values[0] < value ? "smaller" : "larger"
      return SettingSuspect(
        cause: argument.cause, explanation: argument.explanation(value),
        remedy: ("\(size) \(argument.name)", argument.reason), quantity: argument.name, before: value,
        isExtreme: argument.extreme?.contains(value) ?? false, isSlow: argument.isSlow,
        exchanges: argument.values.map { other in
          (other, { $0.optimizer = $0.optimizer.with(argument.name, other) }, nil)
        })
    }
  }
}
