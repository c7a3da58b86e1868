// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The results of a measuring pass at one dense layer: the gradient of its pre-activations, and how it changed on the
/// path from the next layer. Except for rounding, the numbers are those of real arithmetic, independent of the range of
/// the element type.
struct LayerGains {
  /// The points from δ of the next layer to that of this one; only δ itself for the last layer.
  let stops: [GradientStop]
  /// rms(δ) over samples and units.
  let delta: WideNumber
  /// The fraction of units whose δ is 0 for every sample.
  let dead: Double
  /// ‖∂L/∂W‖.
  let gradNorm: WideNumber
  /// ‖∂L/∂b‖; `nil` if the layer has no bias.
  let biasGradNorm: WideNumber?
  /// The largest |∂L/∂z|.
  let peak: WideNumber
  /// δ of the first sample, one element per unit.
  let firstSample: [WideNumber]
  /// Whether ∂L/∂z is nonzero, for each sample and unit, row by row; empty unless it was requested.
  let alive: [Bool]

  /// Returns the same with other gradients of the parameters.
  func with(gradNorm: WideNumber, biasGradNorm: WideNumber?) -> LayerGains {
    LayerGains(
      stops: stops, delta: delta, dead: dead, gradNorm: gradNorm, biasGradNorm: biasGradNorm, peak: peak,
      firstSample: firstSample,
      alive: alive)
  }

  /// The terms between the next dense layer and this one; see `GradientPath.terms`. Empty for the last layer. Their
  /// product is `factor`; see `GradientPath.gains`.
  var terms: [(term: GradientTerm, gain: WideNumber?)] {
    let gains = GradientPath.gains(from: stops[0].size.isZero ? nil : stops[0].size, stops.dropFirst())
    return GradientPath.terms(stops.dropFirst(), gains)
  }

  /// rms(δ)/rms(δ) of the next layer; `nil` for the last layer, and if the next one has no gradient.
  var factor: WideNumber? { stops.count == 1 || stops[0].size.isZero ? nil : delta / stops[0].size }
}

/// The results of a measuring pass at all dense layers.
struct GradientMeasure {
  let layers: [LayerGains]
  /// False if the gradient of the loss itself is 0, as at a perfect fit.
  let hasLossGradient: Bool

  /// For each layer, log10 of the contribution of every term to the path from the last layer to the first one. This
  /// differs from `LayerGains.terms` if a branch of several layers is closed: its whole effect is then attributed to
  /// the shortcut around it.
  var contributions: [[GradientTerm: Double]] {
    var contributions = [[GradientTerm: Double]](repeating: [:], count: layers.count)
    let start = layers[layers.count - 1].delta
    let stops = layers.indices.reversed().flatMap { index in layers[index].stops.dropFirst().map { (index, $0) } }
    let gains = GradientPath.gains(from: start.isZero ? nil : start, stops.map(\.1))
    for ((index, stop), gain) in zip(stops, gains) {
      if let logarithm = gain?.log10 { contributions[index][stop.term!, default: 0] += logarithm }
    }
    return contributions
  }

  /// The δ that the others are compared with: that of the last layer that has a gradient. This is the last layer,
  /// unless its branch is closed and a shortcut bypasses it.
  var reference: WideNumber { (layers.last { !$0.delta.isZero } ?? layers[layers.count - 1]).delta }
}

extension Engine {
  /// Runs one forward and one backward pass over the given rows of the data and measures the gradient at every dense
  /// layer, over the samples in `part`, by default all. `marksAlive` requests `LayerGains.alive`. Returns `nil` if a
  /// stop is requested.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func gains(
    _ data: DataSet, _ rows: [Int32], _ loss: Loss, _ pool: ThreadPool, of part: Range<Int>? = nil,
    marksAlive: Bool = false
  ) -> (plan: Plan<E>, measure: GradientMeasure)? {
    let plan = plan(.measuring(rows.count), loss)
    plan.load(data, rows, pool)
    let pass = Pass.measuring(pool)
    guard plan.forwardVisiting(pass) else { return nil }
    _ = plan.loss(loss, isPrecise: true)
    let gradient = plan.lossGradient
    let lossSlopes = LossSlopes(plan, loss)
    let isExact = lossSlopes.areExact(gradient.matrix)
    let hasLossGradient =
      isExact ? Reduction.norm(gradient.matrix.pointer, gradient.matrix.count) != 0 : lossSlopes.hasSlope
    let layers: [LayerGains]
    let scales = isExact ? plan.scaledBackward(pass) : nil
    defer { plan.resetScales() }
    if let scales, lossSlopes.areExact(gradient.matrix), plan.isInRange(scales) {
      layers = plan.measured(scales, part ?? 0..<rows.count, marksAlive)
    } else {
      do throws(MemoryRefusal) {
        try WideBackward.requireMemory(plan)
      } catch {
        reportRefusal(error)
        return nil
      }
      layers = WideBackward(plan, part ?? 0..<rows.count, marksAlive, pool).layers(lossSlopes.all)
    }
    if pass.stop.isRequested || layers.count < plan.taps.count { return nil }
    return (plan, GradientMeasure(layers: layers, hasLossGradient: hasLossGradient))
  }
}

extension Plan {
  /// Returns the measurements of a completed scaled backward pass.
  fileprivate func measured(_ scales: GradientScales, _ part: Range<Int>, _ marksAlive: Bool) -> [LayerGains] {
    let samples = mode.samples
    var path = GradientPath()
    var exponents: [Int] = []
    func size(_ gradient: Matrix<E>, _ exponent: Int) -> WideNumber {
      WideNumber(Double(samples) * rms(gradient.rows(part)), timesTwoTo: -Double(exponent))
    }
    // A node without a step, such as dropout that drops nothing, does not change the gradient.
    for index in (0..<lossGradient.nodes).reversed() where graph.nodes[index].isOnPath {
      steps[index]?.trace { point in
        switch point {
        case .arrival(_, let delta, let stage):
          let exponent = scales.after(stage, of: index)
          exponents.append(exponent)
          path.arrive(size(delta, exponent))
        case .stop(let term, let gradient, let stage):
          path.stop(term, size(gradient, scales.after(stage, of: index)))
        case .end(let dx): path.stop(graph.nodes[index].kernel.term, size(dx, scales.atInput(of: index, graph)))
        }
      }
    }
    guard path.layers.count == taps.count else { return [] }
    return taps.indices.map { index in
      let affine = taps[index].affine
      let delta = affine.delta!
      let scale = -Double(exponents[taps.count - 1 - index])
      func norm(_ parameter: Parameter<E>) -> WideNumber {
        WideNumber(
          Reduction.norm(parameter.gradients.pointer, parameter.count),
          timesTwoTo: -Double(scales.parameters[parameter.number]))
      }
      var top: E = 0
      for i in 0..<delta.count { top = max(top, abs(delta.pointer[i])) }
      let (stops, size) = path.layers[taps.count - 1 - index]
      return LayerGains(
        stops: stops, delta: size, dead: taps[index].deadShare(), gradNorm: norm(affine.weight),
        biasGradNorm: affine.bias.map(norm), peak: WideNumber(Double(top), timesTwoTo: scale),
        firstSample: (0..<delta.columns).map { WideNumber(Double(samples) * Double(delta[0, $0]), timesTwoTo: scale) },
        alive: marksAlive ? (0..<samples).flatMap { row in (0..<delta.columns).map { delta[row, $0] != 0 } } : [])
    }
  }

  /// Returns √(Σx²/n) of a gradient. Its padding is zero.
  func rms(_ x: Matrix<E>) -> Double {
    Reduction.norm(x.pointer, x.count) / Double(x.rows * x.columns).squareRoot()
  }
}
