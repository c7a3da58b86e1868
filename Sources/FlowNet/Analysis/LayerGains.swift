// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The results of a measuring pass at one dense layer: the gradient of its pre-activations, and how it changed on the
/// path from the next layer. Except for rounding, the numbers are those of real arithmetic, independent of the range of
/// the element type.
struct LayerGains {
  /// The points from δ of the next layer to that of this one; only δ itself for the last layer.
  let stops: [GradientStop]
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

  /// rms(δ) over samples and units.
  var delta: WideNumber { stops[stops.count - 1].size }

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
  ) -> GradientMeasure? {
    reserve(rows: rows.count)
    load(data, rows, pool)
    let pass = Pass.measuring(pool)
    guard let output = forwardVisiting(rows.count, pass) else { return nil }
    let gradient = self.loss(output, loss, isPrecise: pass.isPrecise).gradient
    let lossSlopes = LossSlopes(self, loss, rows: rows.count)
    let isExact = lossSlopes.areExact(gradient.matrix)
    let hasLossGradient =
      isExact ? Reduction.norm(gradient.matrix.pointer, gradient.matrix.count) != 0 : lossSlopes.hasSlope
    let layers: [LayerGains]
    let scales = isExact ? scaledBackward(gradient, pass) : nil
    if let scales, lossSlopes.areExact(gradient.matrix), isInRange(gradient, scales) {
      layers = measured(gradient, scales, part ?? 0..<rows.count, marksAlive)
    } else {
      do throws(MemoryRefusal) {
        try WideBackward.requireMemory(self, samples: rows.count)
      } catch {
        reportRefusal(error)
        return nil
      }
      layers = WideBackward(self, samples: rows.count, part ?? 0..<rows.count, marksAlive, pool)
        .layers(lossSlopes.all, operations: gradient.operations)
    }
    if pass.stop.isRequested || layers.count < taps.count { return nil }
    return GradientMeasure(layers: layers, hasLossGradient: hasLossGradient)
  }

  /// Returns the measurements of a completed scaled backward pass.
  private func measured(
    _ gradient: LossGradient<E>, _ scales: GradientScales, _ part: Range<Int>, _ marksAlive: Bool
  ) -> [LayerGains] {
    let samples = gradient.matrix.rows
    var path = GradientPath()
    var exponents: [Int] = []
    func size(_ gradient: Matrix<E>, _ exponent: Int) -> WideNumber {
      WideNumber(Double(samples) * rms(gradient.rows(part)), timesTwoTo: -Double(exponent))
    }
    for (index, node) in wiring.nodes.prefix(gradient.operations).enumerated().reversed() where node.isOnPath {
      let operation = node.operation
      if let delta = operation.role.affine?.delta {
        exponents.append(scales.exponents[index])
        path.arrive(size(delta, scales.exponents[index]))
      }
      // An operation without a gradient of its own, such as dropout that drops nothing, does not change the gradient.
      if let dx = operation.inputGradient { path.stop(operation.term, size(dx, scales.atInput(of: node, index))) }
    }
    guard path.layers.count == taps.count else { return [] }
    return taps.indices.map { index in
      let affine = taps[index].affine
      let delta = affine.delta!
      let scale = -Double(exponents[taps.count - 1 - index])
      func norm(_ parameter: Parameter<E>) -> WideNumber {
        WideNumber(Reduction.norm(parameter.gradients.pointer, parameter.count), timesTwoTo: scale)
      }
      var top: E = 0
      for i in 0..<delta.count { top = max(top, abs(delta.pointer[i])) }
      return LayerGains(
        stops: path.layers[taps.count - 1 - index], dead: taps[index].deadShare(), gradNorm: norm(affine.weight),
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
