// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Normalises every sample over its units, then scales and shifts each unit; Ba, Kiros, Hinton 2016.
public struct LayerNorm: Layer {
  public init() {}

  public var kind: String { "layernorm" }

  public var sequenceRole: SequenceRole { .norm }

  public func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    try graph.append(self, input)
  }
}

/// y = scale·(x − mean)/√(variance + 1e-5) + shift, with the mean and the biased variance of each sample over its
/// units.
extension LayerNorm: Kernel {
  var role: NodeRole { .norm(.layer, layer: self) }
  var term: GradientTerm { .norm }

  func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    let units = inputs[0].units
    return Outline(
      output: inputs[0], parameters: [.scale(units: units), .shift(units: units)],
      memory: [.rows(columns: units), .numbers(perSample: 1)], forward: Stages(work: 12 * units),
      backward: Stages(work: 12 * units), gradientUse: .keeps, outputMayBeOverwritten: true)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { LayerNormStep(site) }
}

private final class LayerNormStep<E: Element>: UnaryStep {
  let site: Site<E>
  private let units: Int
  private let scale: Parameter<E>
  private let epsilon = E(1e-5)
  /// x̂, samples × units.
  private let normalized: Matrix<E>
  /// 1/√(variance + ε) of each sample.
  private let inverseDeviation: UnsafeMutablePointer<E>

  init(_ site: Site<E>) {
    self.site = site
    units = site.input.columns
    scale = site.parameters[0].parameter
    normalized = site.rows(0, columns: units)
    inverseDeviation = site.memory[1].pointer
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ check: RangeCheck<E>) -> Bool {
    check.comesFromRows(site)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    wideNormalizationBackward(site.input, g, scale, epsilon, overSamples: false)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    let (x, y, hat) = (site.input, site.output, normalized)
    let shifts = site.parameters[1].values.pointer
    for row in part where !pass.stop.isRequested {
      var sum = E.Vector()
      Matrix<E>.registers(of: units) { sum += x.insideRegister(row, $0) }
      let mean = E.Vector(repeating: E(sum.sum / Double(units)))
      var squares = E.Vector()
      Matrix<E>.registers(of: units) { column in
        let difference = x.inside(x.register(row, column) - mean, column)
        squares = squares.fused(difference, difference)
      }
      let inverse = 1 / (E(squares.sum / Double(units)) + epsilon).squareRoot()
      inverseDeviation[row] = inverse
      Matrix<E>.registers(of: units) { column in
        let h = x.inside(x.register(row, column) - mean, column) * E.Vector(repeating: inverse)
        let shift: E.Vector = load(UnsafePointer(shifts + column))
        hat.write(h, row, column)
        y.write(shift.fused(load(UnsafePointer(scale.values.pointer + column)), h), row, column)
      }
    }
  }

  /// Computes dx = (u − Σu/n − x̂·Σ(u·x̂)/n)/σ, where x̂ is the normalised input, u = g·scale, n is the number of
  /// units, and the sums are per sample.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let g = site.gradient, let dx = site.inputGradient else { return }
    let hat = normalized
    for row in part where !pass.stop.isRequested {
      var sum = E.Vector()
      var dot = E.Vector()
      Matrix<E>.registers(of: units) { column in
        let u = g.register(row, column) * load(UnsafePointer(scale.values.pointer + column))
        sum += u
        dot = dot.fused(u, hat.register(row, column))
      }
      let mean = E.Vector(repeating: E(sum.sum / Double(units)))
      let along = E.Vector(repeating: E(dot.sum / Double(units)))
      let inverse = E.Vector(repeating: inverseDeviation[row])
      Matrix<E>.registers(of: units) { column in
        let u = g.register(row, column) * load(UnsafePointer(scale.values.pointer + column))
        let own = inverse * (u - mean - hat.register(row, column) * along)
        dx.write(dx.inside(own, column), row, column)
      }
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func cutGradients(grain: Int) -> Int { 1 }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func setGradients(task: Int) {
    setScaleAndShiftGradients(site, normalized)
  }
}
