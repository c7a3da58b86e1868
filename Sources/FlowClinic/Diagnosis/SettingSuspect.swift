// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// A training setting that may be the cause of symptoms, and milder settings, in the order in which they are tried.
struct SettingSuspect {
  let cause: Diagnosis.Cause
  let explanation: String
  var evidence: [Diagnosis.Finding] = []
  /// The remedy that the changes amount to, and the reason why it helps, if it is not the usual one of the cause.
  var remedy: (name: String, reason: String)?
  /// The name of the setting, its value, and the changes to try.
  let quantity: String
  let before: Double
  /// Whether the setting is so extreme that it is suspicious even if the network learned something.
  var isExtreme = false
  /// Whether the setting keeps the loss high at the end. A few more steps without it then lower the loss.
  var isBrake: Bool { [.batch, .penalty, .dropout].contains(cause) || cause == .rate && !isSlow }
  /// Whether the setting is a rate that is too large. The loss may then fall and still remain far above its start.
  var isFast: Bool { cause == .rate && !isSlow }
  /// Whether training is only slow with the setting. Fewer steps without it then achieve more than the whole run.
  var isSlow = false
  /// The number of steps that are repeated, if the training run is that long.
  var steps = Replays.steps
  var exchanges: [Exchange]

  /// Another value of the setting: other training options, or another network.
  typealias Exchange = (value: Double, change: (inout TrainingOptions) -> Void, network: Blueprint?)

  /// Returns the suspicious settings of a run, in the order in which they act. `reading` provides the evidence.
  static func all(
    _ reading: RunReading, _ symptom: Diagnosis.Symptom, _ course: RunCourse
  ) -> [SettingSuspect] {
    let run = reading.run
    let options = run.options
    // Noise keeps the loss high; if layers have suffered too, the rate comes first.
    let isNoise = [.oscillating, .stalled].contains(symptom)
    return [order(run, course)].compactMap(\.self) + arguments(of: options.optimizer)
      + [
        frozen(run, course), clip(run), penalty(options), dropout(run.network.architecture), schedule(run),
        linearity(run, course),
        isNoise ? batch(run) : nil, slowRate(reading, course), fastRate(reading), isNoise ? nil : batch(run),
      ].compactMap(\.self)
  }

  /// Returns frozen layers, which do not learn.
  private static func frozen(_ run: Run, _ course: RunCourse) -> SettingSuspect? {
    let frozen = run.options.frozenLayers
    guard run.fault == nil, !frozen.isEmpty, !course.wentWell else { return nil }
    return SettingSuspect(
      cause: .model, explanation: "\(frozen.count) of \(run.network.depth) layers are frozen and learn nothing",
      remedy: ("no frozen layers", "every layer can then adapt to the data"), quantity: "frozen_layers",
      before: Double(frozen.count), isExtreme: true, isSlow: true, steps: Replays.longest,
      exchanges: [(0, { $0.frozenLayers = [] }, nil)])
  }

  private static func clip(_ run: Run) -> SettingSuspect? {
    guard run.options.clip != nil else { return nil }
    let acted = Double(run.steps.count(where: \.clipped)) / Double(max(run.steps.count, 1))
    guard acted > 0.5 else { return nil }
    return SettingSuspect(
      cause: .clip, explanation: "clipping leaves almost nothing of the gradient",
      evidence: [.init("clipped", acted)], quantity: "clip", before: run.options.clip?.arguments.first ?? .nan,
      isExtreme: acted > 0.9,
      // A rate that was chosen for tiny gradients may be too large for unclipped ones.
      exchanges: [0, -1, -2].map { decimals in
        (
          .infinity,
          {
            $0.clip = nil
            $0.optimizer = $0.optimizer.with(rate: decimalShift($0.optimizer.rate, by: decimals))
          }, nil
        )
      })
  }

  private static func penalty(_ options: TrainingOptions) -> SettingSuspect? {
    guard let penalty = options.penalty else { return nil }
    return SettingSuspect(
      cause: .penalty, explanation: "the penalty outweighs the loss", quantity: "penalty",
      before: penalty.arguments.first ?? .nan, isExtreme: (penalty.arguments.max() ?? 0) >= 0.1,
      exchanges: [(0, { $0.penalty = nil }, nil)])
  }

  private static func dropout(_ architecture: Architecture) -> SettingSuspect? {
    guard let kept = architecture.graph.keptShare, kept < 0.5, let plain = architecture.blueprint.withoutMasks() else {
      return nil
    }
    return SettingSuspect(
      cause: .dropout, explanation: "dropout leaves too few units",
      remedy: ("no dropout", "all units then contribute"), quantity: "dropout", before: 1 - kept,
      isExtreme: kept <= 0.2,
      exchanges: [(0, { _ in }, plain)])
  }

  /// Returns the missing nonlinearity of a network whose hidden layers all have the identity as their activation.
  private static func linearity(_ run: Run, _ course: RunCourse) -> SettingSuspect? {
    let network = run.network
    guard run.fault == nil, !course.wentWell, network.depth > 1,
      (1...network.depth).allSatisfy({ network.layer($0).activation == .identity }),
      let other = NetworkPrescriptions(network, for: run.loss).relu, case .network(let blueprint) = other.change
    else { return nil }
    return SettingSuspect(
      cause: .model, explanation: "the network is linear: the activation of every hidden layer is the identity",
      remedy: (other.remedy, "layers without a nonlinearity compute no more than a single one"),
      quantity: "nonlinear_layers", before: 0, isExtreme: true, isSlow: true, steps: Replays.longest,
      exchanges: [(Double(network.depth - 1), { _ in }, blueprint)])
  }

  /// Returns a rate that hardly moves the weights. The network may still learn something.
  private static func slowRate(_ reading: RunReading, _ course: RunCourse) -> SettingSuspect? {
    let update = reading.strongestUpdate(in: 1..<reading.run.stepCount + 1)?.ratio
    let isSlow =
      reading.drift < reading.thresholds.drift
      || !course.wentVeryWell && update.map { $0 < (course.hardlyLearned ? 3 : 1) * smallUpdate } ?? false
    guard reading.run.fault == nil, isSlow || !course.hasLearned else { return nil }
    // From far below the usual rates, it takes more than a few decades to get there.
    let first = max(1, Int(-Real.log10(base(reading))) - decades)
    var suspect = rate(reading, "the steps are too small", (first...first + decades + 1).map(\.self))
    suspect.isExtreme = isSlow
    suspect.isSlow = true
    return suspect
  }

  /// In training runs that go well, the largest step of any layer is at least this fraction of its weights, and mostly
  /// several times as large.
  private static let smallUpdate = 1e-3

  private static func fastRate(_ reading: RunReading) -> SettingSuspect {
    let first = max(1, Int(Real.log10(base(reading))) - 2)
    return rate(reading, "the steps are too large", (first..<first + decades).map { -$0 })
  }

  /// Returns the rate that the other rates are powers of ten of: the one of the run, or a small one if it is 0.
  private static func base(_ reading: RunReading) -> Double {
    let rate = reading.run.options.optimizer.rate
    return rate > 0 ? rate : 1e-4
  }

  /// The number of other rates that are tried, each ten times as large as the one before or a tenth of it.
  private static let decades = 8

  private static func rate(_ reading: RunReading, _ explanation: String, _ decimals: [Int]) -> SettingSuspect {
    let rate = reading.run.options.optimizer.rate
    let steps = reading.strongestUpdate(in: 1..<reading.run.stepCount + 1)
    return SettingSuspect(
      cause: .rate, explanation: explanation, evidence: steps.map { [.init("update_ratio", $0.ratio)] } ?? [],
      quantity: "rate", before: rate,
      exchanges: decimals.map { decimals in
        let value = decimalShift(base(reading), by: decimals)
        return (value, { $0.optimizer = $0.optimizer.with(rate: value) }, nil)
      })
  }

  /// Batches below this size are noisy.
  static let smallBatch = 16

  private static func batch(_ run: Run) -> SettingSuspect? {
    let size = run.options.batch
    guard size < smallBatch, size < run.data.samples, run.fault == nil else { return nil }
    let larger = min(8 * size, run.data.samples)
    return SettingSuspect(
      cause: .batch, explanation: "the gradients of batches this small differ too much", quantity: "batch",
      before: Double(size), exchanges: [(Double(larger), { $0.batch = larger }, nil)])
  }
}
