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

  public var sequenceRole: SequenceRole { .norm }

  /// The layer that `norm: batch` inserts.
  public static let `default` = BatchNorm(momentum: 0.1, epsilon: 1e-5)

  public var arguments: [LayerArgument] {
    [LayerArgument("momentum", .number(momentum)), LayerArgument("eps", .number(epsilon))]
  }

  public func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    try graph.append(self, input)
  }
}

/// y = scale·x̂ + shift with x̂ = (x − mean)/√(variance + ε), per unit over the batch.
///
/// Sums over the batch are computed per group of samples and added in the order of the groups. Every part adds them for
/// itself, which costs less than waiting for another thread to do it.
extension BatchNorm: Kernel {
  var role: NodeRole { .norm(.batch, layer: self) }
  var term: GradientTerm { .norm }

  func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    let units = inputs[0].units
    // The cost is dominated by memory accesses, because the step reads its input several times.
    let stages = Stages(count: 2, barriers: [1], work: 32 * units)
    let pairs = MemorySpec.arrays(2 * SampleGroups.most, columns: units)
    return Outline(
      output: inputs[0], parameters: [.scale(units: units), .shift(units: units)],
      state: [
        StateSpec(name: "running_mean", count: units, start: 0),
        StateSpec(name: "running_var", count: units, start: 1),
      ],
      memory: [pairs, pairs, pairs, .arrays(1, columns: units)], forward: stages, backward: stages,
      gradientUse: .overwrites, outputMayBeOverwritten: true)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { BatchNormStep(self, site) }
}

/// The first stage of each pass computes sums over the samples, and the second stage uses them.
private final class BatchNormStep<E: Element>: UnaryStep {
  let site: Site<E>
  private let units: Int
  private let scale: Parameter<E>
  private let shift: Parameter<E>
  private let runningMean: StateArray<E>
  private let runningVariance: StateArray<E>
  private let momentum: E
  private let epsilon: E
  private let usesBatch: Bool
  private let groups: SampleGroups
  /// For each group, the mean and Σ(x − mean)² in the forward pass, and Σg and Σg·x̂ in the backward pass.
  private let groupSums: UnitPairs<E>
  /// The mean and 1/√(variance + ε) that a part uses, at the index of its first group.
  private let moments: UnitPairs<E>
  /// Σg and Σg·x̂ over the batch, at the index of a part's first group.
  private let gradientSums: UnitPairs<E>
  /// The biased variance of the last batch.
  private let batchVariance: UnsafeMutablePointer<E>

  init(_ description: BatchNorm, _ site: Site<E>) {
    self.site = site
    units = site.input.columns
    momentum = E(description.momentum)
    epsilon = E(description.epsilon)
    usesBatch = site.isTraining
    groups = SampleGroups(samples: site.samples)
    scale = site.parameters[0].parameter
    shift = site.parameters[1].parameter
    runningMean = site.state[0]
    runningVariance = site.state[1]
    groupSums = UnitPairs(site.memory[0], units: units)
    moments = UnitPairs(site.memory[1], units: units)
    gradientSums = UnitPairs(site.memory[2], units: units)
    batchVariance = site.memory[3].pointer
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ check: RangeCheck<E>) -> Bool {
    guard let g = site.gradient, let dx = site.inputGradient else { return true }
    return usesBatch ? check.comesFromColumns(dx, of: g) : check.comesFromElements(dx, of: g)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    if usesBatch { return wideNormalizationBackward(site.input, g, scale, epsilon, overSamples: true) }
    let factors = (0..<units).map { unit in
      WideNumber(Double(scale.values[0, unit]))
        / (WideNumber(Double(runningVariance.pointer[unit])) + WideNumber(Double(epsilon))).squareRoot()
    }
    return WideMatrix(rows: g.rows, columns: g.columns) { g[$0, $1] * factors[$1] }
  }

  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    if stage == 0 { measureForward(part, pass) } else { normalize(part) }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  private func measureForward(_ part: Range<Int>, _ pass: Pass) {
    guard usesBatch else { return }
    let input = site.input
    groups.each(in: part) { group, rows in
      if pass.stop.isRequested { return }
      let (means, squares) = groupSums[group]
      let count = E.Vector(repeating: E(rows.count))
      Matrix<E>.registers(of: units) { column in
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
  private func normalize(_ part: Range<Int>) {
    let (x, y) = (site.input, site.output)
    let (means, inverses) = moments[groups.first(of: part)]
    Matrix<E>.registers(of: units) { column in
      let (mean, variance) = usesBatch ? batchMoments(column) : runningMoments(column)
      store(mean, means + column)
      store(E.Vector.of(1) / (variance + E.Vector(repeating: epsilon)).squareRoot(), inverses + column)
      if part.lowerBound == 0 { store(variance, batchVariance + column) }
    }
    groups.each(in: part) { _, rows in
      Matrix<E>.registers(of: units) { column in
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
    let samples = site.samples
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

  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    if stage == 0 { measureBackward(part, pass) } else { passBack(part) }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  private func measureBackward(_ part: Range<Int>, _ pass: Pass) {
    guard let g = site.gradient else { return }
    let x = site.input
    let (means, inverses) = moments[0]
    groups.each(in: part) { group, rows in
      if pass.stop.isRequested { return }
      let (sums, dots) = groupSums[group]
      Matrix<E>.registers(of: units) { column in
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
  private func passBack(_ part: Range<Int>) {
    let x = site.input
    let (means, inverses) = moments[0]
    let (sums, dots) = gradientSums[groups.first(of: part)]
    Matrix<E>.registers(of: units) { column in
      var sum = E.Vector()
      var dot = E.Vector()
      for group in 0..<groups.count {
        sum += vector(groupSums[group].0, column)
        dot += vector(groupSums[group].1, column)
      }
      store(sum, sums + column)
      store(dot, dots + column)
    }
    guard let g = site.gradient, let dx = site.inputGradient else { return }
    // Running statistics are constants, so no gradient flows through them.
    let share = usesBatch ? E.Vector(repeating: 1 / E(g.rows)) : E.Vector()
    groups.each(in: part) { _, rows in
      Matrix<E>.registers(of: units) { column in
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

  func cutGradients(grain: Int) -> Int { 1 }

  // Every part stores the sums over the whole batch. The first part always exists, and its first group is group 0.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func setGradients(task: Int) {
    let (sums, dots) = gradientSums[0]
    let (scale, shift) = (site.parameters[0].gradients.pointer, site.parameters[1].gradients.pointer)
    Matrix<E>.registers(of: units) { column in
      store(vector(sums, column), shift + column)
      store(vector(dots, column), scale + column)
    }
  }

  /// Moves the running statistics towards the statistics of the last batch.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func updateState() {
    let samples = site.samples
    let keep = E.Vector(repeating: 1 - momentum)
    let take = E.Vector(repeating: momentum)
    Matrix<E>.registers(of: units) { column in
      let variance = vector(batchVariance, column)
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
  private let pointer: UnsafeMutablePointer<E>
  private let width: Int

  init(_ memory: Buffer<E>, units: Int) {
    pointer = memory.pointer
    width = Matrix<E>.padded(units)
  }

  @inline(__always)
  subscript(group: Int) -> (UnsafeMutablePointer<E>, UnsafeMutablePointer<E>) {
    let first = pointer + 2 * group * width
    return (first, first + width)
  }
}
