// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The parts of steps that belong to a row of the flow table, in one plan.
struct Tap<E: Element> {
  /// The number of the row, counted from 1 at the input.
  let layer: Int
  let affine: any AffineRow<E>
  /// The first activation after the affine part and before the next row.
  let activation: (any ActivationRow<E>)?
  /// The first normalisation after the affine part and before the next row.
  let normalization: (any Step<E>)?

  /// The output of the layer in the last pass.
  var output: Matrix<E> { activation?.output ?? normalization?.site.output ?? affine.output }

  /// All parameters of the layer.
  var parameters: [Parameter<E>] {
    affine.parameters + (normalization?.site.parameters.map(\.parameter) ?? [])
  }
}
