// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

@testable import FlowNet

/// h_t = tanh(x_t + w·(h_{t−1} − mean)) with h_0 = tanh(x_0) and a factor w per unit. The mean of h_{t−1} is over the
/// batch in training mode and 0 in prediction mode. The input has one position per time step, and so has the output,
/// which contains all h. The program has no such layer.
package struct BatchScanLayer: Layer, Kernel {
  package let steps: Int

  package init(steps: Int) { self.steps = steps }

  package var kind: String { "scan" }
  package var arguments: [LayerArgument] { [LayerArgument("steps", .number(Double(steps)))] }
  package var sequenceRole: SequenceRole { .other }
  package var role: NodeRole { .other }
  package var term: GradientTerm { .norm }

  package func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    try graph.append(self, input)
  }

  package func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    let units = inputs[0].units / steps
    guard units * steps == inputs[0].units else {
      throw NetworkError("\(inputs[0].units) numbers are no \(steps) steps")
    }
    // Every stage but the first one needs a mean over what the stage before it wrote for all samples.
    let stages = Stages(count: steps, barriers: Array(1..<steps), work: 32 * units * steps)
    let sequence = MemorySpec.sequence(steps: steps, columns: units)
    return Outline(
      output: Shape(channels: units, length: steps), parameters: [.scale(units: units)],
      memory: [sequence, sequence, sequence], forward: stages, backward: stages, gradientUse: .reads)
  }

  package func bind<E: Element>(_ site: Site<E>) -> any Step<E> { BatchScanStep(self, site) }
}

private final class BatchScanStep<E: Element>: UnaryStep {
  let site: Site<E>
  private let steps: Int
  private let units: Int
  private let activation = Activation.named("tanh")!
  private let loops: PointwiseLoops<E>
  private let z: Matrix<E>
  private let h: Matrix<E>
  private let delta: Matrix<E>

  init(_ layer: BatchScanLayer, _ site: Site<E>) {
    self.site = site
    steps = layer.steps
    units = site.input.columns / layer.steps
    loops = E.loops(activation)
    z = site.sequence(0, steps: steps, columns: units)
    h = site.sequence(1, steps: steps, columns: units)
    delta = site.sequence(2, steps: steps, columns: units)
  }

  private var factors: Panels<E> { site.parameters[0].values }

  /// Returns the samples of a time step.
  private func block(_ matrix: Matrix<E>, _ step: Int) -> Matrix<E> {
    matrix.rows(step * site.samples..<(step + 1) * site.samples)
  }

  /// Returns the mean of a unit over the batch. Every part computes it for itself and adds the samples in the same
  /// order, so it does not depend on the number of parts.
  private func mean(_ matrix: Matrix<E>, _ unit: Int) -> E {
    guard site.isTraining else { return 0 }
    var sum: E = 0
    for row in 0..<site.samples { sum += matrix[row, unit] }
    return sum / E(site.samples)
  }

  func values(after stage: Int) -> [Matrix<E>] { [block(h, stage)] }

  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    let (own, after) = (block(z, stage), block(h, stage))
    for unit in 0..<units {
      for row in part { own[row, unit] = site.input[row, unit * steps + stage] }
      guard stage > 0 else { continue }
      let before = block(h, stage - 1)
      let mean = mean(before, unit)
      for row in part { own[row, unit] += factors[0, unit] * (before[row, unit] - mean) }
    }
    loops.forward(own.rows(part).pointer, after.rows(part).pointer, own.rows(part).count, activation.parameter)
    for row in part {
      for unit in 0..<units { site.output[row, unit * steps + stage] = after[row, unit] }
    }
  }

  func gradients(after stage: Int) -> [Matrix<E>] { [block(delta, steps - 1 - stage)] }

  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    let step = steps - 1 - stage
    guard let g = site.gradient else { return }
    let own = block(delta, step)
    for unit in 0..<units {
      for row in part { own[row, unit] = g[row, unit * steps + step] }
      guard stage > 0, !pass.cutsGradient(before: step + 1) else { continue }
      let later = block(delta, step + 1)
      let mean = mean(later, unit)
      for row in part { own[row, unit] += factors[0, unit] * (later[row, unit] - mean) }
    }
    let (x, y, d) = (block(z, step).rows(part), block(h, step).rows(part), own.rows(part))
    if pass.isPrecise {
      loops.preciseBackward(x.pointer, d.pointer, d.pointer, d.count, activation.parameter)
    } else {
      loops.backward(x.pointer, y.pointer, d.pointer, d.pointer, d.count, activation.parameter)
    }
    guard let dx = site.inputGradient else { return }
    for row in part {
      for unit in 0..<units { dx[row, unit * steps + step] = own[row, unit] }
    }
  }

  func cutGradients(grain: Int) -> Int { 1 }

  func setGradients(task: Int) {
    for unit in 0..<units {
      var sum: E = 0
      for step in 1..<steps {
        let (d, before) = (block(delta, step), block(h, step - 1))
        let mean = mean(before, unit)
        for row in 0..<site.samples { sum += d[row, unit] * (before[row, unit] - mean) }
      }
      site.parameters[0].gradients[0, unit] = sum
    }
  }

  func isInRange(_ check: RangeCheck<E>) -> Bool {
    guard let g = site.gradient else { return true }
    return (0..<steps).allSatisfy { check.comesFromRows(block(delta, $0), of: g, nil) }
  }

  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    var deltas: [WideMatrix] = []
    for step in (0..<steps).reversed() {
      let later = deltas.first
      let means = (0..<units).map { unit in
        guard let later, site.isTraining else { return WideNumber.zero }
        return later.column(unit).reduce(.zero, +) / WideNumber(Double(g.rows))
      }
      let own = block(z, step)
      let slopes = (0..<g.rows).map { row in activation.wideSlopes((0..<units).map { Double(own[row, $0]) }) }
      let delta = WideMatrix(rows: g.rows, columns: units) { row, unit in
        let carried = later.map { WideNumber(Double(factors[0, unit])) * ($0[row, unit] - means[unit]) } ?? .zero
        return (g[row, unit * steps + step] + carried) * slopes[row][unit]
      }
      deltas.insert(delta, at: 0)
    }
    return WideMatrix(rows: g.rows, columns: g.columns) { deltas[$1 % steps][$0, $1 / steps] }
  }
}
