// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Adds its input to what its layers make of it; He and others 2016.
///
/// Where the widths differ a linear projection with a bias takes the input across. The projection is no layer of the
/// flow table: it lies beside the path.
public struct Residual: Layer {
  /// The layers of the body.
  public let layers: [any Layer]
  /// The rules for the projection's initial values.
  public let weights: Initializer
  /// The rule for the initial biases.
  public let bias: Initializer

  /// A block around these layers.
  public init(_ layers: [any Layer], weights: Initializer, bias: Initializer) {
    self.layers = layers
    self.weights = weights
    self.bias = bias
  }

  /// Its name in the language.
  public var kind: String { "residual" }

  public var role: LayerRole { .block }
  public var children: [any Layer] { layers }

  /// Returns the number of outputs for the given number of inputs. Throws if the layer cannot take them.
  public func outputs(inputs: Int) throws(NetworkError) -> Int {
    guard !layers.isEmpty else {
      throw NetworkError("residual needs at least one layer", hint: "for example residual(dense(8, relu))")
    }
    var width = inputs
    for layer in layers { width = try layer.outputs(inputs: width) }
    return width
  }

  /// Those of its layers, and of the projection where there is one.
  public func parameters(inputs: Int) -> Double {
    var sum = 0.0
    var width = inputs
    for layer in layers {
      sum += layer.parameters(inputs: width)
      width = (try? layer.outputs(inputs: width)) ?? width
    }
    return width == inputs ? sum : sum + (Double(inputs) + 1) * Double(width)
  }

  /// Appends its operations to the network under construction.
  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    let body = builder.body(layers, inputs: inputs)
    let outputs = body.last?.outputs ?? inputs
    let projection =
      outputs == inputs
      ? nil
      : builder.part("projection") {
        DenseOperation<E>(inputs: inputs, Dense(outputs, weights: weights, bias: bias), layer: nil, builder)
      }
    builder.append(ResidualOperation<E>(body, projection: projection, inputs: inputs, outputs: outputs))
  }

  public func with(children: [any Layer]) -> any Layer { Residual(children, weights: weights, bias: bias) }

  public func with(weights: Initializer?, bias: Initializer?) -> any Layer {
    Residual(
      layers.map { $0.with(weights: weights, bias: bias) }, weights: weights ?? self.weights, bias: bias ?? self.bias)
  }
}

/// y = body(x) + x, or body(x) + P·x + c.
final class ResidualOperation<E: Element>: Operation {
  let inputs: Int
  let outputs: Int
  let body: [any Operation<E>]
  let projection: DenseOperation<E>?
  private var result = Buffer<E>(count: 0)
  private var forwardSum: Sum?
  private var backwardSum: Sum?

  init(_ body: [any Operation<E>], projection: DenseOperation<E>?, inputs: Int, outputs: Int) {
    self.body = body
    self.projection = projection
    self.inputs = inputs
    self.outputs = outputs
  }

  func reserve(rows: Int) {
    for operation in body { operation.reserve(rows: rows) }
    projection?.reserve(rows: rows)
    result = Buffer(unset: rows, columns: outputs)
  }

  var output: Matrix<E>? { forwardSum?.result }
  var inputGradient: Matrix<E>? { backwardSum?.result }
  var outputMayBeOverwritten: Bool { true }
  /// What is left to do when body and projection are done: a sum.
  var work: Int { 4 * outputs }
  var role: OperationRole<E> { .other }
  var term: GradientTerm { .shortcut }

  var forwardOrder: [any Operation<E>] {
    body.flatMap { $0.forwardOrder } + (projection.map { [$0] } ?? []) + [self]
  }

  var backwardOrder: [any Operation<E>] {
    body.reversed().flatMap { $0.backwardOrder } + (projection.map { [$0] } ?? []) + [self]
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    let y = Matrix(result.pointer, rows: x.rows, columns: outputs)
    var branch = x
    for operation in body { branch = operation.connect(branch, pass) }
    forwardSum = Sum(branch: branch, shortcut: projection?.connect(x, pass) ?? x, result: y)
    return y
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) { add(forwardSum!, part) }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connectBackward(_ g: Matrix<E>, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E> {
    memory.share(g)
    var branch = g
    for (index, operation) in body.enumerated().reversed() {
      branch = operation.connectBackward(branch, needsInput: needsInput || index > 0, memory)
    }
    let shortcut = projection?.connectBackward(g, needsInput: needsInput, memory) ?? g
    guard needsInput else {
      backwardSum = nil
      return branch
    }
    memory.giveBack(branch)
    memory.giveBack(shortcut)
    let dx = memory.take(g.rows, columns: inputs)
    backwardSum = Sum(branch: branch, shortcut: shortcut, result: dx)
    return dx
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    if let backwardSum { add(backwardSum, part) }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ g: Matrix<E>, branch: Matrix<E>, _ check: RangeCheck<E>) -> Bool {
    guard let sum = inputGradient else { return true }
    if let projection {
      // What is inside a block is not scaled.
      guard check.scaled(by: 0).comesFromRows(projection.inputGradient!, of: g, projection.weight) else { return false }
    }
    return check.isSum(sum, branch, projection?.inputGradient ?? g)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, branch: WideMatrix, _ pool: ThreadPool) -> WideMatrix? {
    branch + (projection?.wideBackward(g, branch: g, pool) ?? g)
  }

  @inline(__always)
  private func add(_ sum: Sum, _ part: Range<Int>) {
    let stride = sum.result.stride
    for i in Swift.stride(from: part.lowerBound * stride, to: part.upperBound * stride, by: E.Vector.scalarCount) {
      let left: E.Vector = load(UnsafePointer(sum.branch.pointer + i))
      let right: E.Vector = load(UnsafePointer(sum.shortcut.pointer + i))
      store(left + right, sum.result.pointer + i)
    }
  }

  /// result = branch + shortcut.
  private struct Sum {
    let branch: Matrix<E>
    let shortcut: Matrix<E>
    let result: Matrix<E>
  }
}
