// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Records the flow of all dense layers during training.
final class FlowRecorder<E: Element> {
  private let engine: Engine<E>
  private let every: Int?
  private let layers: UnsafeMutableBufferPointer<LayerGradients>
  /// ‖W‖ of each layer before the update.
  private let weightNorms: UnsafeMutableBufferPointer<Double>
  /// The power of two in which the update measures each parameter: 1, unless the squares of its values would leave the
  /// range of the element type.
  let units: UnsafeMutableBufferPointer<Double>
  private var hasLossGradient = true
  /// Whether a forward pass had to be repeated to distinguish saturated units from dead ones. Later steps then keep the
  /// pre-activations, which makes the repetition unnecessary.
  private(set) var needsPreActivations = false
  private var samples = 0
  /// The parts of a layer that do not change: the positions of its weight and bias among the parameters, and the memory
  /// of its weights.
  private struct Place {
    let weight: Int
    let bias: Int?
    let values: UnsafePointer<E>
    let initial: UnsafePointer<E>
    let count: Int
  }
  private let places: UnsafeMutableBufferPointer<Place>

  init(_ engine: Engine<E>, _ options: TrainingOptions) {
    self.engine = engine
    every = options.recordEvery
    layers = .allocate(capacity: engine.depth)
    layers.initialize(repeating: LayerGradients())
    places = .allocate(capacity: engine.depth)
    _ = places.initialize(
      from: engine.rows.map { row in
        let weight = row.weight
        return Place(
          weight: weight.number, bias: row.bias?.number,
          values: UnsafePointer(weight.values.pointer), initial: UnsafePointer(weight.initial.pointer),
          count: weight.count)
      })
    weightNorms = .allocate(capacity: engine.depth)
    _ = weightNorms.initialize(from: places.map { Reduction.norm($0.values, $0.count) })
    units = .allocate(capacity: engine.parameters.count)
    units.initialize(repeating: 1)
  }

  deinit {
    layers.deallocate()
    weightNorms.deallocate()
    units.deallocate()
    places.deallocate()
  }

  /// Returns whether the given step is recorded. Steps are counted from 1.
  func isDue(_ step: Int) -> Bool { every.map { (step - 1) % $0 == 0 } ?? false }

  /// Measures the gradients of the last pass. Must be called before they are clipped.
  func measure(_ plan: Plan<E>, _ loss: Loss, _ pass: Pass) {
    samples = plan.mode.samples
    if engine.measure(plan, loss, into: layers, pass) { needsPreActivations = true }
    let gradient = plan.lossGradient
    hasLossGradient =
      layers[layers.count - 1].deltaNorm != 0 || Reduction.norm(gradient.pointer, gradient.count) != 0
      || LossSlopes(plan, loss).hasSlope
    for index in places.indices { units[places[index].weight] = unit(for: weightNorms[index]) }
  }

  private func unit(for norm: Double) -> Double {
    let reach = E.self == Float.self ? 0x1p40 : 0x1p400
    guard norm.isFinite, norm > reach || (norm > 0 && norm < 1 / reach) else { return 1 }
    return Double(sign: .plus, exponent: min(-norm.exponent, E.self == Float.self ? 120 : 1000), significand: 1)
  }

  /// Updates the weight norms from a step that is not recorded.
  func skip(_ sums: UnsafeMutableBufferPointer<UpdateSums>) {
    guard every != nil else { return }
    for index in places.indices { weightNorms[index] = Lengths(sums[places[index].weight], places[index]).weights }
  }

  /// Records one row per layer. Must be called after the update.
  func append(_ sums: UnsafeMutableBufferPointer<UpdateSums>, _ step: Int, _ epoch: Int, _ record: inout RunRecord) {
    let norms = engine.pieces.norms
    record.flow.begin(
      FlowRecords.Step(number: step, epoch: epoch, samples: Int32(samples), hasLossGradient: hasLossGradient))
    for index in layers.indices {
      let layer = layers[index]
      let place = places[index]
      let own = Lengths(sums[place.weight], place)
      let updateRatio = own.change / weightNorms[index]
      record.flow.note(updateRatio: updateRatio, ofLayer: index + 1, step: step)
      record.flow.append(
        FlowRecords.Entry(
          weightNorm: own.weights, gradNorm: norms[place.weight], biasGradNorm: place.bias.map { norms[$0] } ?? .nan,
          deltaNorm: layer.deltaNorm, updateRatio: updateRatio, distance: own.distance,
          saturatedPairs: .init(layer.saturatedPairs),
          deadUnits: .init(layer.deadUnits, underflows: layer.underflows)))
      weightNorms[index] = own.weights
    }
  }

  /// ‖W‖, ‖ΔW‖ and ‖W − W₀‖ after an update.
  private struct Lengths {
    let weights: Double
    let change: Double
    let distance: Double

    @inline(__always)
    init(_ sums: UpdateSums, _ place: Place) {
      // Take all roots in one operation. Dividing by a power of two is exact.
      var squares = Double.Vector()
      (squares[0], squares[1], squares[2]) = (sums.weights, sums.change, sums.drift)
      let roots = squares.squareRoot() / Double.Vector(repeating: sums.unit)
      func length(_ root: Double, _ exactly: () -> Double) -> Double { root.isFinite ? root : exactly() }
      let norm = length(roots[0]) { Reduction.norm(place.values, place.count) }
      weights = norm
      distance = length(roots[2]) { Reduction.distance(place.values, place.initial, place.count) }
      // A change that overflows dwarfs the weights before it, so the new weights have its norm.
      change = length(roots[1]) { norm }
    }
  }
}
