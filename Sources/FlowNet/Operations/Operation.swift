// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// One step of a compiled network, with its own memory for its output.
///
/// Matrices are samples × units. A pass first connects the operations, which computes nothing, and then lets them compute
/// part by part, so that several threads can share the work. Every activation of a dense layer is kept until the next
/// pass, and so is every δ, so that they can be measured. Gradients of parameters are set, not added to.
protocol Operation<E>: AnyObject {
  associatedtype E: Element
  /// The number of units that the first input and the output have.
  var inputs: Int { get }
  var outputs: Int { get }
  /// Whether the operation computes statistics over the samples of a batch, and so has to see all of them first.
  var measuresSamples: Bool { get }
  /// Whether the next operation may overwrite the output, because this one does not read it in the backward pass.
  var outputMayBeOverwritten: Bool { get }
  /// The approximate number of multiply-adds per sample in the forward pass.
  var work: Int { get }
  /// Whether the operation adds up the gradients from several readers of its input; see `FanOut`.
  var isFanOut: Bool { get }
  /// Whether the operation computes anything in the forward pass, and in the backward pass. It does not if its output, or
  /// the gradient of its inputs, is a matrix that exists already.
  var computesForward: Bool { get }
  var computesBackward: Bool { get }
  /// Allocates memory for `rows` samples. Passes then allocate nothing.
  func reserve(rows: Int)
  /// Receives the inputs of the next pass, and returns the place of the output, which may be that of an input.
  func connect(_ inputs: Wires<E>, _ pass: Pass) -> Matrix<E>
  /// Measures a part of the input before any part of the output is computed. A part consists of whole groups of samples.
  func measureForward(_ part: Range<Int>, _ pass: Pass)
  /// Computes the output for some samples.
  func forward(_ part: Range<Int>, _ pass: Pass)
  /// Receives ∂L/∂y and assigns the places of ∂L/∂x for all inputs.
  func connectBackward(_ site: BackwardSite<E>)
  /// Measures a part of ∂L/∂y before any part of ∂L/∂x is computed. A part consists of whole groups of samples.
  func measureBackward(_ part: Range<Int>, _ pass: Pass)
  /// Computes ∂L/∂x for some samples.
  func backward(_ part: Range<Int>, _ pass: Pass)
  /// Divides the work of `setGradients` after a backward pass over `rows` samples into tasks of about `grain`
  /// multiply-adds, which may run in parallel, and returns their number.
  func cutGradients(rows: Int, grain: Int) -> Int
  /// Sets the gradients of the parameters.
  func setGradients(task: Int)
  /// How analyses and special back ends see the operation.
  var role: OperationRole<E> { get }
  /// What the operation contributes to the gradient between two rows of the flow table.
  var term: GradientTerm { get }
  /// The arrays that the operation keeps from one step to the next, except for its parameters. They are saved, copied
  /// and restored with the network.
  var state: [StateArray<E>] { get }
  /// Brings the state up to date with the last forward pass. Training calls this once it is certain that the step counts,
  /// so a pass that only measures, and one with values that are not finite, leave the state as it is.
  func updateState()
  /// Returns whether ∂L/∂x of the last pass lost nothing to the range of the element type.
  func isInRange(_ gradients: Wires<E>, _ check: RangeCheck<E>) -> Bool
  /// Returns ∂L/∂x of the last forward pass for each input, in numbers with separate exponents, or nil if each of them
  /// is ∂L/∂y itself. `gradients` is ∂L/∂y, with a contribution from each reader.
  func wideBackward(_ gradients: [WideMatrix], _ pool: ThreadPool) -> [WideMatrix]?
  /// Where the last pass wrote y, or nil if it wrote nothing.
  var output: Matrix<E>? { get }
  /// Where the last pass wrote ∂L/∂x of the first input, or nil if it wrote nothing.
  var inputGradient: Matrix<E>? { get }
}

extension Operation {
  var measuresSamples: Bool { false }
  var outputMayBeOverwritten: Bool { false }
  var isFanOut: Bool { false }
  var computesForward: Bool { true }
  var computesBackward: Bool { true }
  var state: [StateArray<E>] { [] }
  func updateState() {}
  func measureForward(_ part: Range<Int>, _ pass: Pass) {}
  func measureBackward(_ part: Range<Int>, _ pass: Pass) {}
  func cutGradients(rows: Int, grain: Int) -> Int { 0 }
  func setGradients(task: Int) {}
}

/// An operation as analyses and special back ends see it.
enum OperationRole<E: Element> {
  /// W·x + b, which begins a row of the flow table unless it is the projection of a block.
  case affine(any AffineStep<E>)
  /// An activation.
  case activation(any ActivationStep<E>)
  /// Anything else.
  case other

  /// The affine part, if there is one.
  var affine: (any AffineStep<E>)? {
    switch self {
    case .affine(let affine): affine
    case .activation, .other: nil
    }
  }

  /// The activation, if it is one.
  var activation: (any ActivationStep<E>)? {
    switch self {
    case .activation(let activation): activation
    case .affine, .other: nil
    }
  }
}

/// The number of layers or operations from which freeing them takes long enough to be noticed.
let slowToFree = 4096
