// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A kernel's declaration of a parameter.
struct ParameterSpec: Sendable {
  /// The initial values.
  enum Start: Sendable {
    /// Values that an initializer draws from the parameter's own random stream.
    indirect case drawn(Initializer, fanIn: Int, fanOut: Int)
    case constant(Double)
  }

  let kind: ParameterKind
  /// The name in files, after the path of the kernel. It is the name that PyTorch uses.
  let name: String
  /// The number of inputs of a weight, or 1 for any other parameter.
  let rows: Int
  let columns: Int
  /// Whether it is a matrix, which files contain as outputs × inputs, and which penalties apply to. Any other parameter
  /// is an array.
  let isMatrix: Bool
  let start: Start

  /// Whether the initial values are drawn from a random stream.
  var isDrawn: Bool {
    switch start {
    case .drawn: true
    case .constant: false
    }
  }

  /// Whether the initial values are scaled using the first data that the network processes.
  var needsData: Bool {
    switch start {
    case .drawn(let rule, _, _): rule.needsData
    case .constant: false
    }
  }

  /// Returns a weight, a matrix that maps `inputs` units to `outputs` units.
  static func weight(
    _ rule: Initializer, name: String = "weight", inputs: Int, outputs: Int
  ) -> ParameterSpec {
    ParameterSpec(
      kind: .weight, name: name, rows: inputs, columns: outputs, isMatrix: true,
      start: .drawn(rule, fanIn: inputs, fanOut: outputs))
  }

  /// Returns a bias, which has a number for each of `outputs` units that is added to the product with a weight.
  static func bias(_ rule: Initializer, inputs: Int, outputs: Int) -> ParameterSpec {
    ParameterSpec(
      kind: .bias, name: "bias", rows: 1, columns: outputs, isMatrix: false,
      start: .drawn(rule, fanIn: inputs, fanOut: outputs))
  }

  /// Returns the factors of a normalisation.
  static func scale(units: Int) -> ParameterSpec {
    ParameterSpec(kind: .scale, name: "weight", rows: 1, columns: units, isMatrix: false, start: .constant(1))
  }

  /// Returns the offsets of a normalisation.
  static func shift(units: Int) -> ParameterSpec {
    ParameterSpec(kind: .shift, name: "bias", rows: 1, columns: units, isMatrix: false, start: .constant(0))
  }
}
