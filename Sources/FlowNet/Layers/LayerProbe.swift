// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The operations of one dense layer that the flow table looks at: affine part, normalisation, activation.
final class LayerProbe<E: Element> {
  /// Position among the dense layers, from 1.
  let layer: Int
  let description: Dense
  let dense: DenseOperation<E>
  /// The first activation after the affine part and before the next one.
  var activation: ActivationOperation<E>?
  /// The first normalisation after the affine part and before the next one.
  var normalization: (any Normalization<E>)?

  init(layer: Int, description: Dense, dense: DenseOperation<E>) {
    self.layer = layer
    self.description = description
    self.dense = dense
  }

  /// The output of the layer in the last pass.
  var output: Matrix<E>? { activation?.output ?? normalization?.output ?? dense.output }

  /// All parameters of the layer.
  var parameters: [Parameter<E>] {
    [dense.weight, dense.bias] + (normalization.map { [$0.scale, $0.shift] } ?? [])
  }

  /// The parameter of that kind, if the layer has one.
  func parameter(_ kind: ParameterKind) -> Parameter<E>? { parameters.first { $0.kind == kind } }
}
