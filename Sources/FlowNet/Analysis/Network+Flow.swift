// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Network {
  /// One forward and one backward pass over the first `limit` samples, and what it shows of every dense layer.
  ///
  /// The pass runs in training mode, so it sees what training sees, but changes neither weights nor statistics.
  /// Initial values that wait for data are calibrated on these samples.
  public func flow(
    _ data: DataSet, loss: Loss, limit: Int = 1024, thresholds: FlowThresholds = FlowThresholds(), pool: ThreadPool
  ) throws(NetworkError) -> [LayerFlow] {
    guard limit > 0 else {
      throw NetworkError("the flow of no samples cannot be measured", hint: "use a limit above 0")
    }
    try check(data, rows: limit)
    let rows = (0..<min(limit, data.samples)).map(Int32.init)
    calibrate(data, rows, pool)
    let theory = MeanField.layers(self).map(\.factor)
    switch engine {
    case .f32(let engine): return engine.flow(data, rows, loss, thresholds, theory, pool)
    case .f64(let engine): return engine.flow(data, rows, loss, thresholds, theory, pool)
    }
  }

  /// Throws if samples and targets do not fit the network, or at most so many of them at once do not fit the memory.
  func check(_ data: DataSet, rows: Int) throws(NetworkError) {
    try check(inputsOf: data)
    try check(rows: min(rows, data.samples))
    guard data.fits(outputs: outputs) else {
      let what = data.isClassification ? "classes" : "targets"
      throw NetworkError(
        "the number of \(what) is \(data.outputWidth), but that of the network's outputs is \(outputs)",
        hint: "the last layer of the network needs a width of \(data.outputWidth)")
    }
  }

  /// Throws if the samples do not fit the network.
  public func check(inputsOf data: DataSet) throws(NetworkError) {
    guard data.samples > 0 else { throw NetworkError("the data set has no samples") }
    try check(rows: min(data.samples, 1024))
    guard data.inputWidth == inputs else {
      throw NetworkError(
        "the number of inputs is \(data.inputWidth) in the data, but \(inputs) in the network",
        hint: "build the network for as many inputs as the data has, such as mlp([\(data.inputWidth), ...], ...)")
    }
  }
}

/// What a layer's δ and gradients are before they are put into relation.
private struct RawFlow {
  /// Norms of δ and g, each divided by the root of its number of elements, and the exponent by which they are scaled.
  var delta = 0.0
  var deltaExponent = 0
  var g = 0.0
  var gExponent = 0
}

extension Engine {
  /// See `Network.flow`.
  func flow(
    _ data: DataSet, _ rows: [Int32], _ loss: Loss, _ thresholds: FlowThresholds, _ theory: [Double?],
    _ pool: ThreadPool
  ) -> [LayerFlow] {
    reserve(rows: rows.count)
    load(data, rows)
    let pass = Pass.measuring(pool)
    let gradient = self.loss(forward(rows.count, pass), loss).gradient
    let hasLossGradient = Reduction.norm(gradient.matrix.pointer, gradient.matrix.count) != 0
    let scales = scaledBackward(gradient, pass)
    let samples = Double(rows.count)
    let raw = zip(probes, positions()).map { probe, position -> RawFlow in
      var raw = RawFlow()
      raw.deltaExponent = scales.exponents[position.dense]
      if let delta = probe.dense.delta { raw.delta = samples * rms(delta) }
      raw.gExponent = scales.exponents[position.activation]
      if let g = probe.activation?.gradient, !gradient.isFused(probe) {
        raw.g = samples * rms(g)
      } else {
        raw.g = raw.delta
        raw.gExponent = raw.deltaExponent
      }
      return raw
    }
    return probes.indices.map { index in
      row(index, raw, rows.count, hasLossGradient, thresholds, index + 1 < theory.count ? theory[index] : nil)
    }
  }

  private func rms(_ x: Matrix<E>) -> Double {
    Reduction.norm(x.pointer, x.count) / Double(x.rows * x.columns).squareRoot()
  }

  private func row(
    _ index: Int, _ raw: [RawFlow], _ samples: Int, _ hasLossGradient: Bool, _ thresholds: FlowThresholds,
    _ theory: Double?
  ) -> LayerFlow {
    let probe = probes[index]
    let own = raw[index]
    let last = raw[raw.count - 1]
    let scratch = self.scratch(samples, probe.dense.outputs)
    let slopeMean = probe.slopeMean(scratch)
    let saturated = probe.saturatedShare(scratch)
    let log10Total =
      logarithm10(own.delta, scaledBy: own.deltaExponent) - logarithm10(last.delta, scaledBy: last.deltaExponent)
    let next = index + 1 < raw.count ? raw[index + 1] : nil
    let deltaRMS = unscaled(own.delta, by: own.deltaExponent)
    let output = probe.output!
    let moments = Reduction.moments(output)
    let weightNorm = Reduction.norm(probe.dense.weight.values.pointer, probe.dense.weight.count)
    let gradNorm = Reduction.norm(probe.dense.weight.gradients.pointer, probe.dense.weight.count)
    let biasNorm = Reduction.norm(probe.dense.bias.gradients.pointer, probe.dense.bias.count)
    let dead = probe.deadShare()
    let evidence = FlowEvidence(
      isFinite: own.delta.isFinite && weightNorm.isFinite && gradNorm.isFinite, hasLossGradient: hasLossGradient,
      // Half the smallest number is rounded to zero. What is zero in the scaled pass was never there.
      underflows: own.delta != 0 && deltaRMS <= Double(E.leastNonzeroMagnitude) / 2,
      log10Total: log10Total, saturated: saturated, dead: dead)
    return LayerFlow(
      layer: probe.layer, activation: probe.activation?.activation ?? .identity, inputs: probe.dense.inputs,
      outputs: probe.dense.outputs, weightNorm: weightNorm, gradNorm: unscaled(gradNorm, by: own.deltaExponent),
      biasGradNorm: unscaled(biasNorm, by: own.deltaExponent), deltaRMS: deltaRMS,
      factor: next.map { unscaled(own.delta / $0.delta, by: own.deltaExponent - $0.deltaExponent) },
      weightGain: next.map { unscaled(own.g / $0.delta, by: own.gExponent - $0.deltaExponent) },
      slopeGain: next.map { _ in unscaled(own.delta / own.g, by: own.deltaExponent - own.gExponent) },
      log10Total: log10Total, theory: theory, slopeMean: slopeMean, actMean: moments.mean,
      actStd: moments.deviation, saturated: saturated, dead: dead,
      state: evidence.verdict(thresholds))
  }
}
