// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Divides every sample by the root mean square of its units, then scales; Zhang, Sennrich 2019.
public struct RMSNorm: Layer {
  /// The number that is added to the mean square.
  public let epsilon: Double

  public init(epsilon: Double) { self.epsilon = epsilon }

  public var kind: String { "rmsnorm" }
  public var role: LayerRole { .other }
  public var arguments: [LayerArgument] { [LayerArgument("eps", .number(epsilon))] }

  public func outputs(inputs: Int) throws(NetworkError) -> Int { inputs }
  public func parameters(inputs: Int) -> Double { Double(inputs) }

  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    builder.append(norm: RMSNormOperation<E>(self, units: inputs, builder), of: self)
  }
}

/// y = scale·x/√(mean(x²) + ε), per sample over the units.
final class RMSNormOperation<E: Element>: NormStep {
  let inputs: Int
  var outputs: Int { inputs }
  private let scale: Parameter<E>
  private let epsilon: E
  private var result = Buffer<E>(count: 0)
  /// 1/√(mean(x²) + ε) of each sample.
  private var inverses = Buffer<E>(count: 0)
  private var input: Matrix<E>?
  private var gradient: Matrix<E>?
  private(set) var output: Matrix<E>?
  private(set) var inputGradient: Matrix<E>?

  init(_ description: RMSNorm, units: Int, _ builder: NetworkBuilder<E>) {
    inputs = units
    epsilon = E(description.epsilon)
    scale = builder.parameter(.scale(units: units), layer: builder.row)
  }

  var parameters: [Parameter<E>] { [scale] }
  var outputMayBeOverwritten: Bool { true }
  var work: Int { 12 * inputs }
  var role: OperationRole<E> { .other }
  var term: GradientTerm { .norm }

  func reserve(rows: Int) {
    result = Buffer(unset: rows, columns: inputs)
    inverses = Buffer(count: rows)
  }

  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    let y = Matrix(result.pointer, rows: x.rows, columns: inputs)
    input = x
    output = y
    return y
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) {
    let (x, y) = (input!, output!)
    for row in part where !pass.stop.isRequested {
      var squares = E.Vector()
      Matrix<E>.registers(of: inputs) { column in
        let own = x.insideRegister(row, column)
        squares = squares.fused(own, own)
      }
      let inverse = 1 / (E(squares.sum / Double(inputs)) + epsilon).squareRoot()
      inverses.pointer[row] = inverse
      Matrix<E>.registers(of: inputs) { column in
        let factor: E.Vector = load(UnsafePointer(scale.values.pointer + column))
        y.write(factor * (x.insideRegister(row, column) * E.Vector(repeating: inverse)), row, column)
      }
    }
  }

  func connectBackward(_ g: Matrix<E>, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E> {
    // It is not given back: the gradient of the scale is computed from it after the pass.
    gradient = g
    let dx = memory.take(g.rows, columns: inputs)
    inputGradient = dx
    return dx
  }

  /// With x̂ = x/√(mean(x²) + ε), u = g·scale and n units: dx = (u − x̂·Σ(u·x̂)/n)/√(mean(x²) + ε), the sum per sample.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    let (x, g, dx) = (input!, gradient!, inputGradient!)
    for row in part where !pass.stop.isRequested {
      let inverse = E.Vector(repeating: inverses.pointer[row])
      var dot = E.Vector()
      Matrix<E>.registers(of: inputs) { column in
        let u = g.register(row, column) * load(UnsafePointer(scale.values.pointer + column))
        dot = dot.fused(u, x.insideRegister(row, column) * inverse)
      }
      let along = E.Vector(repeating: E(dot.sum / Double(inputs)))
      Matrix<E>.registers(of: inputs) { column in
        let u = g.register(row, column) * load(UnsafePointer(scale.values.pointer + column))
        dx.write(inverse * (u - x.insideRegister(row, column) * inverse * along), row, column)
      }
    }
  }

  func cutGradients(rows: Int, grain: Int) -> Int { 1 }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func setGradients(task: Int) {
    let (x, g) = (input!, gradient!)
    let stop = StopToken.current
    Matrix<E>.registers(of: inputs) { column in
      if stop.isRequested { return }
      var sum = E.Vector()
      for row in 0..<g.rows {
        let normalized = x.insideRegister(row, column) * E.Vector(repeating: inverses.pointer[row])
        sum = sum.fused(g.register(row, column), normalized)
      }
      store(sum, scale.gradients.pointer + column)
    }
  }

  func isInRange(_ g: Matrix<E>, _ check: RangeCheck<E>) -> Bool {
    check.comesFromRows(inputGradient ?? g, of: g, nil)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix? {
    let x = input!
    let count = WideNumber(Double(inputs))
    let factors = (0..<inputs).map { WideNumber(Double(scale.values[0, $0])) }
    return WideMatrix(rows: g.rows, columns: g.columns) { row in
      let own = (0..<inputs).map { WideNumber(Double(x[row, $0])) }
      let u = zip(g.row(row), factors).map { $0 * $1 }
      let square = own.reduce(WideNumber.zero) { $0 + $1 * $1 } / count
      let root = (square + WideNumber(Double(epsilon))).squareRoot()
      let hats = own.map { $0 / root }
      let along = zip(u, hats).reduce(WideNumber.zero) { $0 + $1.0 * $1.1 } / count
      return zip(u, hats).map { ($0 - $1 * along) / root }
    }
  }
}
