// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The memory that a step reads and writes, for one plan. Matrices are samples × units.
///
/// It is a class, so that a step can keep it apart from what it needs in every pass.
final class Site<E: Element> {
  /// The values that the kernel reads.
  let inputs: NonEmpty<Matrix<E>>
  /// Where the kernel writes its output. This may be the same memory as the first input; see `Outline.overwritesInput`.
  let output: Matrix<E>
  /// ∂L/∂y, with a contribution from each reader of y. Only a fan-out has more than one. Nil if the step computes
  /// nothing in the backward pass.
  let gradients: NonEmpty<Matrix<E>>?
  /// Where the kernel writes ∂L/∂x, for each input. Nil for an input whose gradient is not needed.
  let inputGradients: NonEmpty<Matrix<E>?>
  let parameters: [BoundParameter<E>]
  let state: [StateArray<E>]
  /// The memory that the outline requests.
  let memory: [Buffer<E>]
  let saturation: SaturationCounter?
  /// The number of the kernel's random stream; see `Node.drawer`.
  let drawer: UInt64
  /// Whether the pass uses batch statistics and dropout.
  let isTraining: Bool

  init(
    inputs: NonEmpty<Matrix<E>>, output: Matrix<E>, gradients: NonEmpty<Matrix<E>>?,
    inputGradients: NonEmpty<Matrix<E>?>, parameters: [BoundParameter<E>], state: [StateArray<E>],
    memory: [Buffer<E>], saturation: SaturationCounter?, drawer: UInt64, isTraining: Bool
  ) {
    self.inputs = inputs
    self.output = output
    self.gradients = gradients
    self.inputGradients = inputGradients
    self.parameters = parameters
    self.state = state
    self.memory = memory
    self.saturation = saturation
    self.drawer = drawer
    self.isTraining = isTraining
  }

  var samples: Int { output.rows }
  var input: Matrix<E> { inputs[0] }
  /// ∂L/∂y of any kernel except a fan-out.
  var gradient: Matrix<E>? { gradients?[0] }
  var inputGradient: Matrix<E>? { inputGradients[0] }

  /// Returns the matrix that the outline requests at `index`, which has a row for each sample.
  func rows(_ index: Int, columns: Int) -> Matrix<E> {
    Matrix(memory[index].pointer, rows: samples, columns: columns)
  }

  /// Returns the matrix that the outline requests at `index`, which has a row for each sample and time step.
  func sequence(_ index: Int, steps: Int, columns: Int) -> Matrix<E> {
    Matrix(memory[index].pointer, rows: steps * samples, columns: columns)
  }
}

/// A parameter that is bound to a step.
struct BoundParameter<E: Element> {
  let parameter: Parameter<E>
  /// Where the step writes its contribution to the gradient. For the first node that uses the parameter, this is the
  /// gradient itself.
  let gradients: Panels<E>

  var values: Panels<E> { parameter.values }
}
