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
  /// It passes over its memory several times, and waits for it.
  var work: Int { 32 * inputs }

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
    let y = result.pointer
    let hat = normalized.pointer
    let mean = pass.isTraining ? batchMean.pointer : runningMean.pointer
    let variance = pass.isTraining ? batchVariance.pointer : runningVariance.pointer
    if pass.isTraining { measure(x, part) }
    each(part) { column in
      let spread: E.Vector = load(UnsafePointer(variance + column)) + E.Vector(repeating: epsilon)
      store(E.Vector(repeating: 1) / spread.squareRoot(), inverseDeviation.pointer + column)
    }
    each(part, ofRows: x) { place, column in
      let value: E.Vector = load(UnsafePointer(x.pointer + place))
      let h = (value - load(UnsafePointer(mean + column))) * load(UnsafePointer(inverseDeviation.pointer + column))
      let shift: E.Vector = load(UnsafePointer(shift.values.pointer + column))
      store(h, hat + place)
      store(shift.fused(load(UnsafePointer(scale.values.pointer + column)), h), y + place)
    }
  }

  /// Mean and biased variance of the batch.
  @inline(__always)
  private func measure(_ x: Matrix<E>, _ part: Range<Int>) {
    let mean = batchMean.pointer
    let variance = batchVariance.pointer
    let count = E.Vector(repeating: E(x.rows))
    each(part) { column in
      store(E.Vector(), mean + column)
      store(E.Vector(), variance + column)
    }
    each(part, ofRows: x) { place, column in
      let sum: E.Vector = load(UnsafePointer(mean + column))
      store(sum + load(UnsafePointer(x.pointer + place)), mean + column)
    }
    each(part) { column in store(load(UnsafePointer(mean + column)) / count, mean + column) }
    each(part, ofRows: x) { place, column in
      let squares: E.Vector = load(UnsafePointer(variance + column))
      let d: E.Vector = load(UnsafePointer(x.pointer + place)) - load(UnsafePointer(mean + column))
      store(squares.fused(d, d), variance + column)
    }
    each(part) { column in store(load(UnsafePointer(variance + column)) / count, variance + column) }
  }

  /// Calls `body` with the first column of every strip.
  @inline(__always)
  private func each(_ part: Range<Int>, _ body: (_ column: Int) -> Void) {
    for strip in part { body(strip * E.Vector.scalarCount) }
  }

  /// Calls `body` for every row of every strip, row by row, as memory goes.
  @inline(__always)
  private func each(_ part: Range<Int>, ofRows x: Matrix<E>, _ body: (_ place: Int, _ column: Int) -> Void) {
    for row in 0..<x.rows { each(part) { body(row * x.stride + $0, $0) } }
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
    let hat = normalized.pointer
    let dx = inputGradient.pointer
    let sum = shift.gradients.pointer
    let dot = scale.gradients.pointer
    each(part) { column in
      store(E.Vector(), sum + column)
      store(E.Vector(), dot + column)
      if pass.updatesStatistics { updateRunning(samples: g.rows, column) }
    }
    each(part, ofRows: g) { place, column in
      let gradient: E.Vector = load(UnsafePointer(g.pointer + place))
      let before: E.Vector = load(UnsafePointer(dot + column))
      store(load(UnsafePointer(sum + column)) + gradient, sum + column)
      store(before.fused(gradient, load(UnsafePointer(hat + place))), dot + column)
    }
    // Running statistics are constants: no gradient flows through them.
    let share = usesBatch ? E.Vector(repeating: 1 / E(g.rows)) : E.Vector()
    each(part, ofRows: g) { place, column in
      let gradient: E.Vector = load(UnsafePointer(g.pointer + place))
      let own: E.Vector = load(UnsafePointer(scale.values.pointer + column))
      let factor = own * load(UnsafePointer(inverseDeviation.pointer + column))
      let mean: E.Vector = load(UnsafePointer(sum + column)) * share
      let along: E.Vector = load(UnsafePointer(hat + place)) * (load(UnsafePointer(dot + column)) * share)
      store(factor * (gradient - mean - along), dx + place)
    }
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
