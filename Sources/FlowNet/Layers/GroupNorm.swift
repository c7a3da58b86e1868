// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Normalises every sample over each of several groups of units, then scales and shifts every unit; Wu, He 2018.
public struct GroupNorm: Layer {
  public let groups: Int
  /// The number that is added to the variance.
  public let epsilon: Double

  public init(_ groups: Int, epsilon: Double) {
    self.groups = groups
    self.epsilon = epsilon
  }

  public var kind: String { "groupnorm" }
  public var role: LayerRole { .other }

  public var arguments: [LayerArgument] {
    [LayerArgument("groups", .number(Double(groups))), LayerArgument("eps", .number(epsilon))]
  }

  public func outputs(inputs: Int) throws(NetworkError) -> Int {
    guard groups > 0, inputs % groups == 0 else {
      throw NetworkError(
        "groupnorm cannot divide \(inputs) units into \(groups) groups of equal size",
        hint: "choose a number of groups that divides the number of units")
    }
    return inputs
  }

  public func parameters(inputs: Int) -> Double { 2 * Double(inputs) }

  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    builder.append(norm: GroupNormOperation<E>(self, units: inputs, builder), of: self)
  }
}

/// y = scale·x̂ + shift with x̂ = (x − mean)/√(variance + ε), per sample and group of units; the variance is biased.
final class GroupNormOperation<E: Element>: NormStep {
  let inputs: Int
  var outputs: Int { inputs }
  private let scale: Parameter<E>
  private let shift: Parameter<E>
  private let groups: Int
  private let epsilon: E
  private var result = Buffer<E>(count: 0)
  /// x̂, samples × units.
  private var normalized = Buffer<E>(count: 0)
  /// 1/√(variance + ε), samples × groups.
  private var inverses = Buffer<E>(count: 0)
  private var input: Matrix<E>?
  private var gradient: Matrix<E>?
  private(set) var output: Matrix<E>?
  private(set) var inputGradient: Matrix<E>?

  init(_ description: GroupNorm, units: Int, _ builder: NetworkBuilder<E>) {
    inputs = units
    groups = description.groups
    epsilon = E(description.epsilon)
    scale = builder.parameter(.scale(units: units), layer: builder.row)
    shift = builder.parameter(.shift(units: units), layer: builder.row)
  }

  var parameters: [Parameter<E>] { [scale, shift] }
  var outputMayBeOverwritten: Bool { true }
  var work: Int { 24 * inputs }
  var role: OperationRole<E> { .other }
  var term: GradientTerm { .norm }

  func reserve(rows: Int) {
    result = Buffer(unset: rows, columns: inputs)
    normalized = Buffer(unset: rows, columns: inputs)
    inverses = Buffer(count: rows * groups)
  }

  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    let y = Matrix(result.pointer, rows: x.rows, columns: inputs)
    input = x
    output = y
    return y
  }

  private func units(_ group: Int) -> Range<Int> {
    let size = inputs / groups
    return group * size..<(group + 1) * size
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) {
    let (x, y) = (input!, output!)
    let hat = Matrix(normalized.pointer, rows: x.rows, columns: inputs)
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
        inverses.pointer[row * groups + group] = inverse
        for unit in units {
          hat[row, unit] = (x[row, unit] - mean) * inverse
          y[row, unit] = scale.values[0, unit] * hat[row, unit] + shift.values[0, unit]
        }
      }
    }
  }

  func connectBackward(_ g: Matrix<E>, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E> {
    // It is not given back: the gradients of scale and shift are computed from it after the pass.
    gradient = g
    let dx = memory.take(g.rows, columns: inputs)
    inputGradient = dx
    return dx
  }

  /// With u = g·scale and n units in a group: dx = (u − Σu/n − x̂·Σ(u·x̂)/n)/√(variance + ε), the sums per sample and
  /// group.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    let (g, dx) = (gradient!, inputGradient!)
    let hat = Matrix(normalized.pointer, rows: g.rows, columns: inputs)
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
        let inverse = inverses.pointer[row * groups + group]
        for unit in units(group) {
          let u = g[row, unit] * scale.values[0, unit]
          dx[row, unit] = inverse * (u - mean - hat[row, unit] * along)
        }
      }
    }
  }

  func cutGradients(rows: Int, grain: Int) -> Int { 1 }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func setGradients(task: Int) {
    setScaleAndShiftGradients(
      gradient!, Matrix(normalized.pointer, rows: gradient!.rows, columns: inputs), scale, shift)
  }

  func isInRange(_ g: Matrix<E>, _ check: RangeCheck<E>) -> Bool {
    check.comesFromRows(inputGradient ?? g, of: g, nil)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix? {
    let x = input!
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
