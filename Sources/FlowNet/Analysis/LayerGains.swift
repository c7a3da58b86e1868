// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The results of a measuring pass at one dense layer: the gradient of its pre-activations, and how it changed on the
/// path from the next layer. Except for rounding, the numbers are those of real arithmetic, independent of the range of
/// the element type.
struct LayerGains {
  /// The path of the gradient from the next layer to this one. If there are branches, the next layer is the next one on
  /// the path.
  let arrival: GradientPath.Arrival
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
  var delta: WideNumber { arrival.delta }
  var stops: [GradientStop] { arrival.stops }

  /// Returns the same with other gradients of the parameters.
  func with(gradNorm: WideNumber, biasGradNorm: WideNumber?) -> LayerGains {
    LayerGains(
      arrival: arrival, dead: dead, gradNorm: gradNorm, biasGradNorm: biasGradNorm, peak: peak,
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
    for run in runs {
      let start = layers[layers[run[0]].arrival.start ?? run[0]].delta
      let stops = run.flatMap { index in layers[index].stops.dropFirst().map { (index, $0) } }
      let gains = GradientPath.gains(from: start.isZero ? nil : start, stops.map(\.1))
      for ((index, stop), gain) in zip(stops, gains) {
        if let logarithm = gain?.log10 { contributions[index][stop.term!, default: 0] += logarithm }
      }
    }
    return contributions
  }

  /// The layers from the last to the first, divided into runs. Within a run, the gradient of each layer leads directly
  /// to the following one. There is a single run unless there are branches.
  private var runs: [[Int]] {
    layers.indices.reversed().reduce(into: []) { runs, index in
      if let last = runs.last?.last, layers[index].arrival.start == last {
        runs[runs.count - 1].append(index)
      } else {
        runs.append([index])
      }
    }
  }

  /// The δ that the others are compared with: that of the last layer that has a gradient. This is the last layer,
  /// unless its branch is closed and a shortcut bypasses it.
  var reference: WideNumber { (layers.last { !$0.delta.isZero } ?? layers[layers.count - 1]).delta }
}

extension Engine {
  /// Runs one forward and one backward pass over the given rows of the data and measures the gradient at every dense
  /// layer, over the samples in `part`, by default all. `marksAlive` requests `LayerGains.alive`. Unless `isTraining`,
  /// the passes use running statistics and no dropout. Returns `nil` if a stop is requested.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func gains(
    _ data: DataSet, _ rows: [Int32], _ loss: Loss, _ pool: ThreadPool, of part: Range<Int>? = nil,
    marksAlive: Bool = false, isTraining: Bool = true
  ) -> (plan: Plan<E>, measure: GradientMeasure)? {
    let plan = plan(.measuring(rows.count, isTraining: isTraining), loss)
    plan.load(data, rows, pool)
    let pass = Pass.measuring(pool)
    guard plan.forwardVisiting(pass) else { return nil }
    _ = plan.loss(loss, isPrecise: true)
    let gradient = plan.lossGradient
    let lossSlopes = LossSlopes(plan, loss)
    let isExact = lossSlopes.areExact(gradient)
    let hasLossGradient =
      isExact ? Reduction.norm(gradient.pointer, gradient.count) != 0 : lossSlopes.hasSlope
    let layers: [LayerGains]
    let scales = isExact ? plan.scaledBackward(pass) : nil
    defer { plan.resetScales() }
    if let scales, lossSlopes.areExact(gradient), plan.isInRange(scales) {
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
    var path = GradientPath(graph)
    var exponents = [Int](repeating: 0, count: taps.count)
    func size(_ gradient: Matrix<E>, _ exponent: Int) -> WideNumber {
      WideNumber(Double(samples) * rms(gradient.rows(part)), timesTwoTo: -Double(exponent))
    }
    for index in (0..<backwardCount).reversed() {
      let node = graph.nodes[index]
      path.enter(index)
      if node.isOnPath {
        steps[index]?.trace { point in
          switch point {
          case .arrival(let row, let delta, let stage):
            let exponent = scales.after(stage, of: index)
            exponents[path.row(row)] = exponent
            path.arrive(at: row, size(delta, exponent))
          case .stop(let term, let gradient, let stage):
            path.stop(term, size(gradient, scales.after(stage, of: index)))
          }
        }
      }
      for input in (0..<node.inputs.count).reversed() where needsGradient(index, input: input) {
        // A node without a gradient of its own, such as dropout that drops nothing, passes it on.
        let dx = steps[index]?.site.inputGradients[input]
        path.leave(
          to: node.inputs[input], node.kernel.term, dx.map { size($0, scales.atInput(input, of: index, graph)) })
      }
    }
    let arrivals = path.arrivals.compactMap(\.self)
    guard arrivals.count == taps.count else { return [] }
    return taps.indices.map { index in
      let affine = taps[index].affine
      let delta = affine.delta!
      let scale = -Double(exponents[index])
      func norm(_ parameter: Parameter<E>) -> WideNumber {
        WideNumber(
          Reduction.norm(parameter.gradients.pointer, parameter.count),
          timesTwoTo: -Double(scales.parameters[parameter.number]))
      }
      var top: E = 0
      for i in 0..<delta.count { top = max(top, abs(delta.pointer[i])) }
      return LayerGains(
        arrival: arrivals[index], dead: taps[index].deadShare(), gradNorm: norm(affine.weight),
        biasGradNorm: affine.bias.map(norm), peak: WideNumber(Double(top), timesTwoTo: scale),
        firstSample: (0..<delta.columns).map { WideNumber(Double(samples) * Double(delta[0, $0]), timesTwoTo: scale) },
        alive: marksAlive ? (0..<samples).flatMap { row in (0..<delta.columns).map { delta[row, $0] != 0 } } : [])
    }
  }

  /// Returns √(Σx²/n) of a gradient, whose padding is zero.
  func rms(_ x: Matrix<E>) -> Double {
    Reduction.norm(x.pointer, x.count) / Double(x.rows * x.columns).squareRoot()
  }
}
