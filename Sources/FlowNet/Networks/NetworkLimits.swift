// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Limits on the size of a network and of a pass, which catch a mistyped number before it fills the memory.
enum NetworkLimits {
  /// The maximum number of dense layers.
  static let layers = 100_000
  /// The maximum number of weights, biases, scales and shifts. They take 1 GiB in f64, and three times as much with
  /// gradients and initial values.
  static let parameters = 1 << 27
  /// The maximum number of values that a pass keeps, the outputs and gradients of all layers. They take 8 GiB in f64.
  static let passNumbers = 1 << 30

  /// Throws if a network has too many layers or parameters. Both numbers are exact unless they are far beyond the
  /// limit.
  static func check(layers count: Int, parameters total: Double) throws(NetworkError) {
    if count > layers { throw NetworkError("this network has \(count) dense layers, more than the limit of \(layers)") }
    if total > Double(parameters) {
      throw NetworkError(
        "this network has \(numberText(total)) parameters, more than the limit of \(parameters)",
        hint: "make it narrower or less deep")
    }
  }
}

extension Network {
  /// Throws if a pass over `rows` samples would keep too many values, or if the system refuses the memory for them.
  func check(rows: Int) throws(NetworkError) {
    let total = Double(architecture.graph.unitCount) * Double(rows)
    if total > Double(NetworkLimits.passNumbers) {
      throw NetworkError(
        "a pass of \(rows) samples would keep \(numberText(total)) numbers, more than the limit of "
          + "\(NetworkLimits.passNumbers)",
        hint: "use fewer samples per pass")
    }
    try NetworkLimits.requireMemory(total * Double(precision.bytes))
  }

  /// Throws if the system refuses the memory for a copy of the network. The precision defaults to that of the network.
  public func requireCopy(in other: Precision? = nil) throws(NetworkError) {
    try architecture.requireMemory(in: other ?? precision)
  }
}

extension Architecture {
  /// Throws if the system refuses the memory for the given number of networks. The precision defaults to that of the
  /// architecture.
  public func requireMemory(in other: Precision? = nil, networks: Int = 1) throws(NetworkError) {
    // Values, gradients and initial values, and, while they are drawn or copied, the values in f64.
    let bytes = 3 * (other ?? precision).bytes + Precision.f64.bytes
    try NetworkLimits.requireMemory(Double(networks) * parameterCount * Double(bytes))
  }
}

extension NetworkLimits {
  /// Throws if the system refuses the given number of bytes.
  static func requireMemory(_ bytes: Double) throws(NetworkError) {
    try FlowMath.requireMemory(bytes) { NetworkError($0) }
  }
}

/// Returns the result of `body`, or nil if it throws, for one of several networks that may be too large to use.
///
/// If the system refused memory, the refusal is reported and ends the whole computation, because it depends on the
/// machine and not on the network.
package func unlessTooLarge<Result>(_ body: () throws(NetworkError) -> Result) -> Result? {
  do throws(NetworkError) {
    return try body()
  } catch {
    if let refusal = error.refusal { reportRefusal(refusal) }
    return nil
  }
}
