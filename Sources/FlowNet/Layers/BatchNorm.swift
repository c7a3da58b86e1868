// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Normalises every unit over the samples of a batch, then scales and shifts; Ioffe, Szegedy 2015.
///
/// Training uses the batch's mean and biased variance, and moves the running ones by `momentum` (with the unbiased
/// variance, as PyTorch does); prediction uses the running ones.
public struct BatchNorm: Layer {
  /// How fast the running statistics follow the batch.
  public let momentum: Double
  /// What is added to the variance.
  public let epsilon: Double

  /// The layer with its numbers.
  public init(momentum: Double = 0.1, epsilon: Double = 1e-5) {
    self.momentum = momentum
    self.epsilon = epsilon
  }

  /// Its name in the language.
  public var kind: String { "batchnorm" }

  /// Source code of the language that describes it.
  public var source: String {
    let parts =
      (momentum == 0.1 ? [] : ["momentum: \(numberText(momentum))"])
      + (epsilon == 1e-5 ? [] : ["eps: \(numberText(epsilon))"])
    return "batchnorm(\(parts.joined(separator: ", ")))"
  }

  /// The number of units it gives for so many inputs, or what is wrong.
  public func outputs(inputs: Int) throws(NetworkError) -> Int { inputs }

  /// Scales and shifts.
  public func parameters(inputs: Int) -> Double { 2 * Double(inputs) }

  /// Appends its operations to the network under construction.
  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    let operation = BatchNormOperation<E>(self, units: inputs, builder)
    builder.append(operation)
    if let probe = builder.probes.last, probe.normalization == nil { probe.normalization = operation }
  }
}

/// y = scale·(x − mean)/√(variance + ε) + shift, per unit over the batch.
final class BatchNormOperation<E: Element>: Operation, Normalization {
  let inputs: Int
  var outputs: Int { inputs }
  let scale: Parameter<E>
  let shift: Parameter<E>
  /// Running mean and variance, one row each.
  let runningMean: Buffer<E>
  let runningVariance: Buffer<E>
  private let momentum: E
  private let epsilon: E
  private var result = Buffer<E>(count: 0)
  private var normalized = Buffer<E>(count: 0)
  private var inputGradient = Buffer<E>(count: 0)
  private let inverseDeviation: Buffer<E>
  /// Mean and biased variance of the last batch.
  private let batchMean: Buffer<E>
  private let batchVariance: Buffer<E>
  private var usesBatch = true
  private var input: Matrix<E>?
  private var gradient: Matrix<E>?

  init(_ description: BatchNorm, units: Int, _ builder: NetworkBuilder<E>) {
    inputs = units
    momentum = E(description.momentum)
    epsilon = E(description.epsilon)
    let layer = builder.probes.isEmpty ? nil : builder.probes.count
    scale = builder.parameter(.scale, columns: units, layer: layer, [Double](repeating: 1, count: units))
    shift = builder.parameter(.shift, columns: units, layer: layer, [Double](repeating: 0, count: units))
    runningMean = Buffer(rows: 1, columns: units)
    runningVariance = Buffer(rows: 1, columns: units)
    inverseDeviation = Buffer(rows: 1, columns: units)
    batchMean = Buffer(rows: 1, columns: units)
    batchVariance = Buffer(rows: 1, columns: units)
    for i in 0..<units { runningVariance.pointer[i] = 1 }
  }

  func reserve(rows: Int) {
    result = Buffer(rows: rows, columns: inputs)
    normalized = Buffer(rows: rows, columns: inputs)
    inputGradient = Buffer(rows: rows, columns: inputs)
  }

  var split: Split { .strips }
  var work: Int { 12 * inputs }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    input = x
    usesBatch = pass.isTraining
    return Matrix(result.pointer, rows: x.rows, columns: inputs)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) {
    let x = input!
    let y = Matrix(result.pointer, rows: x.rows, columns: inputs)
    let hat = Matrix(normalized.pointer, rows: x.rows, columns: inputs)
    for strip in part {
      let column = strip * E.Vector.scalarCount
      let mean: E.Vector
      let variance: E.Vector
      if pass.isTraining {
        (mean, variance) = columnStatistics(x, column)
        store(mean, batchMean.pointer + column)
        store(variance, batchVariance.pointer + column)
      } else {
        mean = load(UnsafePointer(runningMean.pointer + column))
        variance = load(UnsafePointer(runningVariance.pointer + column))
      }
      let inverse = E.Vector(repeating: 1) / (variance + E.Vector(repeating: epsilon)).squareRoot()
      store(inverse, inverseDeviation.pointer + column)
      let factor: E.Vector = load(UnsafePointer(scale.values.pointer + column))
      let offset: E.Vector = load(UnsafePointer(shift.values.pointer + column))
      for row in 0..<x.rows {
        let place = row * x.stride + column
        let value: E.Vector = load(UnsafePointer(x.pointer + place))
        let h = (value - mean) * inverse
        store(h, hat.pointer + place)
        store(offset.fused(factor, h), y.pointer + place)
      }
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connectBackward(_ g: Matrix<E>, needsInput: Bool) -> Matrix<E> {
    gradient = g
    return Matrix(inputGradient.pointer, rows: g.rows, columns: inputs)
  }

  /// With ĥ the normalised input and N samples: dx = scale/σ·(g − Σg/N − ĥ·Σ(g·ĥ)/N), the sums per unit.
  ///
  /// The running statistics take up the batch's only here, when the forward pass is known to have gone well.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    let g = gradient!
    let hat = Matrix(normalized.pointer, rows: g.rows, columns: inputs)
    let dx = Matrix(inputGradient.pointer, rows: g.rows, columns: inputs)
    let count = E.Vector(repeating: E(g.rows))
    for strip in part {
      let column = strip * E.Vector.scalarCount
      var sum = E.Vector()
      var dot = E.Vector()
      for row in 0..<g.rows {
        let place = row * g.stride + column
        let gradient: E.Vector = load(UnsafePointer(g.pointer + place))
        sum += gradient
        dot = dot.fused(gradient, load(UnsafePointer(hat.pointer + place)))
      }
      if pass.updatesStatistics { updateRunning(samples: g.rows, column) }
      accumulate(sum, shift.gradients.pointer + column)
      accumulate(dot, scale.gradients.pointer + column)
      let own: E.Vector = load(UnsafePointer(scale.values.pointer + column))
      let factor = own * load(UnsafePointer(inverseDeviation.pointer + column))
      // Running statistics are constants: no gradient flows through them.
      let meanGradient = usesBatch ? sum / count : E.Vector()
      let meanDot = usesBatch ? dot / count : E.Vector()
      for row in 0..<g.rows {
        let place = row * g.stride + column
        let gradient: E.Vector = load(UnsafePointer(g.pointer + place))
        let h: E.Vector = load(UnsafePointer(hat.pointer + place))
        store(factor * (gradient - meanGradient - h * meanDot), dx.pointer + place)
      }
    }
  }

  @inline(__always)
  private func accumulate(_ sum: E.Vector, _ target: UnsafeMutablePointer<E>) {
    let before: E.Vector = load(UnsafePointer(target))
    store(before + sum, target)
  }

  @inline(__always)
  private func columnStatistics(_ x: Matrix<E>, _ column: Int) -> (mean: E.Vector, variance: E.Vector) {
    let count = E.Vector(repeating: E(x.rows))
    var sum = E.Vector()
    for row in 0..<x.rows { sum += load(UnsafePointer(x.pointer + row * x.stride + column)) }
    let mean = sum / count
    var squares = E.Vector()
    for row in 0..<x.rows {
      let d: E.Vector = load(UnsafePointer(x.pointer + row * x.stride + column)) - mean
      squares = squares.fused(d, d)
    }
    return (mean, squares / count)
  }

  @inline(__always)
  private func updateRunning(samples: Int, _ column: Int) {
    let mean: E.Vector = load(UnsafePointer(batchMean.pointer + column))
    let variance: E.Vector = load(UnsafePointer(batchVariance.pointer + column))
    let unbiased = samples > 1 ? variance * E.Vector(repeating: E(samples) / E(samples - 1)) : variance
    let keep = E.Vector(repeating: 1 - momentum)
    let take = E.Vector(repeating: momentum)
    let oldMean: E.Vector = load(UnsafePointer(runningMean.pointer + column))
    let oldVariance: E.Vector = load(UnsafePointer(runningVariance.pointer + column))
    store(keep * oldMean + take * mean, runningMean.pointer + column)
    store(keep * oldVariance + take * unbiased, runningVariance.pointer + column)
  }
}

/// An operation with a scale and a shift of its own.
protocol Normalization<E>: AnyObject {
  associatedtype E: Element
  var scale: Parameter<E> { get }
  var shift: Parameter<E> { get }
}
