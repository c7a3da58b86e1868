// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import Synchronization

/// The result of a remedy over several seeds.
public struct RemedyOutcome: Sendable {
  /// The name of the remedy; `unchanged` is the original plan.
  public let remedy: String
  /// The plan with the remedy applied.
  public let plan: TrainingPlan
  /// One trial per finished seed, in the order of the seeds.
  public let trials: [Trial]

  /// The per-layer factor before training.
  public var factor: Spread? { Spread(trials.compactMap(\.start.factor)) }
  /// The loss after training.
  public var loss: Spread? { Spread(trials.map(\.loss)) }
  /// The accuracy after training.
  public var accuracy: Spread? { Spread(trials.compactMap(\.accuracy)) }
  /// The training time in seconds.
  public var seconds: Spread? { Spread(trials.map(\.seconds)) }
  /// The number of trials in which a value was not finite.
  public var diverged: Int { trials.count(where: \.diverged) }
}

/// A comparison of all applicable remedies with the same seeds, data order and budget.
public struct RemedyComparison: Sendable {
  /// The criteria for ranking remedies.
  public enum Criterion: String, Sendable, CaseIterable {
    case loss, accuracy, factor, seconds

    /// Returns a score for which less is better. NaN is the worst.
    func score(_ outcome: RemedyOutcome) -> Double {
      let score = measure(outcome)
      return score.isNaN ? .infinity : score
    }

    private func measure(_ outcome: RemedyOutcome) -> Double {
      switch self {
      case .loss: outcome.loss?.median ?? .infinity
      case .accuracy: outcome.accuracy.map { -$0.median } ?? .infinity
      case .factor: outcome.factor.map { abs(Real.log10($0.median)) } ?? .infinity
      case .seconds: outcome.seconds?.median ?? .infinity
      }
    }
  }

  private struct Candidate: Sendable {
    let name: String
    let plan: TrainingPlan
  }

  private let candidates: [Candidate]
  private let seeds: [UInt64]

  /// Creates a comparison of the remedies that apply to a plan, singly and in pairs. Remedies that result in the same
  /// plan are tried once.
  public init(_ plan: TrainingPlan, seeds: [UInt64]) {
    var candidates = [Candidate(name: "unchanged", plan: plan)]
    for remedy in Remedy.catalogue + Remedy.pairs {
      guard let changed = remedy.apply(plan), (try? Architecture(changed.blueprint)) != nil,
        !candidates.contains(where: { $0.plan == changed })
      else { continue }
      candidates.append(Candidate(name: remedy.name, plan: changed))
    }
    self.candidates = candidates
    self.seeds = seeds
  }

  /// The largest number of seeds in a comparison.
  public static let mostSeeds = 10_000

  /// The number of trials.
  public var count: Int { candidates.count * seeds.count }

  /// Runs the trials in parallel, each on one thread, and returns the remedies that have at least one finished trial,
  /// best first.
  ///
  /// If the observer wants to stop, only the trials finished so far count.
  public func run(
    _ data: DataSet, validation: DataSet?, by criterion: Criterion, observer: any TrainingObserver & Sendable,
    pool: ThreadPool, finished: @escaping @Sendable (_ count: Int, _ remedy: String) -> Void
  ) throws(NetworkError) -> [RemedyOutcome] {
    let plan = candidates[0].plan
    let architecture = try Architecture(plan.blueprint)
    try architecture.requireMemory(networks: min(pool.threads, count) + 1)
    let network = Network(architecture, seed: NetworkSeed(0))
    try network.check(data, rows: plan.training.batch)
    let loss = plan.training.loss ?? .automatic(for: data, outputs: network.outputs)
    try network.check(loss, on: data)
    if let validation {
      try network.check(validation)
      try network.check(loss, on: validation)
    }
    try network.checkTrainingPass(samples: min(plan.training.batch, data.samples))
    let trials = Guarded([Trial?](repeating: nil, count: count))
    let done = Atomic<Int>(0)
    pool.run(count) { number in
      if observer.wantsToStop { return }
      let candidate = candidates[number / seeds.count]
      // A remedy may be refused where the unchanged plan is not, for example because it needs too many parameters. It
      // then has no row.
      let trial = unlessTooLarge { () throws(NetworkError) in
        try candidate.plan.trial(
          data, validation: validation, seed: seeds[number % seeds.count], observer, pool)
      }
      guard let trial = trial ?? nil else { return }
      trials.withLock { $0[number] = trial }
      finished(done.wrappingAdd(1, ordering: .relaxed).newValue, candidate.name)
    }
    let all = trials.withLock { $0 }
    let outcomes = candidates.indices.map { index in
      RemedyOutcome(
        remedy: candidates[index].name, plan: candidates[index].plan,
        trials: all[index * seeds.count..<(index + 1) * seeds.count].compactMap(\.self))
    }
    let scores = outcomes.enumerated().map { (criterion.score($1), Criterion.loss.score($1), $0) }
    return outcomes.indices.filter { !outcomes[$0].trials.isEmpty }.sorted { scores[$0] < scores[$1] }
      .map { outcomes[$0] }
  }
}
