// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A kernel bound to its memory: it reads and writes the same matrices in every pass.
///
/// A pass runs a step on one part of the samples at a time, so that several threads can share the work. Gradients of
/// parameters are overwritten, not accumulated.
protocol Step<E>: AnyObject {
  associatedtype E: Element
  var site: Site<E> { get }
  /// Computes a stage of the forward pass for some samples.
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass)
  /// Computes a stage of the backward pass for some samples.
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass)
  /// Divides the work of `setGradients` into tasks of about `grain` multiply-adds, which may run in parallel, and
  /// returns their number.
  func cutGradients(grain: Int) -> Int
  /// Sets the gradients of the parameters.
  func setGradients(task: Int)
  /// The role of the step for analyses and special back ends.
  var role: StepRole<E> { get }
  /// Updates the state from the last forward pass. Training calls this only after it has accepted a training step, so
  /// passes that only measure, and passes with values that are not finite, do not change the state.
  func updateState()
  /// Calls `visit` with the gradients on the path through the step, in the order of the backward pass, except for
  /// ∂L/∂x.
  func trace(_ visit: (TracePoint<E>) -> Void)
  /// Returns what a stage of the forward pass wrote. It is not called for the last stage, which writes the output.
  func values(after stage: Int) -> [Matrix<E>]
  /// Returns what a stage of the backward pass wrote. It is not called for the last stage, which writes ∂L/∂x.
  func gradients(after stage: Int) -> [Matrix<E>]
  /// Returns the only gradient written by a stage of the backward pass that later stages read. Returns nil if there is
  /// none, or more than one.
  func carriedGradient(after stage: Int) -> Matrix<E>?
  /// Multiplies the gradients that a stage of the backward pass wrote by 2^`exponent`. Later stages must do the same
  /// with the gradients that they read from elsewhere.
  func rescale(after stage: Int, byPowerOfTwo exponent: Int)
  /// Resets the powers of two of the last backward pass.
  func resetScale()
  /// The exponents of the powers of two, relative to ∂L/∂y, by which ∂L/∂x and the gradients of the parameters are
  /// multiplied. They are 0 unless stages were rescaled.
  var inputExponent: Int { get }
  var parameterExponent: Int { get }
  /// Returns whether the last backward pass through the step lost nothing to the limited range of the element type.
  func isInRange(_ check: RangeCheck<E>) -> Bool
  /// Returns ∂L/∂x of the last forward pass for each input, in numbers with separate exponents. `gradients` is ∂L/∂y,
  /// with a contribution from each reader. Calls `visit` as `trace` does.
  func wideBackward(
    _ gradients: [WideMatrix], _ pool: ThreadPool, _ visit: (WideTracePoint) -> Void
  ) -> [WideMatrix]
}

extension Step {
  func cutGradients(grain: Int) -> Int { 0 }
  func setGradients(task: Int) {}
  func updateState() {}
  func values(after stage: Int) -> [Matrix<E>] { [] }
  func gradients(after stage: Int) -> [Matrix<E>] { [] }
  func carriedGradient(after stage: Int) -> Matrix<E>? { nil }
  func rescale(after stage: Int, byPowerOfTwo exponent: Int) {}
  func resetScale() {}
  var inputExponent: Int { 0 }
  var parameterExponent: Int { 0 }
  var role: StepRole<E> { .other }
  func trace(_ visit: (TracePoint<E>) -> Void) {}
}

/// A gradient on the path through a step.
///
/// Its scale is that after `stage` of the backward pass, counted from 0, or that of the gradient of the step's output
/// if `stage` is nil.
enum TracePoint<E: Element> {
  /// δ of a row of the flow table, counted from the first row of the step.
  case arrival(row: Int, Matrix<E>, stage: Int?)
  /// The gradient after a part of the step.
  case stop(GradientTerm, Matrix<E>, stage: Int?)
}

/// A gradient on the path through a step, in numbers with separate exponents.
enum WideTracePoint {
  case arrival(row: Int, WideMatrix)
  case stop(GradientTerm, WideMatrix)
}

/// A step as analyses and special back ends see it.
enum StepRole<E: Element> {
  /// W·x + b.
  case affine(any AffineStep<E>)
  /// An activation.
  case activation(any ActivationStep<E>)
  /// Several rows of the flow table, one per time step. Each may have an activation of its own.
  case unrolled([StepRow<E>])
  /// Anything else.
  case other

  /// The step as an activation, or nil if it is something else.
  var activation: (any ActivationStep<E>)? {
    switch self {
    case .activation(let activation): activation
    case .affine, .unrolled, .other: nil
    }
  }

  /// Returns a row of the flow table that the step begins, counted from 0.
  func row(_ number: Int) -> StepRow<E> {
    switch self {
    case .affine(let affine): StepRow(affine: affine, activation: nil)
    case .unrolled(let rows): rows[number]
    case .activation, .other: preconditionFailure("the kernel's part is rows, but its step has none")
    }
  }
}

/// A row of the flow table that a step begins.
struct StepRow<E: Element> {
  let affine: any AffineRow<E>
  let activation: (any ActivationRow<E>)?
}

/// The number of layers or nodes above which freeing them takes noticeably long.
let slowToFree = 4096
