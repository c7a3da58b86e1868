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

  public var sequenceRole: SequenceRole { .mask }

  public var arguments: [LayerArgument] { [LayerArgument("p", .number(probability))] }

  public func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    try graph.append(self, input)
  }
}

/// y = x·mask, where the mask is 0 or 1/(1 − p), or 0 or 1 if the layer does not scale.
///
/// Each node draws the mask of each training step by position from a separate random stream. The mask therefore depends
/// only on the seed, the training step and the node, and not on how the samples are divided among threads.
extension Dropout: Kernel {
  var role: NodeRole { .mask(kept: 1 - probability) }
  var term: GradientTerm { .dropout }

  func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    guard probability >= 0, probability < 1 else {
      throw NetworkError("the probability of dropout must be at least 0 and below 1, not \(numberText(probability))")
    }
    let work = 16 * inputs[0].units
    let passing = probability > 0 ? Outline.Passing.inPrediction : .always
    return Outline(
      output: inputs[0], memory: [.rows(columns: inputs[0].units)], forward: Stages(work: work),
      backward: Stages(work: work), passesValue: passing, passesGradient: passing, gradientUse: .overwrites,
      draws: true)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { DropoutStep(self, site) }
}

private final class DropoutStep<E: Element>: UnaryStep {
  let site: Site<E>
  private let description: Dropout
  private let mask: Matrix<E>
  private let draws: Buffer<Float>

  init(_ description: Dropout, _ site: Site<E>) {
    self.description = description
    self.site = site
    mask = site.rows(0, columns: site.input.columns)
    draws = Buffer(count: site.samples * site.input.columns)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    let (x, y) = (site.input, site.output)
    let units = x.columns
    let stream = RandomStream(seed: pass.seed, purpose: .dropout, index: pass.step << 16 | site.drawer)
    let probability = description.probability
    let scale = E(description.scales ? 1 / (1 - probability) : 1)
    for row in part {
      let draws = UnsafeMutableBufferPointer(start: draws.pointer + row * units, count: units)
      stream.fillUniform32(draws, from: UInt64(row * units))
      for i in 0..<units {
        mask[row, i] = Double(draws[i]) < probability ? 0 : scale
        y[row, i] = x[row, i] * mask[row, i]
      }
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let g = site.gradient?.rows(part), let dx = site.inputGradient?.rows(part) else { return }
    let own = mask.rows(part)
    for i in 0..<g.count { dx.pointer[i] = g.pointer[i] * own.pointer[i] }
  }

  // Nothing underflows, because the factor of a kept unit is at least 1.
  func isInRange(_ check: RangeCheck<E>) -> Bool { true }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    WideMatrix(rows: g.rows, columns: g.columns) { g[$0, $1] * WideNumber(Double(mask[$0, $1])) }
  }
}
