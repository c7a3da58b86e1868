// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The operations that belong to a row of the flow table.
final class Tap<E: Element> {
  /// The number of the row, counted from 1 at the input.
  let layer: Int
  let affine: any AffineStep<E>
  /// The first activation after the affine operation and before the next one.
  var activation: (any ActivationStep<E>)?
  /// The first normalisation after the affine operation and before the next one.
  var normalization: (any NormStep<E>)?

  init(layer: Int, _ affine: any AffineStep<E>) {
    self.layer = layer
    self.affine = affine
  }

  /// The output of the layer in the last pass.
  var output: Matrix<E>? { activation?.output ?? normalization?.output ?? affine.output }

  /// All parameters of the layer.
  var parameters: [Parameter<E>] {
    affine.parameters + (normalization?.parameters ?? [])
  }

  /// Returns the parameter of a kind, or nil if the layer has none.
  func parameter(_ kind: ParameterKind) -> Parameter<E>? { parameters.first { $0.kind == kind } }
}
