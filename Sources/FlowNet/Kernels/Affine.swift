// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// z = W·x + b, the affine part of a dense layer.
struct Affine: Kernel {
  let units: Int
  /// The initializer of the weights.
  let weights: Initializer
  /// The initializer of the biases, or nil if there are none.
  let bias: Initializer?

  var part: RowPart { .rows(1, weight: 0) }
  var term: GradientTerm { .weight }

  func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    try Self.check(units, bias)
    let count = inputs[0].units
    // A network with more weights than this is rejected.
    let work = Int(min(Double(count) * Double(units), Double(NetworkLimits.parameters)))
    var parameters = [ParameterSpec.weight(weights, inputs: count, outputs: units)]
    if let bias { parameters.append(.bias(bias, inputs: count, outputs: units)) }
    return Outline(
      output: Shape(units: units), parameters: parameters, forward: Stages(work: work), backward: Stages(work: work),
      gradientUse: .keeps, outputMayBeOverwritten: true)
  }

  /// Throws if there are no units, or if an initializer cannot fill the biases.
  static func check(_ units: Int, _ bias: Initializer?) throws(NetworkError) {
    guard units > 0 else { throw NetworkError("a dense layer needs at least one unit, not \(units)") }
    if let bias, bias.needsMatrix {
      throw NetworkError(
        "\(bias.name) fills matrices and cannot fill a bias", hint: "use zeros, constant, normal or uniform")
    }
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { DenseStep(site) }
}

private final class DenseStep<E: Element>: AffineStep {
  let site: Site<E>
  let input: Matrix<E>
  let output: Matrix<E>
  let delta: Matrix<E>?
  private let inputGradient: Matrix<E>?
  let weight: Parameter<E>
  let bias: Parameter<E>?
  private let weightGradients: Panels<E>
  private var cut: ProductCut

  init(_ site: Site<E>) {
    self.site = site
    input = site.input
    output = site.output
    delta = site.gradient
    inputGradient = site.inputGradient
    weight = site.parameters[0].parameter
    bias = site.parameters.count > 1 ? site.parameters[1].parameter : nil
    weightGradients = site.parameters[0].gradients
    cut = ProductCut(weightGradients, samples: 1, grain: .max)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    Product.forward(input, weight.values, bias: bias?.values.pointer, into: output, rows: part)
    guard let watch = pass.watch else { return }
    let own = output.rows(part)
    if !Reduction.isFinite(own.pointer, own.count) { watch.raise() }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let delta, let dx = inputGradient else { return }
    Product.backward(delta, weight.values, into: dx, rows: part)
  }

  /// Divides the gradient of the weight into tasks. The first task also computes the gradient of the bias.
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
    Product.weightGradient(input, delta, into: weightGradients, cut, task: task)
    if task == 0, bias != nil { Reduction.columnSums(delta, into: site.parameters[1].gradients.pointer) }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ check: RangeCheck<E>) -> Bool {
    guard let delta else { return true }
    if let dx = inputGradient, !check.comesFromRows(dx, of: delta, weight) { return false }
    return check.isProduct(weightGradients, input, delta)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ delta: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    let weights = WideMatrix(rows: inputs, columns: outputs) { WideNumber(Double(weight.values[$0, $1])) }
    return WideMatrix.product(delta, transposed: weights, pool)
  }
}
