// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Writes the flow of all dense layers into the record of a training.
final class FlowRecorder<E: Element> {
  private let engine: Engine<E>
  private let every: Int?
  private let thresholds: FlowThresholds
  private let layers: UnsafeMutableBufferPointer<LayerGradients>
  /// ‖W‖ of each layer before the update.
  private var weightNorms: [Double]
  private var hasLossGradient = true
  /// For each parameter the dense layer whose weight it is, for each layer the position of its weight.
  private let layerOfParameter: [Int?]
  private let weightOfLayer: [Int]
  private let initialNorms: [Double]

  init(_ engine: Engine<E>, _ options: TrainingOptions) {
    self.engine = engine
    every = options.recordEvery
    thresholds = options.thresholds
    layers = .allocate(capacity: engine.probes.count)
    layers.initialize(repeating: LayerGradients())
    initialNorms = engine.probes.map { Reduction.norm($0.dense.weight.initial.pointer, $0.dense.weight.count) }
    weightNorms = engine.probes.map { Reduction.norm($0.dense.weight.values.pointer, $0.dense.weight.count) }
    let positions = Dictionary(
      uniqueKeysWithValues: engine.parameters.enumerated().map { (ObjectIdentifier($1), $0) })
    weightOfLayer = engine.probes.map { positions[ObjectIdentifier($0.dense.weight)]! }
    var owners = [Int?](repeating: nil, count: engine.parameters.count)
    for (layer, parameter) in weightOfLayer.enumerated() { owners[parameter] = layer }
    layerOfParameter = owners
  }

  deinit { layers.deallocate() }

  /// True for the steps that are recorded; steps count from 1.
  func isDue(_ step: Int) -> Bool { every.map { (step - 1) % $0 == 0 } ?? false }

  /// Makes room once, so that a warm step allocates nothing.
  func reserve(steps: Int, _ record: inout RunRecord) {
    guard let every else { return }
    let rows = engine.probes.count
    record.flow.reserveCapacity(min(steps / every + 1, (1 << 20) / rows + 1) * rows)
  }

  /// Looks at the gradients of the last pass, before they are clipped.
  func measure(_ gradient: LossGradient<E>, _ samples: Int, _ pool: ThreadPool) {
    engine.measure(gradient, samples, into: layers, pool)
    hasLossGradient =
      layers[layers.count - 1].deltaRMS != 0
      || Reduction.norm(gradient.matrix.pointer, gradient.matrix.count) != 0
  }

  /// The power of two in which the update shall measure a parameter: 1, unless squares of its numbers would leave the
  /// range of the element type.
  func unit(_ parameter: Int) -> Double {
    guard let layer = layerOfParameter[parameter] else { return 1 }
    let norm = weightNorms[layer]
    let reach = E.self == Float.self ? 0x1p40 : 0x1p400
    guard norm.isFinite, norm > reach || (norm > 0 && norm < 1 / reach) else { return 1 }
    return Double(sign: .plus, exponent: min(-norm.exponent, E.self == Float.self ? 120 : 1000), significand: 1)
  }

  /// Takes the weights' norms from an update that is not recorded itself.
  func skip(_ sums: [UpdateSums]) {
    guard every != nil else { return }
    for index in weightNorms.indices {
      weightNorms[index] = Lengths(sums[weightOfLayer[index]], engine.probes[index].dense.weight).weights
    }
  }

  /// One row per layer, after the update.
  func append(_ sums: [UpdateSums], _ step: Int, _ epoch: Int, _ record: inout RunRecord) {
    let last = layers[layers.count - 1]
    for index in layers.indices {
      let layer = layers[index]
      let own = Lengths(sums[weightOfLayer[index]], engine.probes[index].dense.weight)
      let evidence = FlowEvidence(
        isFinite: layer.deltaRMS.isFinite && own.weights.isFinite, hasLossGradient: hasLossGradient,
        underflows: layer.underflows, ratio: layer.deltaRMS / last.deltaRMS, saturated: layer.saturated,
        dead: layer.dead)
      defer { weightNorms[index] = own.weights }
      record.flow.append(
        FlowRecord(
          step: step, epoch: epoch, layer: index + 1, weightNorm: own.weights, gradNorm: layer.gradNorm,
          biasGradNorm: layer.biasGradNorm,
          factor: index + 1 < layers.count ? layer.deltaRMS / layers[index + 1].deltaRMS : nil,
          updateRatio: own.change / weightNorms[index], drift: own.drift / initialNorms[index],
          saturated: layer.saturated, dead: layer.dead, state: evidence.verdict(thresholds),
          deltaRMS: layer.deltaRMS, lastDeltaRMS: last.deltaRMS))
    }
  }

  /// ‖W‖, ‖ΔW‖ and ‖W − W₀‖ after an update.
  private struct Lengths {
    let weights: Double
    let change: Double
    let drift: Double

    init(_ sums: UpdateSums, _ weight: Parameter<E>) {
      func length(_ squares: Double, _ exactly: () -> Double) -> Double {
        squares.isFinite ? squares.squareRoot() / sums.unit : exactly()
      }
      let norm = length(sums.weights) { Reduction.norm(weight.values.pointer, weight.count) }
      weights = norm
      drift = length(sums.drift) { Reduction.distance(weight.values.pointer, weight.initial.pointer, weight.count) }
      // A change that is out of range has left nothing of the weights before it.
      change = length(sums.change) { norm }
    }
  }
}
