// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Normalises every unit over the samples of a batch, then scales and shifts it; Ioffe, Szegedy 2015.
///
/// Training uses the mean and the biased variance of the batch, and updates the running mean and variance, the latter
/// with the unbiased variance as in PyTorch. Prediction uses the running mean and variance.
public struct BatchNorm: Layer {
  /// The weight of the last batch in the running statistics, whose new value is (1 − momentum)·old + momentum·batch.
  public let momentum: Double
  /// The number that is added to the variance before taking the square root.
  public let epsilon: Double

  public init(momentum: Double, epsilon: Double) {
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public var kind: String { "batchnorm" }

  public var role: LayerRole { .norm(.batch) }

  /// The layer that `norm: batch` inserts.
  public static let `default` = BatchNorm(momentum: 0.1, epsilon: 1e-5)

  public var arguments: [LayerArgument] {
    [LayerArgument("momentum", .number(momentum)), LayerArgument("eps", .number(epsilon))]
  }

  public func outputs(inputs: Int) throws(NetworkError) -> Int { inputs }

  public func parameters(inputs: Int) -> Double { 2 * Double(inputs) }

  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    builder.append(norm: BatchNormOperation<E>(self, units: inputs, builder), of: self)
  }
}

/// y = scale·x̂ + shift with x̂ = (x − mean)/√(variance + ε), per unit over the batch.
///
/// Sums over the batch are computed per group of samples and added in the order of the groups. Every part adds them on
/// its own, which costs less than waiting for another thread to do it.
final class BatchNormOperation<E: Element>: NormStep {
  let inputs: Int
  var outputs: Int { inputs }
  private let scale: Parameter<E>
  private let shift: Parameter<E>
  private let runningMean: StateArray<E>
  private let runningVariance: StateArray<E>
  private let momentum: E
  let epsilon: E
  private var result = Buffer<E>(count: 0)
  private var groups = SampleGroups(samples: 1)
  /// For each group, the mean and Σ(x − mean)² in the forward pass, and Σg and Σg·x̂ in the backward pass.
  private let groupSums: UnitPairs<E>
  /// The mean and 1/√(variance + ε) that a part uses, at the index of its first group.
  private let moments: UnitPairs<E>
  /// Σg and Σg·x̂ over the batch, at the index of a part's first group.
  private let gradientSums: UnitPairs<E>
  /// The biased variance of the last batch.
  private let batchVariance: Buffer<E>
  private var usesBatch = true
  private(set) var input: Matrix<E>?
  private var gradient: Matrix<E>?
  private(set) var inputGradient: Matrix<E>?

  init(_ description: BatchNorm, units: Int, _ builder: NetworkBuilder<E>) {
    inputs = units
    momentum = E(description.momentum)
    epsilon = E(description.epsilon)
    scale = builder.parameter(.scale(units: units), layer: builder.row)
    shift = builder.parameter(.shift(units: units), layer: builder.row)
    runningMean = builder.state("running_mean", count: units, start: 0)
    runningVariance = builder.state("running_var", count: units, start: 1)
    batchVariance = Buffer(rows: 1, columns: units)
    groupSums = UnitPairs(units: units)
    moments = UnitPairs(units: units)
    gradientSums = UnitPairs(units: units)
  }

  func reserve(rows: Int) {
    result = Buffer(unset: rows, columns: inputs)
  }

  var output: Matrix<E>? { input.map { Matrix(result.pointer, rows: $0.rows, columns: inputs) } }
  var parameters: [Parameter<E>] { [scale, shift] }
  var outputMayBeOverwritten: Bool { true }
  var measuresSamples: Bool { true }
  // The cost is dominated by memory accesses, because the operation reads its input several times.
  var work: Int { 32 * inputs }
  var role: OperationRole<E> { .other }
  var term: GradientTerm { .norm }
  var state: [StateArray<E>] { [runningMean, runningVariance] }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ g: Matrix<E>, _ check: RangeCheck<E>) -> Bool {
    check.comesFromColumns(inputGradient ?? g, of: g)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix? {
    wideNormalizationBackward(input!, g, scale, epsilon, overSamples: true)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    input = x
    usesBatch = pass.isTraining
    groups = SampleGroups(samples: x.rows)
    return Matrix(result.pointer, rows: x.rows, columns: inputs)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func measureForward(_ part: Range<Int>, _ pass: Pass) {
    guard usesBatch, let input else { return }
    groups.each(in: part) { group, rows in
      if pass.stop.isRequested { return }
      let (means, squares) = groupSums[group]
      let count = E.Vector(repeating: E(rows.count))
      Matrix<E>.registers(of: inputs) { column in
        var sum = E.Vector()
        for row in rows { sum += input.register(row, column) }
        let mean = sum / count
        var square = E.Vector()
        for row in rows {
          let difference = input.register(row, column) - mean
          square = square.fused(difference, difference)
        }
        store(mean, means + column)
        store(square, squares + column)
      }
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) {
    let x = input!
    let y = Matrix(result.pointer, rows: x.rows, columns: inputs)
    let (means, inverses) = moments[groups.first(of: part)]
    Matrix<E>.registers(of: inputs) { column in
      let (mean, variance) = usesBatch ? batchMoments(column) : runningMoments(column)
      store(mean, means + column)
      store(E.Vector.of(1) / (variance + E.Vector(repeating: epsilon)).squareRoot(), inverses + column)
      if part.lowerBound == 0 { store(variance, batchVariance.pointer + column) }
    }
    groups.each(in: part) { _, rows in
      Matrix<E>.registers(of: inputs) { column in
        let (mean, inverse) = (vector(means, column), vector(inverses, column))
        let (scale, shift) = (vector(scale.values.pointer, column), vector(shift.values.pointer, column))
        for row in rows {
          y.write(shift.fused(scale, (x.register(row, column) - mean) * inverse), row, column)
        }
      }
    }
  }

  /// Returns the mean and biased variance of the batch, combined from those of the groups; Chan, Golub, LeVeque:
  /// Updating formulae and a pairwise algorithm, 1979.
  @inline(__always)
  private func batchMoments(_ column: Int) -> (mean: E.Vector, variance: E.Vector) {
    let samples = input!.rows
    let total = E.Vector(repeating: E(samples))
    var sum = E.Vector()
    groups.each(in: 0..<samples) { group, rows in
      sum = sum.fused(E.Vector(repeating: E(rows.count)), vector(groupSums[group].0, column))
    }
    let mean = sum / total
    var squares = E.Vector()
    groups.each(in: 0..<samples) { group, rows in
      let difference = vector(groupSums[group].0, column) - mean
      squares += vector(groupSums[group].1, column)
      squares = squares.fused(E.Vector(repeating: E(rows.count)) * difference, difference)
    }
    return (mean, squares / total)
  }

  @inline(__always)
  private func runningMoments(_ column: Int) -> (mean: E.Vector, variance: E.Vector) {
    (vector(runningMean.pointer, column), vector(runningVariance.pointer, column))
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connectBackward(_ g: Matrix<E>, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E> {
    memory.giveBack(g)
    let dx = memory.take(g.rows, columns: inputs)
    gradient = g
    inputGradient = dx
    return dx
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func measureBackward(_ part: Range<Int>, _ pass: Pass) {
    let x = input!
    let g = gradient!
    let (means, inverses) = moments[0]
    groups.each(in: part) { group, rows in
      if pass.stop.isRequested { return }
      let (sums, dots) = groupSums[group]
      Matrix<E>.registers(of: inputs) { column in
        let (mean, inverse) = (vector(means, column), vector(inverses, column))
        var sum = E.Vector()
        var dot = E.Vector()
        for row in rows {
          let gradient = g.register(row, column)
          sum += gradient
          dot = dot.fused(gradient, (x.register(row, column) - mean) * inverse)
        }
        store(sum, sums + column)
        store(dot, dots + column)
      }
    }
  }

  /// Computes dx = scale/√(variance + ε)·(g − Σg/N − x̂·Σ(g·x̂)/N) for N samples, with sums per unit. In prediction
  /// mode, the sums are omitted.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    let x = input!
    let g = gradient!
    let dx = inputGradient!
    let (means, inverses) = moments[0]
    let (sums, dots) = gradientSums[groups.first(of: part)]
    Matrix<E>.registers(of: inputs) { column in
      var sum = E.Vector()
      var dot = E.Vector()
      for group in 0..<groups.count {
        sum += vector(groupSums[group].0, column)
        dot += vector(groupSums[group].1, column)
      }
      store(sum, sums + column)
      store(dot, dots + column)
    }
    // Running statistics are constants, so no gradient flows through them.
    let share = usesBatch ? E.Vector(repeating: 1 / E(g.rows)) : E.Vector()
    groups.each(in: part) { _, rows in
      Matrix<E>.registers(of: inputs) { column in
        let (mean, inverse) = (vector(means, column), vector(inverses, column))
        let factor = vector(scale.values.pointer, column) * inverse
        let (sum, dot) = (vector(sums, column) * share, vector(dots, column) * share)
        for row in rows {
          let along = (x.register(row, column) - mean) * inverse * dot
          dx.write(factor * (g.register(row, column) - sum - along), row, column)
        }
      }
    }
  }

  func cutGradients(rows: Int, grain: Int) -> Int { 1 }

  // Every part stores the sums over the whole batch. The first part always exists, and its first group is group 0.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func setGradients(task: Int) {
    let (sums, dots) = gradientSums[0]
    Matrix<E>.registers(of: inputs) { column in
      store(vector(sums, column), shift.gradients.pointer + column)
      store(vector(dots, column), scale.gradients.pointer + column)
    }
  }

  /// Moves the running statistics towards the statistics of the last batch.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func updateState() {
    guard let samples = input?.rows else { return }
    let keep = E.Vector(repeating: 1 - momentum)
    let take = E.Vector(repeating: momentum)
    Matrix<E>.registers(of: inputs) { column in
      let variance = vector(batchVariance.pointer, column)
      let unbiased = variance * E.Vector(repeating: E(samples) / E(samples - 1))
      let before = runningMoments(column)
      store(keep * before.mean + take * vector(moments[0].0, column), runningMean.pointer + column)
      store(keep * before.variance + take * unbiased, runningVariance.pointer + column)
    }
  }

  @inline(__always)
  private func vector(_ row: UnsafeMutablePointer<E>, _ column: Int) -> E.Vector { load(UnsafePointer(row + column)) }
}

/// A pair of rows for each group of samples, with one element per unit in each row.
private struct UnitPairs<E: Element> {
  private let memory: Buffer<E>
  private let width: Int

  init(units: Int) {
    width = Matrix<E>.padded(units)
    memory = Buffer(count: 2 * SampleGroups.most * width)
  }

  @inline(__always)
  subscript(group: Int) -> (UnsafeMutablePointer<E>, UnsafeMutablePointer<E>) {
    let first = memory.pointer + 2 * group * width
    return (first, first + width)
  }
}
