// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An activation as a layer of its own.
public struct ActivationLayer: Layer {
  /// The function.
  public let activation: Activation

  /// The layer of an activation.
  public init(_ activation: Activation) { self.activation = activation }

  /// What it is; the language writes the activation itself.
  public var kind: String { "activation" }

  /// Source code of the language that describes it.
  public var source: String { sourceText(activation.name, activation.arguments) }

  /// The number of units it gives for so many inputs, or what is wrong.
  public func outputs(inputs: Int) throws(NetworkError) -> Int { inputs }

  /// Appends its operations to the network under construction.
  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    let operation = ActivationOperation<E>(activation, units: inputs)
    builder.append(operation)
    if let probe = builder.probes.last, probe.activation == nil { probe.activation = operation }
  }
}

/// y = φ(z), unit by unit, or the softmax of each sample.
final class ActivationOperation<E: Element>: Operation {
  let activation: Activation
  let inputs: Int
  var outputs: Int { inputs }
  private let loops: PointwiseLoops<E>
  private let parameter: Double
  private var result = Buffer<E>(count: 0)
  private var inputGradient = Buffer<E>(count: 0)
  /// z, y and ∂L/∂y of the last pass.
  private(set) var input: Matrix<E>?
  private(set) var output: Matrix<E>?
  private(set) var gradient: Matrix<E>?

  init(_ activation: Activation, units: Int) {
    self.activation = activation
    inputs = units
    loops = E.loops(activation)
    parameter = activation.parameter
  }

  func reserve(rows: Int) {
    result = Buffer(rows: rows, columns: inputs)
    inputGradient = Buffer(rows: rows, columns: inputs)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    let y = Matrix(result.pointer, rows: x.rows, columns: inputs)
    input = x
    output = y
    if activation.isSoftmax {
      softmax(x, into: y)
    } else {
      inRowBlocks(x.rows, x.stride, pass.pool) { start, count in
        loops.forward(x.pointer + start, y.pointer + start, count, parameter)
      }
    }
    return y
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ g: Matrix<E>, _ pass: Pass, needsInput: Bool) -> Matrix<E> {
    gradient = g
    let delta = Matrix(inputGradient.pointer, rows: g.rows, columns: inputs)
    let z = input!
    let y = output!
    if activation.isSoftmax {
      softmaxBackward(y, g, into: delta)
    } else {
      inRowBlocks(g.rows, g.stride, pass.pool) { start, count in
        loops.backward(z.pointer + start, y.pointer + start, g.pointer + start, delta.pointer + start, count, parameter)
      }
    }
    return delta
  }

  /// φ'(z) of the last pass, into a matrix of the same shape.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func writeSlopes(into slopes: Matrix<E>) {
    loops.slope(input!.pointer, output!.pointer, slopes.pointer, slopes.count, parameter)
  }
}

/// Cuts a matrix into blocks of whole rows, one task each; a small one stays whole.
@inline(__always)
func inRowBlocks(_ rows: Int, _ stride: Int, _ pool: ThreadPool, _ body: (_ start: Int, _ count: Int) -> Void) {
  let grain = 16_384
  let tasks = min(max(rows * stride / grain, 1), max(rows, 1))
  let rowsPerTask = (rows + tasks - 1) / tasks
  pool.run(tasks) { task in
    let first = min(task * rowsPerTask, rows)
    let last = min(first + rowsPerTask, rows)
    body(first * stride, (last - first) * stride)
  }
}
