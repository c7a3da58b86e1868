// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Normalises every sample over its units, then scales and shifts each unit; Ba, Kiros, Hinton 2016.
public struct LayerNorm: Layer {
  public init() {}

  public var kind: String { "layernorm" }

  public var role: LayerRole { .norm(.layer) }

  public func outputs(inputs: Int) throws(NetworkError) -> Int { inputs }

  public func parameters(inputs: Int) -> Double { 2 * Double(inputs) }

  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    builder.append(norm: LayerNormOperation<E>(units: inputs, builder), of: self)
  }
}

/// y = scale·(x − mean)/√(variance + 1e-5) + shift, with the mean and the biased variance of each sample over its
/// units.
final class LayerNormOperation<E: Element>: NormStep {
  let inputs: Int
  var outputs: Int { inputs }
  private let scale: Parameter<E>
  private let shift: Parameter<E>
  let epsilon = E(1e-5)
  private var result = Buffer<E>(count: 0)
  private var normalized = Buffer<E>(count: 0)
  private var inverseDeviation = Buffer<E>(count: 0)
  private(set) var input: Matrix<E>?
  private var gradient: Matrix<E>?
  private(set) var inputGradient: Matrix<E>?

  init(units: Int, _ builder: NetworkBuilder<E>) {
    inputs = units
    scale = builder.parameter(.scale(units: units), layer: builder.row)
    shift = builder.parameter(.shift(units: units), layer: builder.row)
  }

  func reserve(rows: Int) {
    result = Buffer(unset: rows, columns: inputs)
    normalized = Buffer(unset: rows, columns: inputs)
    inverseDeviation = Buffer(count: rows)
  }

  var output: Matrix<E>? { input.map { Matrix(result.pointer, rows: $0.rows, columns: inputs) } }
  var parameters: [Parameter<E>] { [scale, shift] }
  var outputMayBeOverwritten: Bool { true }
  var work: Int { 12 * inputs }
  var role: OperationRole<E> { .other }
  var term: GradientTerm { .norm }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ g: Matrix<E>, _ check: RangeCheck<E>) -> Bool {
    check.comesFromRows(inputGradient ?? g, of: g, nil)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix? {
    wideNormalizationBackward(input!, g, scale, epsilon, overSamples: false)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    input = x
    return Matrix(result.pointer, rows: x.rows, columns: inputs)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) {
    let x = input!
    let y = Matrix(result.pointer, rows: x.rows, columns: inputs)
    let hat = Matrix(normalized.pointer, rows: x.rows, columns: inputs)
    for row in part where !pass.stop.isRequested {
      var sum = E.Vector()
      Matrix<E>.registers(of: inputs) { sum += x.insideRegister(row, $0) }
      let mean = E.Vector(repeating: E(sum.sum / Double(inputs)))
      var squares = E.Vector()
      Matrix<E>.registers(of: inputs) { column in
        let difference = x.inside(x.register(row, column) - mean, column)
        squares = squares.fused(difference, difference)
      }
      let inverse = 1 / (E(squares.sum / Double(inputs)) + epsilon).squareRoot()
      inverseDeviation.pointer[row] = inverse
      Matrix<E>.registers(of: inputs) { column in
        let h = x.inside(x.register(row, column) - mean, column) * E.Vector(repeating: inverse)
        let shift: E.Vector = load(UnsafePointer(shift.values.pointer + column))
        hat.write(h, row, column)
        y.write(shift.fused(load(UnsafePointer(scale.values.pointer + column)), h), row, column)
      }
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connectBackward(_ g: Matrix<E>, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E> {
    // `g` is not given back, because the gradients of scale and shift are computed from it after the pass.
    gradient = g
    let dx = memory.take(g.rows, columns: inputs)
    inputGradient = dx
    return dx
  }

  /// Computes dx = (u − Σu/n − x̂·Σ(u·x̂)/n)/σ, where x̂ is the normalised input, u = g·scale, n is the number of
  /// units, and the sums are per sample.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    let g = gradient!
    let hat = Matrix(normalized.pointer, rows: g.rows, columns: inputs)
    let dx = inputGradient!
    for row in part where !pass.stop.isRequested {
      var sum = E.Vector()
      var dot = E.Vector()
      Matrix<E>.registers(of: inputs) { column in
        let u = g.register(row, column) * load(UnsafePointer(scale.values.pointer + column))
        sum += u
        dot = dot.fused(u, hat.register(row, column))
      }
      let mean = E.Vector(repeating: E(sum.sum / Double(inputs)))
      let along = E.Vector(repeating: E(dot.sum / Double(inputs)))
      let inverse = E.Vector(repeating: inverseDeviation.pointer[row])
      Matrix<E>.registers(of: inputs) { column in
        let u = g.register(row, column) * load(UnsafePointer(scale.values.pointer + column))
        let own = inverse * (u - mean - hat.register(row, column) * along)
        dx.write(dx.inside(own, column), row, column)
      }
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func cutGradients(rows: Int, grain: Int) -> Int { 1 }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func setGradients(task: Int) {
    setScaleAndShiftGradients(
      gradient!, Matrix(normalized.pointer, rows: gradient!.rows, columns: inputs), scale, shift)
  }
}
