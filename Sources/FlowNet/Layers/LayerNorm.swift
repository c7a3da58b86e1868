// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Normalises every sample over its units, then scales and shifts; Ba, Kiros, Hinton 2016.
public struct LayerNorm: Layer {
  /// The layer; it has no numbers.
  public init() {}

  /// Its name in the language.
  public var kind: String { "layernorm" }

  /// Source code of the language that describes it.
  public var source: String { "layernorm()" }

  /// The number of units it gives for so many inputs, or what is wrong.
  public func outputs(inputs: Int) throws(NetworkError) -> Int { inputs }

  /// Scales and shifts.
  public func parameters(inputs: Int) -> Double { 2 * Double(inputs) }

  /// Appends its operations to the network under construction.
  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    let operation = LayerNormOperation<E>(units: inputs, builder)
    builder.append(operation)
    if let probe = builder.probes.last, probe.normalization == nil { probe.normalization = operation }
  }
}

/// y = scale·(x − mean)/√(variance + 1e-5) + shift, per sample over the units; the variance is the biased one.
final class LayerNormOperation<E: Element>: Operation, Normalization {
  let inputs: Int
  var outputs: Int { inputs }
  let scale: Parameter<E>
  let shift: Parameter<E>
  private let epsilon = E(1e-5)
  private var result = Buffer<E>(count: 0)
  private var normalized = Buffer<E>(count: 0)
  private var inputGradient = Buffer<E>(count: 0)
  private var inverseDeviation = Buffer<E>(count: 0)
  private var input: Matrix<E>?
  private var gradient: Matrix<E>?

  init(units: Int, _ builder: NetworkBuilder<E>) {
    inputs = units
    let layer = builder.probes.isEmpty ? nil : builder.probes.count
    scale = builder.parameter(.scale, columns: units, layer: layer, [Double](repeating: 1, count: units))
    shift = builder.parameter(.shift, columns: units, layer: layer, [Double](repeating: 0, count: units))
  }

  func reserve(rows: Int) {
    result = Buffer(rows: rows, columns: inputs)
    normalized = Buffer(rows: rows, columns: inputs)
    inputGradient = Buffer(rows: rows, columns: inputs)
    inverseDeviation = Buffer(count: rows)
  }

  var work: Int { 12 * inputs }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    input = x
    return Matrix(result.pointer, rows: x.rows, columns: inputs)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) {
    let x = input!
    let y = Matrix(result.pointer, rows: x.rows, columns: inputs)
    let hat = Matrix(normalized.pointer, rows: x.rows, columns: inputs)
    let count = E(inputs)
    for row in part {
      var sum: E = 0
      for i in 0..<inputs { sum += x[row, i] }
      let mean = sum / count
      var squares: E = 0
      for i in 0..<inputs {
        let d = x[row, i] - mean
        squares += d * d
      }
      let inverse = 1 / (squares / count + epsilon).squareRoot()
      inverseDeviation.pointer[row] = inverse
      for i in 0..<inputs {
        let h = (x[row, i] - mean) * inverse
        hat[row, i] = h
        y[row, i] = scale.values.pointer[i] * h + shift.values.pointer[i]
      }
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connectBackward(_ g: Matrix<E>, needsInput: Bool) -> Matrix<E> {
    gradient = g
    return Matrix(inputGradient.pointer, rows: g.rows, columns: inputs)
  }

  /// With ĥ the normalised input, u = g·scale and n units: dx = (u − Σu/n − ĥ·Σ(u·ĥ)/n)/σ, the sums per sample.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    let g = gradient!
    let hat = Matrix(normalized.pointer, rows: g.rows, columns: inputs)
    let dx = Matrix(inputGradient.pointer, rows: g.rows, columns: inputs)
    let count = E(inputs)
    for row in part {
      var sum: E = 0
      var dot: E = 0
      for i in 0..<inputs {
        let u = g[row, i] * scale.values.pointer[i]
        sum += u
        dot += u * hat[row, i]
      }
      let inverse = inverseDeviation.pointer[row]
      for i in 0..<inputs {
        let u = g[row, i] * scale.values.pointer[i]
        dx[row, i] = inverse * (u - sum / count - hat[row, i] * (dot / count))
      }
      for i in inputs..<dx.stride { dx[row, i] = 0 }
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func cutGradients(rows: Int, grain: Int) -> Int { 1 }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func setGradients(task: Int) {
    let g = gradient!
    let hat = Matrix(normalized.pointer, rows: g.rows, columns: inputs)
    scale.gradients.pointer.update(repeating: 0, count: inputs)
    shift.gradients.pointer.update(repeating: 0, count: inputs)
    for row in 0..<g.rows {
      for i in 0..<inputs {
        shift.gradients.pointer[i] += g[row, i]
        scale.gradients.pointer[i] += g[row, i] * hat[row, i]
      }
    }
  }
}
