// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// One step of a compiled network, with its own memory for what it gives forward.
///
/// Matrices are samples × units. A pass first connects the operations, which computes nothing, and then has them compute
/// part by part, so that several threads can share the work. Every activation of a dense layer stands until the next pass,
/// and every δ too; so they are still there to be measured. Gradients of parameters are set, not added to.
protocol Operation<E>: AnyObject {
  associatedtype E: Element
  var inputs: Int { get }
  var outputs: Int { get }
  /// Whether it has to see all samples before it can compute any: batch statistics.
  var measuresSamples: Bool { get }
  /// Whether what follows may write over the output: nothing here reads it on the way back.
  var outputMayBeOverwritten: Bool { get }
  /// About how many multiply-adds a sample costs, forward.
  var work: Int { get }
  /// Makes room for `rows` samples; a pass then allocates nothing.
  func reserve(rows: Int)
  /// Takes the input `x` of the next pass and gives the place of the output, which may be that of the input.
  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E>
  /// Measures a part of the input, before any part of the output is computed; a part is whole groups of samples.
  func measureForward(_ part: Range<Int>, _ pass: Pass)
  /// Computes a part of the output: some samples of it.
  func forward(_ part: Range<Int>, _ pass: Pass)
  /// Takes `g` = ∂L/∂y and gives the place of ∂L/∂x, which `memory` has; `needsInput` false spares computing it.
  func connectBackward(_ g: Matrix<E>, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E>
  /// Measures a part of ∂L/∂y, before any part of ∂L/∂x is computed; a part is whole groups of samples.
  func measureBackward(_ part: Range<Int>, _ pass: Pass)
  /// Computes a part of ∂L/∂x.
  func backward(_ part: Range<Int>, _ pass: Pass)
  /// Cuts the work of `setGradients` after a backward pass over `rows` samples into tasks of about `grain`
  /// multiply-adds, which may run side by side, and gives their number.
  func cutGradients(rows: Int, grain: Int) -> Int
  /// Sets the gradients of its parameters.
  func setGradients(task: Int)
  /// How analyses and special ways of computing see the operation.
  var role: OperationRole<E> { get }
  /// What the operation contributes to the gradient between two rows of the flow table.
  var term: GradientTerm { get }
  /// The operations inside this one through which the gradient's path leads, in the order of the forward pass.
  var body: [any Operation<E>] { get }
  /// The arrays that the operation keeps from one step to the next, except for its parameters and those of the
  /// operations inside it. They are saved, copied and restored with the network.
  var state: [StateArray<E>] { get }
  /// Brings the state up to date with the last forward pass. Training calls this once it is certain that the step counts,
  /// so a pass that only measures, and one with values that are not finite, leave the state as it is.
  func updateState()
  /// Returns whether ∂L/∂x of the last pass lost nothing to the range of the element type.
  ///
  /// `g` is ∂L/∂y, and `branch` what the body made of it; without a body they are the same.
  func isInRange(_ g: Matrix<E>, branch: Matrix<E>, _ check: RangeCheck<E>) -> Bool
  /// Returns ∂L/∂x of the last forward pass in numbers that have exponents of their own, or nil if it is ∂L/∂y itself.
  ///
  /// `g` is ∂L/∂y, and `branch` what the body made of it; without a body they are the same.
  func wideBackward(_ g: WideMatrix, branch: WideMatrix, _ pool: ThreadPool) -> WideMatrix?
  /// Where the last pass wrote y; nil where it wrote nothing.
  var output: Matrix<E>? { get }
  /// Where it wrote ∂L/∂x; nil where it wrote nothing.
  var inputGradient: Matrix<E>? { get }
  /// What is computed one after the other, itself included: a block has operations inside.
  var forwardOrder: [any Operation<E>] { get }
  /// The same on the way back.
  var backwardOrder: [any Operation<E>] { get }
}

/// An operation as analyses and special ways of computing see it.
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

extension Operation {
  var measuresSamples: Bool { false }
  var outputMayBeOverwritten: Bool { false }
  var body: [any Operation<E>] { [] }
  var state: [StateArray<E>] { [] }
  func updateState() {}
  func measureForward(_ part: Range<Int>, _ pass: Pass) {}
  func measureBackward(_ part: Range<Int>, _ pass: Pass) {}
  func cutGradients(rows: Int, grain: Int) -> Int { 0 }
  func setGradients(task: Int) {}
  var forwardOrder: [any Operation<E>] { [self] }
  var backwardOrder: [any Operation<E>] { [self] }

  /// The output for the input `x`, at once.
  @inline(__always)
  func forward(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    let y = connect(x, pass)
    Schedule(forward: forwardOrder).run(rows: x.rows, pass)
    return y
  }

  /// ∂L/∂x from `g` = ∂L/∂y, and the gradients of the parameters, at once.
  @inline(__always)
  func backward(_ g: Matrix<E>, _ pass: Pass, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E> {
    let dx = connectBackward(g, needsInput: needsInput, memory)
    let order = backwardOrder
    Schedule(backward: order).run(rows: g.rows, pass)
    for operation in order {
      pass.pool.run(operation.cutGradients(rows: g.rows, grain: Schedule<E>.grain)) { operation.setGradients(task: $0) }
    }
    return dx
  }
}

/// The number of layers or operations from which freeing them takes long enough to be noticed.
let slowToFree = 4096
