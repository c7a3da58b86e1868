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
  /// Throws if a pass with so many samples at once would keep too many numbers.
  func check(rows: Int) throws(NetworkError) {
    func units<E: Element>(_ operations: [any Operation<E>]) -> Int {
      operations.reduce(0) { sum, operation in
        sum + operation.inputs + operation.outputs + units((operation as? ResidualOperation<E>)?.body ?? [])
      }
    }
    let width =
      switch engine {
      case .f32(let engine): units(engine.operations)
      case .f64(let engine): units(engine.operations)
      }
    let total = Double(width) * Double(rows)
    if total > Double(NetworkLimits.passNumbers) {
      throw NetworkError(
        "a pass of \(rows) samples would keep \(numberText(total)) numbers, more than the limit of "
          + "\(NetworkLimits.passNumbers)",
        hint: "use fewer samples at once")
    }
  }
}
