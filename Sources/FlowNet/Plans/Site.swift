// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The place of a step: where it reads and writes, for one plan. Matrices are samples × units.
struct Site<E: Element> {
  /// The values that the kernel reads.
  let inputs: NonEmpty<Matrix<E>>
  /// Where it writes its own value. It may be the place of the first input; see `Outline.overwritesInput`.
  let output: Matrix<E>
  /// ∂L/∂y, with a contribution from each reader of y. There is more than one only for a fan-out. Nil in a plan without
  /// a backward pass.
  let gradients: NonEmpty<Matrix<E>>?
  /// Where it writes ∂L/∂x, for each input. Nil for an input whose gradient nobody needs.
  let inputGradients: NonEmpty<Matrix<E>?>
  let parameters: [BoundParameter<E>]
  let state: [StateArray<E>]
  /// The memory that the outline asks for.
  let memory: [Buffer<E>]
  let saturation: SaturationCounter?
  /// The number of the kernel's stream of random numbers.
  let drawer: UInt64
  /// Whether the pass uses batch statistics and dropout.
  let isTraining: Bool

  /// The number of samples.
  var samples: Int { output.rows }
  var input: Matrix<E> { inputs[0] }
  /// ∂L/∂y of a kernel that is no fan-out.
  var gradient: Matrix<E>? { gradients?[0] }
  var inputGradient: Matrix<E>? { inputGradients[0] }

  /// Returns memory of the outline that has a row for each sample.
  func rows(_ index: Int, columns: Int) -> Matrix<E> {
    Matrix(memory[index].pointer, rows: samples, columns: columns)
  }

  /// Returns memory of the outline that has a row for each sample and time step.
  func sequence(_ index: Int, steps: Int, columns: Int) -> Matrix<E> {
    Matrix(memory[index].pointer, rows: steps * samples, columns: columns)
  }
}

/// A parameter as a step uses it.
struct BoundParameter<E: Element> {
  let parameter: Parameter<E>
  /// Where the step writes its contribution to the gradient. If it is the only one, this is the gradient itself.
  let gradients: Panels<E>

  var values: Panels<E> { parameter.values }
}
