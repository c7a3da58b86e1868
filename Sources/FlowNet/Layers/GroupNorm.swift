// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Normalises every sample within each of several groups of units, then scales and shifts each unit; Wu, He 2018.
public struct GroupNorm: Layer {
  public let groups: Int
  /// The number that is added to the variance.
  public let epsilon: Double

  public init(_ groups: Int, epsilon: Double) {
    self.groups = groups
    self.epsilon = epsilon
  }

  public var kind: String { "groupnorm" }
  public var sequenceRole: SequenceRole { .norm }

  public var arguments: [LayerArgument] {
    [LayerArgument("groups", .number(Double(groups))), LayerArgument("eps", .number(epsilon))]
  }

  public func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    try graph.append(self, input)
  }
}

/// y = scale·x̂ + shift with x̂ = (x − mean)/√(variance + ε), per sample and group of units; the variance is biased.
extension GroupNorm: Kernel {
  var role: NodeRole { .norm(nil, layer: self) }
  var term: GradientTerm { .norm }

  func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    let units = inputs[0].units
    guard groups > 0, units % groups == 0 else {
      throw NetworkError(
        "groupnorm cannot divide \(units) units into \(groups) groups of equal size",
        hint: "choose a number of groups that divides the number of units")
    }
    return Outline(
      output: inputs[0], parameters: [.scale(units: units), .shift(units: units)],
      memory: [.rows(columns: units), .numbers(perSample: groups)], forward: Stages(work: 24 * units),
      backward: Stages(work: 24 * units), gradientUse: .keeps, outputMayBeOverwritten: true)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { GroupNormStep(self, site) }
}

private final class GroupNormStep<E: Element>: UnaryStep {
  let site: Site<E>
  private let inputs: Int
  private let scale: Parameter<E>
  private let groups: Int
  private let epsilon: E
  /// x̂, samples × units.
  private let normalized: Matrix<E>
  /// 1/√(variance + ε), samples × groups.
  private let inverses: UnsafeMutablePointer<E>

  init(_ description: GroupNorm, _ site: Site<E>) {
    self.site = site
    inputs = site.input.columns
    groups = description.groups
    epsilon = E(description.epsilon)
    scale = site.parameters[0].parameter
    normalized = site.rows(0, columns: inputs)
    inverses = site.memory[1].pointer
  }

  private func units(_ group: Int) -> Range<Int> {
    let size = inputs / groups
    return group * size..<(group + 1) * size
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    let (x, y, hat) = (site.input, site.output, normalized)
    let shift = site.parameters[1].values
    let count = Double(inputs / groups)
    for row in part where !pass.stop.isRequested {
      for group in 0..<groups {
        let units = units(group)
        let mean = E(units.reduce(0.0) { $0 + Double(x[row, $1]) } / count)
        let squares = units.reduce(0.0) { sum, unit in
          let difference = Double(x[row, unit] - mean)
          return sum + difference * difference
        }
        let inverse = 1 / (E(squares / count) + epsilon).squareRoot()
        inverses[row * groups + group] = inverse
        for unit in units {
          hat[row, unit] = (x[row, unit] - mean) * inverse
          y[row, unit] = scale.values[0, unit] * hat[row, unit] + shift[0, unit]
        }
      }
    }
  }

  /// Computes dx = (u − Σu/n − x̂·Σ(u·x̂)/n)/√(variance + ε), where u = g·scale, n is the number of units in a group,
  /// and the sums are per sample and group.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let g = site.gradient, let dx = site.inputGradient else { return }
    let hat = normalized
    let count = Double(inputs / groups)
    for row in part where !pass.stop.isRequested {
      for group in 0..<groups {
        var (sum, dot) = (0.0, 0.0)
        for unit in units(group) {
          let u = Double(g[row, unit] * scale.values[0, unit])
          sum += u
          dot += u * Double(hat[row, unit])
        }
        let (mean, along) = (E(sum / count), E(dot / count))
        let inverse = inverses[row * groups + group]
        for unit in units(group) {
          let u = g[row, unit] * scale.values[0, unit]
          dx[row, unit] = inverse * (u - mean - hat[row, unit] * along)
        }
      }
    }
  }

  func cutGradients(grain: Int) -> Int { 1 }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func setGradients(task: Int) {
    setScaleAndShiftGradients(site, normalized)
  }

  func isInRange(_ check: RangeCheck<E>) -> Bool {
    check.comesFromRows(site)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    let x = site.input
    return WideMatrix(rows: g.rows, columns: g.columns) { row in
      (0..<groups).flatMap { group in
        let units = units(group)
        return wideNormalizationBackward(
          units.map { WideNumber(Double(x[row, $0])) },
          units.map { g[row, $0] * WideNumber(Double(scale.values[0, $0])) }, epsilon)
      }
    }
  }
}
