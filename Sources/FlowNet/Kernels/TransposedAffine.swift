// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// z = Wᵀ·x + b, where W is the weight of another node, which maps units in the opposite direction.
struct TransposedAffine: Kernel {
  let units: Int
  /// The initializer of the biases.
  let bias: Initializer

  var part: RowPart { .rows(1, weight: 0) }
  var term: GradientTerm { .weight }

  func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    try Affine.check(units, bias)
    let count = inputs[0].units
    let work = Stages(work: count * units)
    return Outline(
      output: Shape(units: units),
      parameters: [
        .weight(.zeros, inputs: units, outputs: count), .bias(bias, inputs: count, outputs: units),
      ],
      forward: work, backward: work, gradientUse: .keeps, outputMayBeOverwritten: true)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { TransposedStep(site) }
}

private final class TransposedStep<E: Element>: AffineStep {
  let site: Site<E>
  let weight: Parameter<E>
  let bias: Parameter<E>?
  private let weightGradients: Panels<E>
  private var cut: ProductCut

  init(_ site: Site<E>) {
    self.site = site
    weight = site.parameters[0].parameter
    bias = site.parameters[1].parameter
    weightGradients = site.parameters[0].gradients
    cut = ProductCut(weightGradients, samples: 1, grain: .max)
  }

  var input: Matrix<E> { site.input }
  var output: Matrix<E> { site.output }
  var delta: Matrix<E>? { site.gradient }

  func weight(_ input: Int, _ output: Int) -> E { weight.values[output, input] }

  func wideFactors(_ delta: WideMatrix) -> WideFactors {
    let x = input
    let left = delta.transposed
    return WideFactors(
      left: left, right: WideMatrix(rows: x.columns, columns: x.rows) { WideNumber(Double(x[$1, $0])) },
      bias: left.rowSums)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    Product.forwardTransposed(
      input, weight.values, bias: site.parameters[1].values.pointer, into: output, rows: part)
    guard let watch = pass.watch else { return }
    let own = output.rows(part)
    if !Reduction.isFinite(own.pointer, own.count) { watch.raise() }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let delta, let dx = site.inputGradient else { return }
    Product.forward(delta, weight.values, bias: nil, into: dx, rows: part)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func cutGradients(grain: Int) -> Int {
    cut = ProductCut(weightGradients, samples: site.samples, grain: grain)
    return cut.tasks
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func setGradients(task: Int) {
    guard let delta else { return }
    Product.weightGradient(delta, input, into: weightGradients, cut, task: task)
    if task == 0 { Reduction.columnSums(delta, into: site.parameters[1].gradients.pointer) }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ check: RangeCheck<E>) -> Bool {
    guard let delta else { return true }
    if let dx = site.inputGradient, !check.comesFromRows(dx, of: delta, nil) { return false }
    return check.isProduct(weightGradients, input, delta)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ delta: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    let weights = WideMatrix(rows: inputs, columns: outputs) { WideNumber(Double(weight.values[$1, $0])) }
    return WideMatrix.product(delta, transposed: weights, pool)
  }
}
