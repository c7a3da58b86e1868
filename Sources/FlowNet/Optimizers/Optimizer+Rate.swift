// SPDX-License-Identifier: GPL-3.0-or-later

extension Optimizer {
  /// The learning rate, which is the first argument of every optimizer.
  package var rate: Double { arguments[0] }

  /// Returns the optimizer with another learning rate, or itself if the rate is not finite.
  package func with(rate: Double) -> Optimizer {
    rate.isFinite ? Optimizer(entry: entry, arguments: [rate] + arguments.dropFirst()) : self
  }

  /// The fraction of the previous step that is kept, or nil if the optimizer has no such argument.
  package var momentum: Double? { self["momentum"] }

  /// Returns the optimizer with another momentum, or itself if it has none.
  package func with(momentum: Double) -> Optimizer { with("momentum", momentum) }

  /// The value of an argument, or nil if the optimizer has no such argument.
  package subscript(name: String) -> Double? { index(of: name).map { arguments[$0] } }

  /// Returns the optimizer with another value of an argument, or itself if it has no such argument.
  package func with(_ name: String, _ value: Double) -> Optimizer {
    guard let index = index(of: name) else { return self }
    var arguments = arguments
    arguments[index] = value
    return Optimizer(entry: entry, arguments: arguments)
  }

  private func index(of name: String) -> Int? { entry.parameters.firstIndex { $0.name == name } }
}

/// Returns x·10^exponent by shifting the decimal exponent, so that a tenth of 0.1 is exactly 0.01.
package func decimalShift(_ x: Double, by exponent: Int) -> Double {
  let parts = "\(x)".split(separator: "e")
  let own = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
  return Double("\(parts[0])e\(own + exponent)") ?? x
}
