// SPDX-License-Identifier: GPL-3.0-or-later

extension Optimizer {
  /// The learning rate, which is the first argument of every optimizer.
  package var rate: Double { arguments[0] }

  /// Returns the optimizer with another learning rate, or itself if the rate is not finite.
  package func with(rate: Double) -> Optimizer {
    rate.isFinite ? Optimizer(entry: entry, arguments: [rate] + arguments.dropFirst()) : self
  }

  /// The fraction of the previous step that is kept, or nil if the optimizer has no such argument.
  package var momentum: Double? { momentumIndex.map { arguments[$0] } }

  /// Returns the optimizer with another momentum, or itself if it has none.
  package func with(momentum: Double) -> Optimizer {
    guard let momentumIndex else { return self }
    var arguments = arguments
    arguments[momentumIndex] = momentum
    return Optimizer(entry: entry, arguments: arguments)
  }

  private var momentumIndex: Int? { entry.parameters.firstIndex { $0.name == "momentum" } }
}

/// Returns x·10^exponent by shifting the decimal exponent, so that a tenth of 0.1 is exactly 0.01.
package func decimalShift(_ x: Double, by exponent: Int) -> Double {
  let parts = "\(x)".split(separator: "e")
  let own = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
  return Double("\(parts[0])e\(own + exponent)") ?? x
}
