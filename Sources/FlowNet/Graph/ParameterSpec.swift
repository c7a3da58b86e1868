// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A parameter as a kernel declares it.
struct ParameterSpec: Sendable {
  /// The initial values.
  enum Start: Sendable {
    /// The values of an initializer, from a stream of random numbers of the parameter's own.
    case drawn(Initializer, fanIn: Int, fanOut: Int)
    case constant(Double)
  }

  let kind: ParameterKind
  /// The name in files, after the path of the kernel. It is that of PyTorch.
  let name: String
  /// The number of inputs of a weight, 1 for everything else.
  let rows: Int
  let columns: Int
  let start: Start

  /// Whether the initial values come from a stream of random numbers.
  var isDrawn: Bool {
    switch start {
    case .drawn: true
    case .constant: false
    }
  }

  /// Whether the initial values are scaled with the help of the first data that the network processes.
  var needsData: Bool {
    switch start {
    case .drawn(let rule, _, _): rule.needsData
    case .constant: false
    }
  }

  /// A matrix that multiplies `inputs` units to make `outputs` units.
  static func weight(_ rule: Initializer, inputs: Int, outputs: Int) -> ParameterSpec {
    ParameterSpec(
      kind: .weight, name: "weight", rows: inputs, columns: outputs,
      start: .drawn(rule, fanIn: inputs, fanOut: outputs))
  }

  /// A number for each of `outputs` units that is added to the product with a weight.
  static func bias(_ rule: Initializer, inputs: Int, outputs: Int) -> ParameterSpec {
    ParameterSpec(
      kind: .bias, name: "bias", rows: 1, columns: outputs, start: .drawn(rule, fanIn: inputs, fanOut: outputs))
  }

  /// The factors of a normalisation.
  static func scale(units: Int) -> ParameterSpec {
    ParameterSpec(kind: .scale, name: "weight", rows: 1, columns: units, start: .constant(1))
  }

  /// The offsets of a normalisation.
  static func shift(units: Int) -> ParameterSpec {
    ParameterSpec(kind: .shift, name: "bias", rows: 1, columns: units, start: .constant(0))
  }
}
