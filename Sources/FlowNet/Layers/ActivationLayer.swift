// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A layer that applies an activation.
public struct ActivationLayer: Layer {
  public let activation: Activation

  public init(_ activation: Activation) { self.activation = activation }

  // In the language, an activation is used as a layer directly.
  public var kind: String { "activation" }

  public var sequenceRole: SequenceRole { .activation }
  public var ownActivation: Activation? { activation }

  public var arguments: [LayerArgument] { [LayerArgument("activation", .activation(activation))] }

  public func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    try graph.append(self, input)
  }

  public func with(activation: Activation) -> any Layer { ActivationLayer(activation) }
}

/// y = φ(z), unit by unit, or the softmax of each sample.
extension ActivationLayer: Kernel {
  var role: NodeRole { .activation(activation) }
  var term: GradientTerm { .slope }

  func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    // An elementary function costs about as much as 16 multiply-adds of a product.
    let work = 16 * inputs[0].units
    return Outline(
      output: inputs[0], forward: Stages(work: work), backward: Stages(work: work), gradientUse: .overwrites,
      overwritesInput: activation.slopeNeedsOnlyOutput, countsSaturation: activation.steepest != nil)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { PointwiseStep(activation, site) }
}

private final class PointwiseStep<E: Element>: ActivationStep {
  let activation: Activation
  let site: Site<E>
  let input: Matrix<E>
  let output: Matrix<E>
  let gradient: Matrix<E>?
  private let inputGradient: Matrix<E>?
  let saturation: SaturationCounter?
  let loops: PointwiseLoops<E>
  let parameter: Double
  let flat: E

  init(_ activation: Activation, _ site: Site<E>) {
    self.activation = activation
    self.site = site
    input = site.input
    output = site.output
    gradient = site.gradient
    inputGradient = site.inputGradient
    saturation = site.saturation
    loops = E.loops(activation)
    parameter = activation.parameter
    flat = E((activation.steepest ?? 0) / 100)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    let x = input.rows(part)
    let y = output.rows(part)
    if activation.isSoftmax { return softmaxForward(x, into: y) }
    if let saturation, site.isTraining || gradient != nil {
      saturation.add(loops.forwardCounting(x, y, flat, parameter))
    } else {
      loops.forward(x.pointer, y.pointer, x.count, parameter)
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let g = gradient?.rows(part), let delta = inputGradient?.rows(part) else { return }
    let y = output.rows(part)
    if activation.isSoftmax {
      if pass.isPrecise { preciseSoftmaxBackward(y, g, into: delta) } else { softmaxBackward(y, g, into: delta) }
    } else if pass.isPrecise {
      loops.preciseBackward(input.rows(part).pointer, g.pointer, delta.pointer, g.count, parameter)
    } else {
      loops.backward(input.rows(part).pointer, y.pointer, g.pointer, delta.pointer, g.count, parameter)
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func writeSlopes(into slopes: Matrix<E>) {
    loops.preciseSlope(input.pointer, slopes.pointer, slopes.count, parameter)
  }
  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ check: RangeCheck<E>) -> Bool {
    guard let g = gradient, let result = inputGradient else { return true }
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
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    let z = input
    if activation.isSoftmax { return wideSoftmaxBackward(z, g) }
    return WideMatrix(rows: g.rows, columns: g.columns) { row in
      let slopes = activation.wideSlopes((0..<z.columns).map { Double(z[row, $0]) })
      // If slopes are masks, a slope of 0 blocks the gradient even if it is infinite or NaN.
      return zip(g.row(row), slopes).map { $1.isZero && activation.slopeIsMask ? .zero : $0 * $1 }
    }
  }
}
