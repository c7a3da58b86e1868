// SPDX-License-Identifier: GPL-3.0-or-later

/// The role of a kernel in the flow of signals and gradients.
package enum NodeRole: Sendable {
  /// W·x + b. Its first parameter is the weight; the second one, if there is one, is the bias. It begins a row of the
  /// flow table.
  case affine
  /// It begins the given number of rows, one for each time step. The `role` of its step contains the rows. `weight` is
  /// the position of their weight among the kernel's parameters.
  case unrolled(steps: Int, weight: Int)
  /// It applies an activation and does nothing else. It belongs to the current row if that has no activation yet. Its
  /// step conforms to `ActivationStep`.
  case activation(Activation)
  /// It normalises, as `layer` describes. It belongs to the current row if that has no normalisation yet. The option is
  /// the one that inserts such a normalisation, or nil if there is none.
  case norm(NormChoice?, layer: any Layer)
  /// It sets random units to 0 in training mode. `kept` is the expected fraction of the other units.
  case mask(kept: Double)
  /// It passes a value to two readers.
  case fanOut
  /// It adds two values.
  case sum
  /// Any other role.
  case other

  /// The number of rows of the flow table that the kernel begins, and the position of their weight among its
  /// parameters.
  var rows: (count: Int, weight: Int) {
    switch self {
    case .affine: (1, 0)
    case .unrolled(let steps, let weight): (steps, weight)
    case .activation, .norm, .mask, .fanOut, .sum, .other: (0, 0)
    }
  }

  /// The activation that the kernel applies, or nil if it does anything else.
  package var activation: Activation? {
    switch self {
    case .activation(let activation): activation
    case .affine, .unrolled, .norm, .mask, .fanOut, .sum, .other: nil
    }
  }
}
