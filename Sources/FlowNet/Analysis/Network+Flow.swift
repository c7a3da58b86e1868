// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Measures the gradient at every dense layer in one forward and one backward pass over the first `limit` samples.
  ///
  /// In training mode, the pass measures what training would, but changes neither weights nor statistics.
  /// Otherwise it uses running statistics and no dropout, as a prediction does, and PyTorch's modules after
  /// `eval()`. Initial values that depend on data are calibrated first. Returns no rows if a stop is requested.
  ///
  /// Throws if `limit` is below 1, if inputs, targets or loss do not fit the network, if a normalisation cannot train
  /// on these samples, or if the pass is too large for `NetworkLimits` or for the system's memory.
  ///
  /// - Parameter predictions: Returns a prediction for each row, or an empty array. It is called once, after these
  ///   checks and the calibration. If it is `nil`, the rows contain no predictions.
  public func flow(
    _ data: DataSet, loss: Loss, limit: Int, thresholds: FlowThresholds, isTraining: Bool,
    predictions: (() -> [LayerPrediction])?, pool: ThreadPool
  ) throws(NetworkError) -> [LayerFlow] {
    try checkFlow(data, loss, limit, isTraining)
    calibrate(data, pool)
    return checkedFlow(data, loss, min(limit, data.samples), thresholds, isTraining, predictions?() ?? [], pool)
  }

  /// Throws if the flow cannot be measured on these data.
  func checkFlow(_ data: DataSet, _ loss: Loss, _ limit: Int, _ isTraining: Bool = true) throws(NetworkError) {
    guard limit > 0 else {
      throw NetworkError("the flow of no samples cannot be measured", hint: "use a limit above 0")
    }
    try check(data, rows: limit)
    try check(loss, on: data)
    if isTraining { try checkTrainingPass(samples: min(limit, data.samples)) }
  }

  private func checkedFlow(
    _ data: DataSet, _ loss: Loss, _ samples: Int, _ thresholds: FlowThresholds, _ isTraining: Bool,
    _ theory: [LayerPrediction], _ pool: ThreadPool
  ) -> [LayerFlow] {
    let rows = (0..<samples).map(Int32.init)
    func flow(_ engine: some CompiledNetwork) -> [LayerFlow] {
      engine.typed.flow(data, rows, loss, thresholds, isTraining, theory, pool)
    }
    return flow(engine)
  }

  /// Returns the flow of networks of this architecture with different initial values, one per seed, on the same
  /// samples. Each result is what `flow` returns for `Network(architecture, seed: seed)`, with the same predictions.
  ///
  /// Each thread measures one network at a time, so that there are never more networks than threads. Only the rows are
  /// kept. `progress` is called with the number of completed networks. Returns an empty array if a stop is
  /// requested.
  public func flows(
    of seeds: [NetworkSeed], _ data: DataSet, loss: Loss, limit: Int, thresholds: FlowThresholds, isTraining: Bool,
    predictions: (() -> [LayerPrediction])?, pool: ThreadPool, progress: (Int) -> Void = { _ in }
  ) throws(NetworkError) -> [[LayerFlow]] {
    try checkFlow(data, loss, limit, isTraining)
    try architecture.requireMemory(networks: min(pool.threads, seeds.count))
    let samples = min(limit, data.samples)
    let theory = predictions?() ?? []
    let flows = Guarded((done: 0, rows: [[LayerFlow]](repeating: [], count: seeds.count)))
    pool.run(seeds.count) { number in
      let network = Network(architecture, seed: seeds[number])
      network.calibrate(data, pool)
      let rows = network.checkedFlow(data, loss, samples, thresholds, isTraining, theory, pool)
      flows.withLock { flows in
        flows.rows[number] = rows
        flows.done += 1
        progress(flows.done)
      }
    }
    return StopToken.current.isRequested ? [] : flows.withLock { $0.rows }
  }
}

extension Engine {
  /// See `Network.flow`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func flow(
    _ data: DataSet, _ rows: [Int32], _ loss: Loss, _ thresholds: FlowThresholds, _ isTraining: Bool,
    _ theory: [LayerPrediction], _ pool: ThreadPool
  ) -> [LayerFlow] {
    guard let (plan, measure) = gains(data, rows, loss, pool, isTraining: isTraining) else { return [] }
    let (reference, contributions) = (measure.reference, measure.contributions)
    let flow = plan.taps.indices.untilStopped.map { index in
      plan.row(index, measure, reference, contributions[index], thresholds, theory.isEmpty ? nil : theory[index])
    }
    return flow.count == plan.taps.count ? flow : []
  }
}

extension Plan {
  @inline(__always)
  fileprivate func row(
    _ index: Int, _ measure: GradientMeasure, _ reference: WideNumber, _ contributions: [GradientTerm: Double],
    _ thresholds: FlowThresholds, _ theory: LayerPrediction?
  ) -> LayerFlow {
    let tap = taps[index]
    let own = measure.layers[index]
    let scratch = self.scratch(mode.samples, tap.affine.outputs)
    let slopeMean = tap.slopeMean(scratch)
    let saturated = tap.saturatedShare()
    let last = measure.layers[measure.layers.count - 1].delta
    let total = last.isZero ? nil : own.delta.log10.flatMap { own in last.log10.map { own - $0 } }
    let isLast = index + 1 == taps.count
    let terms = own.terms
    func gain(_ term: GradientTerm) -> Double? { terms.first { $0.term == term }.flatMap { $0.gain?.number } }
    let moments = Reduction.moments(tap.output)
    let weightNorm = Reduction.norm(tap.affine.weight.values.pointer, tap.affine.weight.count)
    let hasNumbers = own.delta.isFinite && weightNorm.isFinite && own.gradNorm.isFinite && tap.hasFiniteSignal
    let evidence = FlowEvidence(
      isFinite: hasNumbers, hasLossGradient: measure.hasLossGradient,
      // Half the smallest number is rounded to zero. A gradient that is exactly zero did not underflow.
      underflows: !own.delta.isZero && own.delta.plain <= Double(E.leastNonzeroMagnitude) / 2,
      ratio: (own.delta / reference).plain, saturated: saturated, dead: own.dead)
    return LayerFlow(
      layer: tap.layer, activation: tap.activation?.activation ?? .identity, inputs: tap.affine.inputs,
      outputs: tap.affine.outputs, weightNorm: weightNorm, gradNorm: own.gradNorm.plain,
      biasGradNorm: own.biasGradNorm?.plain, deltaRMS: own.delta.plain, factor: own.factor?.number,
      weightGain: gain(.weight), slopeGain: isLast || terms.contains { $0.term == .slope } ? gain(.slope) : 1,
      log10Total: total ?? .nan, theory: theory?.factor, theoryLow: theory?.band?.low,
      theoryHigh: theory?.band?.high, slopeMean: slopeMean, actMean: moments.mean,
      actStd: moments.deviation, saturated: saturated, dead: own.dead,
      state: evidence.verdict(thresholds), theoryLimit: theory?.limit, shortcutGain: gain(.shortcut),
      normGain: gain(.norm), dropoutGain: gain(.dropout), contributions: contributions)
  }
}
