// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A layer that applies an activation.
public struct ActivationLayer: Layer {
  public let activation: Activation

  public init(_ activation: Activation) { self.activation = activation }

  // In the language, an activation is used as a layer directly.
  public var kind: String { "activation" }

  public var role: LayerRole { .activation }
  public var ownActivation: Activation? { activation }

  public var arguments: [LayerArgument] { [LayerArgument("activation", .activation(activation))] }

  public func outputs(inputs: Int) throws(NetworkError) -> Int { inputs }

  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    let operation = ActivationOperation<E>(activation, units: inputs)
    builder.append(operation)
    if let tap = builder.taps.last, tap.activation == nil { tap.activation = operation }
  }

  public func with(activation: Activation) -> any Layer { ActivationLayer(activation) }
}

/// y = φ(z), unit by unit, or the softmax of each sample.
final class ActivationOperation<E: Element>: ActivationStep {
  let activation: Activation
  let inputs: Int
  var outputs: Int { inputs }
  let loops: PointwiseLoops<E>
  let parameter: Double
  /// Whether passes may write y over z.
  private var mayOverwrite = false
  /// Counts the pairs of sample and unit whose |φ'(z)| is below `flat`, in passes in training mode. Nil if φ is not
  /// bounded.
  let saturation: SaturationCounter?
  /// 1 % of the largest |φ'(z)|.
  let flat: E
  private var result = Buffer<E>(count: 0)
  // z, y, ∂L/∂y and ∂L/∂z of the last pass. Depending on the pass, y may have overwritten z, and ∂L/∂z or a gradient of
  // another operation may have overwritten ∂L/∂y.
  private(set) var input: Matrix<E>?
  private(set) var output: Matrix<E>?
  private(set) var gradient: Matrix<E>?
  private(set) var inputGradient: Matrix<E>?

  init(_ activation: Activation, units: Int) {
    self.activation = activation
    inputs = units
    loops = E.loops(activation)
    parameter = activation.parameter
    saturation = activation.steepest.map { _ in SaturationCounter() }
    flat = E((activation.steepest ?? 0) / 100)
  }

  deinit { saturation?.free() }

  func overwriteInput() { mayOverwrite = activation.slopeNeedsOnlyOutput }

  func reserve(rows: Int) {
    result = Buffer(unset: rows, columns: inputs)
  }

  // An elementary function costs about as much as 16 multiply-adds of a product.
  var work: Int { 16 * inputs }
  var role: OperationRole<E> { .activation(self) }
  var term: GradientTerm { .slope }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    let y = mayOverwrite && pass.overwrites ? x : Matrix(result.pointer, rows: x.rows, columns: inputs)
    input = x
    output = y
    saturation?.set(0)
    return y
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) {
    let x = input!.rows(part)
    let y = output!.rows(part)
    if activation.isSoftmax { return softmaxForward(x, into: y) }
    if let saturation, pass.isTraining {
      saturation.add(loops.forwardCounting(x, y, flat, parameter))
    } else {
      loops.forward(x.pointer, y.pointer, x.count, parameter)
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connectBackward(_ g: Matrix<E>, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E> {
    memory.giveBack(g)
    let delta = memory.take(g.rows, columns: inputs)
    gradient = g
    inputGradient = delta
    return delta
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    let g = gradient!.rows(part)
    let y = output!.rows(part)
    let delta = inputGradient!.rows(part)
    if activation.isSoftmax {
      if pass.isPrecise { preciseSoftmaxBackward(y, g, into: delta) } else { softmaxBackward(y, g, into: delta) }
    } else if pass.isPrecise {
      loops.preciseBackward(input!.rows(part).pointer, g.pointer, delta.pointer, g.count, parameter)
    } else {
      loops.backward(input!.rows(part).pointer, y.pointer, g.pointer, delta.pointer, g.count, parameter)
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func writeSlopes(into slopes: Matrix<E>) {
    loops.preciseSlope(input!.pointer, slopes.pointer, slopes.count, parameter)
  }
  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ g: Matrix<E>, _ check: RangeCheck<E>) -> Bool {
    guard let result = inputGradient else { return true }
    if activation.isSoftmax { return check.comesFromRows(result, of: g, nil) }
    let slopes = check.scratch(g.rows, g.columns)
    writeSlopes(into: slopes)
    for row in (0..<g.rows).untilStopped {
      for column in 0..<g.columns where check.isDoubtful(result[row, column], false) {
        let (gradient, slope) = (g[row, column], slopes[row, column])
        if gradient == 0 || !gradient.isFinite || !slope.isFinite { continue }
        if !isFlat(row, column, slope: slope) { return false }
      }
    }
    return true
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix? {
    let z = input!
    if activation.isSoftmax { return wideSoftmaxBackward(z, g) }
    return WideMatrix(rows: g.rows, columns: g.columns) { row in
      let slopes = activation.wideSlopes((0..<z.columns).map { Double(z[row, $0]) })
      // If slopes are masks, a slope of 0 blocks the gradient even if it is infinite or NaN.
      return zip(g.row(row), slopes).map { $1.isZero && activation.slopeIsMask ? .zero : $0 * $1 }
    }
  }
}
