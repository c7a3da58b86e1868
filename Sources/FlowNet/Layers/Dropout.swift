// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Sets each unit to zero with probability p in training mode, and scales the other units by 1/(1 − p) to preserve the
/// mean; Srivastava and others 2014.
public struct Dropout: Layer {
  /// The probability that a unit is set to zero, at least 0 and below 1.
  public let probability: Double
  /// Whether the other units are scaled. The noise of a denoising autoencoder does not scale them; Vincent and others
  /// 2008.
  let scales: Bool

  /// Creates a layer that scales the units it keeps.
  public init(_ probability: Double) { self.init(probability, scales: true) }

  init(_ probability: Double, scales: Bool) {
    self.probability = probability
    self.scales = scales
  }

  public var kind: String { "dropout" }

  public var role: LayerRole { .mask(kept: 1 - probability) }

  public var arguments: [LayerArgument] { [LayerArgument("p", .number(probability))] }

  public func outputs(inputs: Int) throws(NetworkError) -> Int {
    guard probability >= 0, probability < 1 else {
      throw NetworkError("the probability of dropout must be at least 0 and below 1, not \(numberText(probability))")
    }
    return inputs
  }

  public func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>) {
    builder.append(DropoutOperation<E>(self, units: inputs, number: builder.nextDrawer()))
  }
}

/// y = x·mask, where the mask is 0 or 1/(1 − p), or 0 or 1 if the layer does not scale.
///
/// Each step draws its mask by position from a random stream of its own. The mask therefore depends only on the seed,
/// the step and the number of the operation, and not on how threads share the samples.
final class DropoutOperation<E: Element>: UnaryOperation {
  let inputs: Int
  var outputs: Int { inputs }
  private let probability: Double
  private let scales: Bool
  /// The expected fraction of units that are kept.
  var kept: Double { 1 - probability }
  private let number: UInt64
  private var draws = Buffer<Float>(count: 0)
  private var mask = Buffer<E>(count: 0)
  private var result = Buffer<E>(count: 0)
  private var isActive = false
  private var input: Matrix<E>?
  private var gradient: Matrix<E>?
  private(set) var inputGradient: Matrix<E>?

  init(_ description: Dropout, units: Int, number: UInt64) {
    probability = description.probability
    scales = description.scales
    self.number = number
    inputs = units
  }

  func reserve(rows: Int) {
    draws = Buffer(count: rows * inputs)
    mask = Buffer(unset: rows, columns: inputs)
    result = Buffer(unset: rows, columns: inputs)
  }

  /// Nil if the last pass dropped nothing, because its output is then x itself.
  var output: Matrix<E>? { isActive ? input.map { Matrix(result.pointer, rows: $0.rows, columns: inputs) } : nil }
  var work: Int { 16 * inputs }
  var role: OperationRole<E> { .other }
  var term: GradientTerm { .dropout }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    isActive = pass.isTraining && probability > 0
    input = x
    return isActive ? Matrix(result.pointer, rows: x.rows, columns: inputs) : x
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) {
    guard isActive, let x = input else { return }
    let y = Matrix(result.pointer, rows: x.rows, columns: inputs)
    let kept = Matrix(mask.pointer, rows: x.rows, columns: inputs)
    let stream = RandomStream(seed: pass.seed, purpose: .dropout, index: pass.step << 16 | number)
    let scale = E(scales ? 1 / (1 - probability) : 1)
    for row in part {
      let draws = UnsafeMutableBufferPointer(start: draws.pointer + row * inputs, count: inputs)
      stream.fillUniform32(draws, from: UInt64(row * inputs))
      for i in 0..<inputs {
        kept[row, i] = Double(draws[i]) < probability ? 0 : scale
        y[row, i] = x[row, i] * kept[row, i]
      }
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func connectBackward(_ g: Matrix<E>, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E> {
    guard isActive else { return g }
    memory.giveBack(g)
    let dx = memory.take(g.rows, columns: inputs)
    gradient = g
    inputGradient = dx
    return dx
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    guard isActive, let g = gradient?.rows(part), let dx = inputGradient?.rows(part) else { return }
    let start = part.lowerBound * g.stride
    for i in 0..<g.count { dx.pointer[i] = g.pointer[i] * mask.pointer[start + i] }
  }
  // Nothing underflows, because the factor of a kept unit is at least 1.
  func isInRange(_ g: Matrix<E>, _ check: RangeCheck<E>) -> Bool { true }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix? {
    guard isActive else { return nil }
    let mask = Matrix(mask.pointer, rows: g.rows, columns: inputs)
    return WideMatrix(rows: g.rows, columns: g.columns) { g[$0, $1] * WideNumber(Double(mask[$0, $1])) }
  }
}
