// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// How large a network and a pass through it may be: a slip in a number is told before it fills the memory.
enum NetworkLimits {
  /// Dense layers.
  static let layers = 100_000
  /// Weights, biases, scales and shifts; 1 GB in f64, three times that with gradients and initial values.
  static let parameters = 1 << 27
  /// Numbers that a pass keeps, outputs and gradients of all layers; 8 GB in f64.
  static let passNumbers = 1 << 30

  /// Throws if a network has too many layers or parameters. Both are exact or far beyond the limit.
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
  /// Throws if a pass over `rows` samples at once would keep too many numbers.
  func check(rows: Int) throws(NetworkError) {
    let total = Double(engine.unitCount) * Double(rows)
    if total > Double(NetworkLimits.passNumbers) {
      throw NetworkError(
        "a pass of \(rows) samples would keep \(numberText(total)) numbers, more than the limit of "
          + "\(NetworkLimits.passNumbers)",
        hint: "use fewer samples at once")
    }
    try NetworkLimits.requireMemory(total * Double(precision.bytes))
  }

  /// Throws if the system refuses the memory for a copy of the network in a precision, by default its own.
  public func requireCopy(in other: Precision? = nil) throws(NetworkError) {
    try architecture.requireMemory(in: other ?? precision)
  }
}

extension Architecture {
  /// Throws if the system refuses the memory for the given number of networks, in a precision, by default its own.
  public func requireMemory(in other: Precision? = nil, networks: Int = 1) throws(NetworkError) {
    // Values, gradients and initial values; while they are drawn or copied, all numbers in f64 besides.
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

/// Returns what `body` returns, or nil if one of several networks is too large to be used.
///
/// Refused memory is another matter: whether it is refused depends on the machine, so it ends the whole computation.
package func unlessTooLarge<Result>(_ body: () throws(NetworkError) -> Result) -> Result? {
  do throws(NetworkError) {
    return try body()
  } catch {
    if let refusal = error.refusal { reportRefusal(refusal) }
    return nil
  }
}
