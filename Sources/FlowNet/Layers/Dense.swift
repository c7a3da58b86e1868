// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// z = W·x + b, then an activation.
public struct Dense: Layer {
  public let units: Int
  public let activation: Activation
  public let weights: Initializer
  public let bias: Initializer

  public init(_ units: Int, _ activation: Activation = .identity, weights: Initializer, bias: Initializer) {
    self.units = units
    self.activation = activation
    self.weights = weights
    self.bias = bias
  }

  public var source: String {
    let name = activation.name == "identity" ? "" : ", \(sourceText(activation.name, activation.arguments))"
    return "dense(\(units)\(name), init: \(sourceText(weights.name, weights.arguments)), "
      + "bias: \(sourceText(bias.name, bias.arguments)))"
  }

  public func outputs(inputs: Int) throws(NetworkError) -> Int {
    guard units > 0 else { throw NetworkError("a dense layer needs at least one unit, not \(units)") }
    if bias.needsMatrix {
      throw NetworkError(
        "\(bias.name) fills matrices and cannot fill a bias", hint: "use zeros, constant, normal or uniform")
    }
    return units
  }

  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    let dense = DenseOperation<E>(inputs: inputs, self, layer: builder.probes.count + 1, builder)
    builder.append(dense)
    builder.probe(self, dense)
    if activation.name != "identity" { ActivationLayer(activation).build(inputs: units, into: builder) }
  }
}

/// The affine part of a dense layer.
final class DenseOperation<E: Element>: Operation {
  let inputs: Int
  let outputs: Int
  let weight: Parameter<E>
  let bias: Parameter<E>
  private var z = Buffer<E>(count: 0)
  private var inputGradient = Buffer<E>(count: 0)
  /// x, z and ∂L/∂z of the last pass.
  private(set) var input: Matrix<E>?
  private(set) var output: Matrix<E>?
  private(set) var delta: Matrix<E>?

  init(inputs: Int, _ description: Dense, layer: Int?, _ builder: NetworkBuilder<E>) {
    self.inputs = inputs
    outputs = description.units
    var stream = builder.nextStream()
    weight = builder.parameter(
      .weight, rows: inputs, columns: outputs, layer: layer,
      description.weights.draw(fanIn: inputs, fanOut: outputs, count: inputs * outputs, &stream))
    stream = builder.nextStream()
    bias = builder.parameter(
      .bias, columns: outputs, layer: layer,
      description.bias.draw(fanIn: inputs, fanOut: outputs, count: outputs, &stream))
  }

  func reserve(rows: Int) {
    z = Buffer(rows: rows, columns: outputs)
    inputGradient = Buffer(rows: rows, columns: inputs)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    let result = Matrix(z.pointer, rows: x.rows, columns: outputs)
    Product.forward(x, weight.values, bias: bias.values.pointer, into: result, pool: pass.pool)
    input = x
    output = result
    return result
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ g: Matrix<E>, _ pass: Pass, needsInput: Bool) -> Matrix<E> {
    delta = g
    Product.addWeightGradient(input!, g, to: weight.gradients, pool: pass.pool)
    Reduction.addColumnSums(g, to: bias.gradients.pointer)
    let result = Matrix(inputGradient.pointer, rows: g.rows, columns: inputs)
    if needsInput { Product.backward(g, weight.values, into: result, pool: pass.pool) }
    return result
  }
}
