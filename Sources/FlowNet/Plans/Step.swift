// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A kernel that is bound to a place in memory: it reads and writes the same matrices in every pass.
///
/// Passes go through steps part by part, so that several threads can share the work. In passes that keep values, every
/// pre-activation and every δ stays where it is until the next pass, so that they can be measured. Gradients of parameters
/// are set, not added to.
protocol Step<E>: AnyObject {
  associatedtype E: Element
  var site: Site<E> { get }
  /// Computes a stage of the forward pass for some samples.
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass)
  /// Computes a stage of the backward pass for some samples.
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass)
  /// Divides the work of `setGradients` into tasks of about `grain` multiply-adds, which may run in parallel, and returns
  /// their number.
  func cutGradients(grain: Int) -> Int
  /// Sets the gradients of the parameters.
  func setGradients(task: Int)
  /// How analyses and special back ends see the step.
  var role: StepRole<E> { get }
  /// Brings the state up to date with the last forward pass. Training calls this once it is certain that the step counts,
  /// so a pass that only measures, and one with values that are not finite, leave the state as it is.
  func updateState()
  /// Calls `visit` with the gradients on the path through the step, in the order of the backward pass, except for ∂L/∂x.
  func trace(_ visit: (TracePoint<E>) -> Void)
  /// Returns what a stage of the forward pass wrote, except for the last one, which wrote the output.
  func values(after stage: Int) -> [Matrix<E>]
  /// Returns what a stage of the backward pass wrote, except for the last one, which wrote ∂L/∂x.
  func gradients(after stage: Int) -> [Matrix<E>]
  /// Returns the only gradient from a stage of the backward pass that later stages read, or nil if there are several.
  func carriedGradient(after stage: Int) -> Matrix<E>?
  /// Multiplies the gradients that a stage of the backward pass wrote by 2^`exponent`. Later stages must do the same with
  /// what they read from elsewhere.
  func rescale(after stage: Int, byPowerOfTwo exponent: Int)
  /// Forgets the powers of two of the last backward pass.
  func resetScale()
  /// The exponents of the powers of two, relative to ∂L/∂y, by which ∂L/∂x and the gradients of the parameters are
  /// multiplied. They are 0 unless stages were rescaled.
  var inputExponent: Int { get }
  var parameterExponent: Int { get }
  /// Returns whether ∂L/∂x of the last pass lost nothing to the range of the element type.
  func isInRange(_ check: RangeCheck<E>) -> Bool
  /// Returns ∂L/∂x of the last forward pass for each input, in numbers with separate exponents. `gradients` is ∂L/∂y,
  /// with a contribution from each reader. Calls `visit` like `trace`.
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
/// Its scale is that of the gradient of the step's output, or that after a stage of the backward pass, counted from 0.
enum TracePoint<E: Element> {
  /// δ of a row of the flow table, counted from the first row of the step.
  case arrival(row: Int, Matrix<E>, stage: Int?)
  /// The gradient after a part of the step.
  case stop(GradientTerm, Matrix<E>, stage: Int?)
}

/// The same in numbers with separate exponents.
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
  /// Several rows of the flow table, one per time step, each perhaps with an activation of its own.
  case unrolled([StepRow<E>])
  /// Anything else.
  case other

  /// The activation, if it is one.
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

/// The number of layers or nodes from which freeing them takes long enough to be noticed.
let slowToFree = 4096
