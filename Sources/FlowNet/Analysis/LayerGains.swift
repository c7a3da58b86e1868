// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A root mean square that was measured after multiplication by a power of two: true = value · 2^−exponent.
struct ScaledRMS {
  let value: Double
  let exponent: Int

  /// The true value, which may underflow or overflow.
  var plain: Double { unscaled(value, by: exponent) }

  func ratio(to other: ScaledRMS) -> Double { unscaled(value / other.value, by: exponent - other.exponent) }
}

/// What multiplies the gradient on its way from one dense layer back to the one before.
public enum GradientTerm: String, Sendable, CaseIterable {
  /// The weights of the layer behind: rms(Wᵀδ)/rms(δ).
  case weight
  /// Shortcuts around what follows: rms(g + passed)/rms(g), with g the gradient that came through the branch.
  case shortcut
  /// The slopes of the activations.
  case slope
  /// The Jacobians of the normalisations.
  case norm
  /// The masks of dropout, which are 0 or 1/(1 − p).
  case dropout
}

/// The gradient of the pre-activations of one dense layer, and how it came from the next one.
struct LayerGains {
  /// rms(δ) over samples and units.
  let delta: ScaledRMS
  /// Every term between the next dense layer and this one, in the order in which the gradient meets them; several
  /// operations of one kind make one term. Empty in the last layer. The product is `factor`.
  let terms: [(term: GradientTerm, gain: Double)]

  subscript(_ term: GradientTerm) -> Double? { terms.first { $0.term == term }?.gain }

  /// rms(δ)/rms(δ) of the next layer.
  func factor(to next: LayerGains) -> Double { delta.ratio(to: next.delta) }
}

extension Engine {
  /// Runs one forward and one backward pass over some rows of the data and returns the gains of every layer over those
  /// samples that are in `part`, by default all. Returns no gains if `isStopped` cancels it.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func gains(
    _ data: DataSet, _ rows: [Int32], _ loss: Loss, _ pool: ThreadPool, of part: Range<Int>? = nil,
    unless isStopped: () -> Bool = { false }
  ) -> [LayerGains] {
    reserve(rows: rows.count)
    load(data, rows, pool)
    let pass = Pass.measuring(pool)
    guard let output = forward(rows.count, pass, unless: isStopped) else { return [] }
    let gradient = self.loss(output, loss, isPrecise: pass.isPrecise).gradient
    let scales = scaledBackward(gradient, pass, unless: isStopped)
    if isStopped() || pass.stop.isRequested { return [] }
    let samples = Double(rows.count)
    var path = GradientPath<E>()
    for index in stride(from: gradient.operations - 1, through: 0, by: -1) {
      path.pass(operations[index], arriving: scales.exponents[index], leaving: scales.exponents[max(index - 1, 0)])
    }
    return path.layers.reversed().map { layer in
      var last: ScaledRMS?
      var terms: [(term: GradientTerm, gain: Double)] = []
      for stop in layer {
        let own = stop.gradient.rows(part ?? 0..<rows.count)
        let size = ScaledRMS(value: samples * rms(own), exponent: stop.exponent)
        if let term = stop.term, let last {
          let gain = size.ratio(to: last)
          if let known = terms.firstIndex(where: { $0.term == term }) {
            terms[known].gain *= gain
          } else {
            terms.append((term, gain))
          }
        }
        last = size
      }
      return LayerGains(delta: last!, terms: terms)
    }
  }

  /// √(Σx²/n) of a gradient, whose padding is zero.
  func rms(_ x: Matrix<E>) -> Double {
    Reduction.norm(x.pointer, x.count) / Double(x.rows * x.columns).squareRoot()
  }

  /// √(Σx²/n) of one sample's activations, which may have anything in their padding.
  func rmsOfColumns(_ x: Matrix<E>) -> Double {
    var numbers = (0..<x.columns).map { Double(x[0, $0]) }
    return numbers.withUnsafeMutableBufferPointer { Reduction.norm(of: $0) } / Double(x.columns).squareRoot()
  }
}

/// The places between the dense layers where the gradient can be measured after a pass that keeps all gradients.
///
/// The path leads through the bodies of residual blocks. What goes around a body comes in where its input gradient is
/// added to it; so every term is a ratio of two neighbouring places, and their product is exact.
private struct GradientPath<E: Element> {
  struct Stop {
    /// What the gradient has just passed; nil at δ of the layer where it comes from.
    let term: GradientTerm?
    let gradient: Matrix<E>
    let exponent: Int
  }

  /// Of each dense layer, from the last one to the first, the stops from δ of the layer behind it to its own.
  private(set) var layers: [[Stop]] = []
  /// The stops since the last dense layer; nil before the first one.
  private var open: [Stop]?

  /// Walks through one operation; `arriving` is the exponent of the gradient of its output, `leaving` that of its input.
  mutating func pass(_ operation: any Operation<E>, arriving: Int, leaving: Int) {
    switch operation {
    case let block as ResidualOperation<E>:
      for inner in block.body.reversed() { pass(inner, arriving: arriving, leaving: arriving) }
      stop(.shortcut, block.inputGradient, leaving)
    case let dense as DenseOperation<E>:
      guard let delta = dense.delta else { return }
      layers.append(open ?? [Stop(term: nil, gradient: delta, exponent: arriving)])
      open = [Stop(term: nil, gradient: delta, exponent: arriving)]
      stop(.weight, dense.inputGradient, leaving)
    case is ActivationOperation<E>: stop(.slope, operation.inputGradient, leaving)
    case is DropoutOperation<E>: stop(.dropout, operation.inputGradient, leaving)
    case is any Normalization<E>: stop(.norm, operation.inputGradient, leaving)
    default: break
    }
  }

  /// An operation without a gradient of its own, such as dropout that drops nothing, changes nothing.
  private mutating func stop(_ term: GradientTerm, _ gradient: Matrix<E>?, _ exponent: Int) {
    if let gradient { open?.append(Stop(term: term, gradient: gradient, exponent: exponent)) }
  }
}
