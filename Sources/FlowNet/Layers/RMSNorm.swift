// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Divides every sample by the root mean square of its units, then scales; Zhang, Sennrich 2019.
public struct RMSNorm: Layer {
  /// The number that is added to the mean square.
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public var kind: String { "rmsnorm" }
  public var sequenceRole: SequenceRole { .norm }
  public var arguments: [LayerArgument] { [LayerArgument("eps", .number(epsilon))] }

  public func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    try graph.append(self, input)
  }
}

/// y = scale·x/√(mean(x²) + ε), per sample over the units.
extension RMSNorm: Kernel {
  var role: NodeRole { .norm(nil, layer: self) }
  var term: GradientTerm { .norm }

  func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    let units = inputs[0].units
    return Outline(
      output: inputs[0], parameters: [.scale(units: units)], memory: [.numbers(perSample: 1)],
      forward: Stages(work: 12 * units), backward: Stages(work: 12 * units), gradientUse: .keeps,
      outputMayBeOverwritten: true)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { RMSNormStep(self, site) }
}

private final class RMSNormStep<E: Element>: UnaryStep {
  let site: Site<E>
  private let units: Int
  private let scale: Parameter<E>
  private let epsilon: E
  /// 1/√(mean(x²) + ε) of each sample.
  private let inverses: UnsafeMutablePointer<E>

  init(_ description: RMSNorm, _ site: Site<E>) {
    self.site = site
    units = site.input.columns
    epsilon = E(description.epsilon)
    scale = site.parameters[0].parameter
    inverses = site.memory[0].pointer
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    let (x, y) = (site.input, site.output)
    for row in part where !pass.stop.isRequested {
      var squares = E.Vector()
      Matrix<E>.registers(of: units) { column in
        let own = x.insideRegister(row, column)
        squares = squares.fused(own, own)
      }
      let inverse = 1 / (E(squares.sum / Double(units)) + epsilon).squareRoot()
      inverses[row] = inverse
      Matrix<E>.registers(of: units) { column in
        let factor: E.Vector = load(UnsafePointer(scale.values.pointer + column))
        y.write(factor * (x.insideRegister(row, column) * E.Vector(repeating: inverse)), row, column)
      }
    }
  }

  /// Computes dx = (u − x̂·Σ(u·x̂)/n)/√(mean(x²) + ε), where x̂ = x/√(mean(x²) + ε), u = g·scale, n is the number of
  /// units, and the sum is per sample.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let g = site.gradient, let dx = site.inputGradient else { return }
    let x = site.input
    for row in part where !pass.stop.isRequested {
      let inverse = E.Vector(repeating: inverses[row])
      var dot = E.Vector()
      Matrix<E>.registers(of: units) { column in
        let u = g.register(row, column) * load(UnsafePointer(scale.values.pointer + column))
        dot = dot.fused(u, x.insideRegister(row, column) * inverse)
      }
      let along = E.Vector(repeating: E(dot.sum / Double(units)))
      Matrix<E>.registers(of: units) { column in
        let u = g.register(row, column) * load(UnsafePointer(scale.values.pointer + column))
        dx.write(inverse * (u - x.insideRegister(row, column) * inverse * along), row, column)
      }
    }
  }

  func cutGradients(grain: Int) -> Int { 1 }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func setGradients(task: Int) {
    guard let g = site.gradient else { return }
    let (x, gradients) = (site.input, site.parameters[0].gradients.pointer)
    let stop = StopToken.current
    Matrix<E>.registers(of: units) { column in
      if stop.isRequested { return }
      var sum = E.Vector()
      for row in 0..<g.rows {
        let normalized = x.insideRegister(row, column) * E.Vector(repeating: inverses[row])
        sum = sum.fused(g.register(row, column), normalized)
      }
      store(sum, gradients + column)
    }
  }

  func isInRange(_ check: RangeCheck<E>) -> Bool {
    check.comesFromRows(site)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    let x = site.input
    let count = WideNumber(Double(units))
    let factors = (0..<units).map { WideNumber(Double(scale.values[0, $0])) }
    return WideMatrix(rows: g.rows, columns: g.columns) { row in
      let own = (0..<units).map { WideNumber(Double(x[row, $0])) }
      let u = zip(g.row(row), factors).map { $0 * $1 }
      let square = own.reduce(WideNumber.zero) { $0 + $1 * $1 } / count
      let root = (square + WideNumber(Double(epsilon))).squareRoot()
      let hats = own.map { $0 / root }
      let along = zip(u, hats).reduce(WideNumber.zero) { $0 + $1.0 * $1.1 } / count
      return zip(u, hats).map { ($0 - $1 * along) / root }
    }
  }
}
