// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A layer that computes φ(W·x + b) with an activation φ.
public struct Dense: Layer {
  public let units: Int
  /// The activation φ, which may be the identity.
  public let activation: Activation
  /// The initializer of the weights.
  public let weights: Initializer
  /// The initializer of the biases, or nil for a layer without biases.
  public let bias: Initializer?

  public init(_ units: Int, _ activation: Activation = .identity, weights: Initializer, bias: Initializer?) {
    self.units = units
    self.activation = activation
    self.weights = weights
    self.bias = bias
  }

  public var kind: String { "dense" }

  public var role: LayerRole { .affine(self) }
  /// The activation, or nil if it is the identity, which needs no operation.
  public var ownActivation: Activation? { activation == .identity ? nil : activation }

  public var arguments: [LayerArgument] {
    [
      LayerArgument("units", .number(Double(units))), LayerArgument("activation", .activation(activation)),
      LayerArgument("init", .initializer(weights)),
      LayerArgument("bias", bias.map { .initializer($0) } ?? .boolean(false)),
    ]
  }

  public func outputs(inputs: Int) throws(NetworkError) -> Int {
    guard units > 0 else { throw NetworkError("a dense layer needs at least one unit, not \(units)") }
    if let bias, bias.needsMatrix {
      throw NetworkError(
        "\(bias.name) fills matrices and cannot fill a bias", hint: "use zeros, constant, normal or uniform")
    }
    return units
  }

  public func parameters(inputs: Int) -> Double { (Double(inputs) + (bias == nil ? 0 : 1)) * Double(units) }

  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    let dense = DenseOperation<E>(inputs: inputs, self, layer: builder.taps.count + 1, builder)
    builder.append(dense)
    builder.tap(dense)
    if let ownActivation { ActivationLayer(ownActivation).build(inputs: units, into: builder) }
  }

  public func with(activation: Activation) -> any Layer {
    ownActivation == nil ? self : Dense(units, activation, weights: weights, bias: bias)
  }

  public func with(weights: Initializer?, bias: Initializer?) -> any Layer {
    Dense(units, activation, weights: weights ?? self.weights, bias: self.bias.map { bias ?? $0 })
  }

  public func inserting(_ layer: any Layer) -> [any Layer] {
    [Dense(units, weights: weights, bias: bias), layer] + (ownActivation.map { [ActivationLayer($0)] } ?? [])
  }
}

/// The affine part of a dense layer, z = W·x + b.
final class DenseOperation<E: Element>: AffineStep {
  let inputs: Int
  let outputs: Int
  let weight: Parameter<E>
  let bias: Parameter<E>?
  private var z = Buffer<E>(count: 0)
  // x, z, ∂L/∂z and ∂L/∂x of the last pass. The activation may have overwritten z. ∂L/∂x is nil if the pass did not
  // need it.
  private(set) var input: Matrix<E>?
  private(set) var output: Matrix<E>?
  private(set) var delta: Matrix<E>?
  private(set) var inputGradient: Matrix<E>?
  private var cut: ProductCut

  init(inputs: Int, _ description: Dense, layer: Int?, _ builder: NetworkBuilder<E>) {
    self.inputs = inputs
    outputs = description.units
    weight = builder.parameter(.weight(description.weights, inputs: inputs, outputs: outputs), layer: layer)
    bias = description.bias.map {
      builder.parameter(.bias($0, inputs: inputs, outputs: description.units), layer: layer)
    }
    cut = ProductCut(weight.gradients, samples: 1, grain: .max)
  }

  func reserve(rows: Int) {
    z = Buffer(unset: rows, columns: outputs)
  }

  var outputMayBeOverwritten: Bool { true }
  var work: Int { inputs * outputs }
  var role: OperationRole<E> { .affine(self) }
  var term: GradientTerm { .weight }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    let result = Matrix(z.pointer, rows: x.rows, columns: outputs)
    input = x
    output = result
    return result
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) {
    let z = output!
    Product.forward(input!, weight.values, bias: bias?.values.pointer, into: z, rows: part)
    guard let watch = pass.watch else { return }
    let own = z.rows(part)
    if !Reduction.isFinite(own.pointer, own.count) { watch.raise() }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connectBackward(_ g: Matrix<E>, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E> {
    // `g` is not given back, because the gradients of the parameters are computed from it after the pass.
    delta = g
    inputGradient = needsInput ? memory.take(g.rows, columns: inputs) : nil
    return inputGradient ?? g
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    guard let delta, let inputGradient else { return }
    Product.backward(delta, weight.values, into: inputGradient, rows: part)
  }

  /// Divides the gradient of the weight into tasks. The first one includes the gradient of the bias.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func cutGradients(rows: Int, grain: Int) -> Int {
    cut = ProductCut(weight.gradients, samples: rows, grain: grain)
    return cut.tasks
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func setGradients(task: Int) {
    guard let input, let delta else { return }
    Product.weightGradient(input, delta, into: weight.gradients, cut, task: task)
    if task == 0, let bias { Reduction.columnSums(delta, into: bias.gradients.pointer) }
  }
  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ g: Matrix<E>, _ check: RangeCheck<E>) -> Bool {
    if let inputGradient, !check.comesFromRows(inputGradient, of: g, weight) { return false }
    // If x and δ are finite, a gradient of a weight that is not finite overflowed.
    if Reduction.isFinite(weight.gradients.pointer, weight.count) { return true }
    guard let input, let delta else { return true }
    // The padding of an activation is undefined, so only its columns are checked.
    let hasFiniteInputs = (0..<input.rows).untilStopped.allSatisfy { row in
      (0..<input.columns).allSatisfy { input[row, $0].isFinite }
    }
    return !(hasFiniteInputs && Reduction.isFinite(delta.pointer, delta.count))
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix? {
    let weights = WideMatrix(rows: inputs, columns: outputs) { WideNumber(Double(weight.values[$0, $1])) }
    return WideMatrix.product(g, transposed: weights, pool)
  }
}
