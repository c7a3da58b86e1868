// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// z = W·x + b, the affine part of a dense layer, or z = Wᵀ·x + b with the W of another node, which maps units in the
/// opposite direction.
struct Affine: Kernel {
  let units: Int
  let weights: Initializer
  /// The initializer of the biases, or nil if there are none.
  let bias: Initializer?
  /// Whether the weight is that of a node which maps units in the opposite direction.
  var isTransposed = false

  var role: NodeRole { .affine }
  var term: GradientTerm { .weight }

  func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    guard units > 0 else { throw NetworkError("a dense layer needs at least one unit, not \(units)") }
    if let bias, bias.needsMatrix {
      throw NetworkError(
        "\(bias.name) fills matrices and cannot fill a bias", hint: "use zeros, constant, normal or uniform")
    }
    let count = inputs[0].units
    // A network with more weights than this is rejected.
    let work = Int(min(Double(count) * Double(units), Double(NetworkLimits.parameters)))
    var parameters = [
      isTransposed
        ? ParameterSpec.weight(weights, inputs: units, outputs: count)
        : ParameterSpec.weight(weights, inputs: count, outputs: units)
    ]
    if let bias { parameters.append(.bias(bias, inputs: count, outputs: units)) }
    return Outline(
      output: Shape(units: units), parameters: parameters, forward: Stages(work: work), backward: Stages(work: work),
      gradientUse: .keeps, outputMayBeOverwritten: true)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { DenseStep(site, isTransposed: isTransposed) }
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
  private let isTransposed: Bool
  private var cut: ProductCut

  init(_ site: Site<E>, isTransposed: Bool) {
    self.site = site
    self.isTransposed = isTransposed
    input = site.input
    output = site.output
    delta = site.gradient
    inputGradient = site.inputGradient
    weight = site.parameters[0].parameter
    bias = site.parameters.count > 1 ? site.parameters[1].parameter : nil
    weightGradients = site.parameters[0].gradients
    cut = ProductCut(weightGradients, samples: 1, grain: .max)
  }

  func weight(_ input: Int, _ output: Int) -> E {
    isTransposed ? weight.values[output, input] : weight.values[input, output]
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    if isTransposed {
      Product.forwardTransposed(input, weight.values, bias: bias?.values.pointer, into: output, rows: part)
    } else {
      Product.forward(input, weight.values, bias: bias?.values.pointer, into: output, rows: part)
    }
    guard let watch = pass.watch else { return }
    let own = output.rows(part)
    if !Reduction.isFinite(own.pointer, own.count) { watch.raise() }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let delta, let dx = inputGradient else { return }
    if isTransposed {
      Product.forward(delta, weight.values, bias: nil, into: dx, rows: part)
    } else {
      Product.backward(delta, weight.values, into: dx, rows: part)
    }
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
    let (left, right) = isTransposed ? (delta, input) : (input, delta)
    Product.weightGradient(left, right, into: weightGradients, cut, task: task)
    if task == 0, bias != nil { Reduction.columnSums(delta, into: site.parameters[1].gradients.pointer) }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ check: RangeCheck<E>) -> Bool {
    guard let delta else { return true }
    if let dx = inputGradient, !check.comesFromRows(dx, of: delta, isTransposed ? nil : weight) { return false }
    return check.isProduct(weightGradients, input, delta)
  }

  func wideFactors(_ delta: WideMatrix) -> WideFactors {
    let x = input
    let inputs = WideMatrix(rows: x.columns, columns: x.rows) { WideNumber(Double(x[$1, $0])) }
    let outputs = delta.transposed
    return WideFactors(
      left: isTransposed ? outputs : inputs, right: isTransposed ? inputs : outputs, bias: outputs.rowSums)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ delta: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    let weights = WideMatrix(rows: inputs, columns: outputs) { WideNumber(Double(weight($0, $1))) }
    return WideMatrix.product(delta, transposed: weights, pool)
  }
}
