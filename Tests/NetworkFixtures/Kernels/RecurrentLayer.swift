// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

@testable import FlowNet

/// h_t = φ(W·x_t + U·h_{t−1} + b) with h_0 = 0; Elman 1990. The input has one position per time step. The output is the
/// last h, or all of them. The program has no such layer.
package struct RecurrentLayer: Layer, Kernel {
  package let units: Int
  package let steps: Int
  package let activation: Activation
  package let weights: Initializer
  /// Whether the output contains h of all steps, not only the last one.
  package let returnsAll: Bool

  package init(units: Int, steps: Int, activation: Activation, weights: Initializer, returnsAll: Bool = false) {
    self.units = units
    self.steps = steps
    self.activation = activation
    self.weights = weights
    self.returnsAll = returnsAll
  }

  package var kind: String { "recurrent" }
  package var arguments: [LayerArgument] {
    [
      LayerArgument("units", .number(Double(units))), LayerArgument("steps", .number(Double(steps))),
      LayerArgument("activation", .activation(activation)), LayerArgument("init", .initializer(weights)),
      LayerArgument("all", .boolean(returnsAll)),
    ]
  }
  package func with(activation: Activation) -> any Layer {
    RecurrentLayer(units: units, steps: steps, activation: activation, weights: weights, returnsAll: returnsAll)
  }
  package func with(weights: Initializer?, bias: Initializer?) -> any Layer {
    RecurrentLayer(
      units: units, steps: steps, activation: activation, weights: weights ?? self.weights, returnsAll: returnsAll)
  }
  package var sequenceRole: SequenceRole { .other }
  package var role: NodeRole { .unrolled(steps: steps, weight: 1) }
  package var term: GradientTerm { .weight }

  package func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    try graph.append(self, input)
  }

  package func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    let features = inputs[0].units / steps
    guard features * steps == inputs[0].units else {
      throw NetworkError("\(inputs[0].units) numbers are no \(steps) steps")
    }
    let stages = Stages(count: steps, work: steps * units * (features + units))
    let sequence = MemorySpec.sequence(steps: steps, columns: units)
    return Outline(
      output: Shape(channels: units, length: returnsAll ? steps : 1),
      parameters: [
        .weight(weights, name: "weight_ih", inputs: features, outputs: units),
        .weight(weights, name: "weight_hh", inputs: units, outputs: units),
        .bias(.named("zeros")!, inputs: units, outputs: units),
      ],
      // In order: h, starting with h_0; z; the gradient that is carried from step to step; its sum with the local one;
      // and δ.
      memory: [.sequence(steps: steps + 1, columns: units), sequence, sequence, sequence, sequence],
      forward: stages, backward: stages, gradientUse: .reads)
  }

  package func bind<E: Element>(_ site: Site<E>) -> any Step<E> { RecurrentStep(self, site) }
}

private final class RecurrentStep<E: Element>: Step {
  let site: Site<E>
  private let layer: RecurrentLayer
  private let features: Int
  private let loops: PointwiseLoops<E>
  private let h: Matrix<E>
  private let z: Matrix<E>
  private let carried: Matrix<E>
  private let total: Matrix<E>
  private let delta: Matrix<E>
  /// The exponent of δ of each step, relative to ∂L/∂y.
  private var exponents: [Int]

  init(_ layer: RecurrentLayer, _ site: Site<E>) {
    self.layer = layer
    self.site = site
    features = site.input.columns / layer.steps
    loops = E.loops(layer.activation)
    h = site.sequence(0, steps: layer.steps + 1, columns: layer.units)
    z = site.sequence(1, steps: layer.steps, columns: layer.units)
    carried = site.sequence(2, steps: layer.steps, columns: layer.units)
    total = site.sequence(3, steps: layer.steps, columns: layer.units)
    delta = site.sequence(4, steps: layer.steps, columns: layer.units)
    exponents = Array(repeating: 0, count: layer.steps)
    for matrix in [carried, total, delta] { matrix.fill(0) }
  }

  private var input: Panels<E> { site.parameters[0].values }
  private var recurrent: Panels<E> { site.parameters[1].values }

  /// Returns the samples of a time step.
  private func block(_ matrix: Matrix<E>, _ step: Int) -> Matrix<E> {
    matrix.rows(step * site.samples..<(step + 1) * site.samples)
  }

  func values(after stage: Int) -> [Matrix<E>] { [block(h, stage + 1)] }

  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    let (before, after, own) = (block(h, stage), block(h, stage + 1), block(z, stage))
    if stage == 0 { for row in part { for unit in 0..<layer.units { before[row, unit] = 0 } } }
    Product.forward(before, recurrent, bias: site.parameters[2].values.pointer, into: own, rows: part)
    for row in part {
      for unit in 0..<layer.units {
        for feature in 0..<features {
          own[row, unit] += site.input[row, feature * layer.steps + stage] * input[feature, unit]
        }
        if !own[row, unit].isFinite { pass.watch?.raise() }
      }
    }
    loops.forward(own.rows(part).pointer, after.rows(part).pointer, own.rows(part).count, layer.activation.parameter)
    let y = site.output
    for row in part {
      for unit in 0..<layer.units {
        if layer.returnsAll {
          y[row, unit * layer.steps + stage] = after[row, unit]
        } else if stage == layer.steps - 1 {
          y[row, unit] = after[row, unit]
        }
      }
    }
  }

  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    let step = layer.steps - 1 - stage
    guard let g = site.gradient else { return }
    let (sum, own) = (block(total, step), block(delta, step))
    let scale = E(sign: .plus, exponent: E.Exponent(exponents[step]), significand: 1)
    for row in part {
      for unit in 0..<layer.units {
        var local: E = 0
        if layer.returnsAll {
          local = g[row, unit * layer.steps + step] * scale
        } else if stage == 0 {
          local = g[row, unit]
        }
        sum[row, unit] = stage == 0 ? local : block(carried, step)[row, unit] + local
      }
    }
    let (x, y, count) = (block(z, step).rows(part), block(h, step + 1).rows(part), own.rows(part).count)
    if pass.isPrecise {
      loops.preciseBackward(
        x.pointer, sum.rows(part).pointer, own.rows(part).pointer, count, layer.activation.parameter)
    } else {
      loops.backward(
        x.pointer, y.pointer, sum.rows(part).pointer, own.rows(part).pointer, count, layer.activation.parameter)
    }
    if pass.cutsGradient(before: step), step > 0 {
      block(carried, step - 1).rows(part).fill(0)
    } else if step > 0 {
      Product.backward(own, recurrent, into: block(carried, step - 1), rows: part)
    }
    guard let dx = site.inputGradient else { return }
    for row in part {
      for feature in 0..<features {
        var gradient: E = 0
        for unit in 0..<layer.units { gradient += own[row, unit] * input[feature, unit] }
        dx[row, feature * layer.steps + step] = gradient
      }
      if step == 0 { unify(dx, row) }
    }
  }

  /// Rescales the input gradients of all steps to a common scale.
  private func unify(_ dx: Matrix<E>, _ row: Int) {
    let common = inputExponent
    for step in 0..<layer.steps where exponents[step] != common {
      let scale = E(sign: .plus, exponent: E.Exponent(common - exponents[step]), significand: 1)
      for feature in 0..<features { dx[row, feature * layer.steps + step] *= scale }
    }
  }

  func gradients(after stage: Int) -> [Matrix<E>] { [block(carried, layer.steps - 2 - stage)] }

  func carriedGradient(after stage: Int) -> Matrix<E>? {
    stage < layer.steps - 1 ? block(carried, layer.steps - 2 - stage) : nil
  }

  func rescale(after stage: Int, byPowerOfTwo power: Int) {
    let own = block(carried, layer.steps - 2 - stage)
    multiply(own.pointer, own.count, byPowerOfTwo: power)
    for step in 0...layer.steps - 2 - stage { exponents[step] += power }
  }

  func resetScale() { for step in exponents.indices { exponents[step] = 0 } }

  /// The smallest exponent keeps the largest of the gradients in range.
  var inputExponent: Int { exponents.min()! }
  var parameterExponent: Int { exponents.min()! }

  func cutGradients(grain: Int) -> Int { 1 }

  func setGradients(task: Int) {
    let common = parameterExponent
    let (own, recurrent, bias) = (
      site.parameters[0].gradients, site.parameters[1].gradients, site.parameters[2].gradients
    )
    for unit in 0..<layer.units {
      bias[0, unit] = 0
      for other in 0..<layer.units { recurrent[other, unit] = 0 }
      for feature in 0..<features { own[feature, unit] = 0 }
    }
    for step in 0..<layer.steps {
      let scale = E(sign: .plus, exponent: E.Exponent(common - exponents[step]), significand: 1)
      let (d, before) = (block(delta, step), block(h, step))
      for row in 0..<site.samples {
        for unit in 0..<layer.units {
          let gradient = d[row, unit] * scale
          bias[0, unit] += gradient
          for other in 0..<layer.units { recurrent[other, unit] += before[row, other] * gradient }
          for feature in 0..<features {
            own[feature, unit] += site.input[row, feature * layer.steps + step] * gradient
          }
        }
      }
    }
  }

  lazy var role: StepRole<E> = .unrolled(
    (0..<layer.steps).map { step in
      let row = RecurrentRow(
        weight: site.parameters[1].parameter, bias: site.parameters[2].parameter, input: block(h, step),
        output: block(z, step), delta: site.gradients == nil ? nil : block(delta, step))
      return StepRow(
        affine: row,
        activation: RecurrentActivation(
          activation: layer.activation, input: block(z, step), output: block(h, step + 1),
          gradient: site.gradients == nil ? nil : block(total, step)))
    })

  func trace(_ visit: (TracePoint<E>) -> Void) {
    for step in (0..<layer.steps).reversed() {
      // The stage that wrote the gradient carried to this step. Its exponent applies here.
      let stage = layer.steps - 2 - step
      let before = stage >= 0 ? stage : nil
      if let before {
        visit(.stop(.weight, block(carried, step), stage: before))
        if layer.returnsAll { visit(.stop(.shortcut, block(total, step), stage: before)) }
      }
      visit(.stop(.slope, block(delta, step), stage: before))
      visit(.arrival(row: step, block(delta, step), stage: before))
    }
  }

  func isInRange(_ check: RangeCheck<E>) -> Bool {
    for step in 1..<max(layer.steps, 1) {
      let own = check.scaled(by: exponents[step - 1] - exponents[step])
      if !own.comesFromRows(block(carried, step - 1), of: block(delta, step), nil) { return false }
    }
    return true
  }

  func wideBackward(
    _ gradients: [WideMatrix], _ pool: ThreadPool, _ visit: (WideTracePoint) -> Void
  ) -> [WideMatrix] {
    let g = gradients[0]
    let weights = WideMatrix(rows: layer.units, columns: layer.units) { WideNumber(Double(recurrent[$0, $1])) }
    let inputs = WideMatrix(rows: features, columns: layer.units) { WideNumber(Double(input[$0, $1])) }
    var carried = WideMatrix(rows: g.rows, columns: layer.units) { _, _ in .zero }
    var passed: [WideMatrix] = []
    for step in (0..<layer.steps).reversed() {
      let isLast = step == layer.steps - 1
      let total = WideMatrix(rows: g.rows, columns: layer.units) { row, unit in
        if layer.returnsAll { return carried[row, unit] + g[row, unit * layer.steps + step] }
        return isLast ? g[row, unit] : carried[row, unit]
      }
      let own = block(z, step)
      let delta = WideMatrix(rows: g.rows, columns: layer.units) { row in
        let slopes = layer.activation.wideSlopes((0..<layer.units).map { Double(own[row, $0]) })
        return zip(total.row(row), slopes).map { $0 * $1 }
      }
      if !isLast {
        visit(.stop(.weight, carried))
        if layer.returnsAll { visit(.stop(.shortcut, total)) }
      }
      visit(.stop(.slope, delta))
      visit(.arrival(row: step, delta))
      carried = WideMatrix.product(delta, transposed: weights, pool)
      passed.insert(WideMatrix.product(delta, transposed: inputs, pool), at: 0)
    }
    return [
      WideMatrix(rows: g.rows, columns: features * layer.steps) {
        passed[$1 % layer.steps][$0, $1 / layer.steps]
      }
    ]
  }
}

/// A time step as a row of the flow table.
private final class RecurrentRow<E: Element>: AffineRow {
  let weight: Parameter<E>
  let bias: Parameter<E>?
  let input: Matrix<E>
  let output: Matrix<E>
  let delta: Matrix<E>?

  init(weight: Parameter<E>, bias: Parameter<E>?, input: Matrix<E>, output: Matrix<E>, delta: Matrix<E>?) {
    self.weight = weight
    self.bias = bias
    self.input = input
    self.output = output
    self.delta = delta
  }
}

private final class RecurrentActivation<E: Element>: ActivationRow {
  let activation: Activation
  let saturation: SaturationCounter? = nil
  let input: Matrix<E>
  let output: Matrix<E>
  let gradient: Matrix<E>?

  init(activation: Activation, input: Matrix<E>, output: Matrix<E>, gradient: Matrix<E>?) {
    self.activation = activation
    self.input = input
    self.output = output
    self.gradient = gradient
  }

  func writeSlopes(into slopes: Matrix<E>) {
    E.loops(activation).preciseSlope(input.pointer, slopes.pointer, slopes.count, activation.parameter)
  }
}
