// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import Synchronization

/// A comparison of all applicable remedies with the same seeds, data order and budget.
public struct RemedyComparison: Sendable {
  private struct Candidate: Sendable {
    let name: String
    /// The plans for each strength of the remedy, the mildest first.
    var plans: [TrainingPlan]
    /// Whether a diagnosis prescribes the remedy.
    var isPrescribed = false
  }

  /// A plan to try, and the position of its outcome.
  private struct Entry: Sendable {
    let candidate: Int
    let plan: TrainingPlan
    let data: TrialData
  }

  private let original: TrainingPlan
  private let data: TrialData
  private let candidates: [Candidate]
  private let entries: [Entry]
  private let seeds: [UInt64]

  /// Creates a comparison of the remedies that apply to a plan, singly and combined. Remedies that result in the same
  /// plan are tried once.
  ///
  /// - Parameter prescriptions: The remedies to try first.
  public init(_ plan: TrainingPlan, _ data: TrialData, prescriptions: [Prescription], seeds: [UInt64]) {
    let remedies = (Remedy.catalogue + Remedy.combinations).map {
      Candidate(name: $0.name, plans: $0.apply(plan, data.training))
    }
    let prescribed = prescriptions.compactMap { prescription -> Candidate? in
      guard let changed = plan.applying(prescription.change) else { return nil }
      // If a catalogue remedy contains the prescribed change, use its name.
      let known = remedies.first { $0.plans.contains(changed) }
      return Candidate(
        name: known?.name ?? prescription.remedy, plans: known?.plans ?? [changed], isPrescribed: true)
    }
    func isPossible(_ changed: TrainingPlan) -> Bool {
      changed.blueprint == plan.blueprint || (try? Architecture(changed.blueprint)) != nil
    }
    var candidates = [Candidate(name: "unchanged", plans: [plan])]
    for candidate in prescribed + remedies {
      var new = candidate
      new.plans.removeAll { plan in
        !isPossible(plan) || candidates.contains { $0.plans.contains(plan) }
      }
      if !new.plans.isEmpty { candidates.append(new) }
    }
    // Most plans share their data.
    var prepared: [[Bool]: TrialData] = [:]
    entries = candidates.enumerated().flatMap { number, candidate in
      candidate.plans.map { plan in
        let changes = [plan.standardizesInputs, plan.scalesTargets]
        let own = prepared[changes] ?? data.prepared(for: plan)
        prepared[changes] = own
        return Entry(candidate: number, plan: plan, data: own)
      }
    }
    original = plan
    self.data = data
    self.candidates = candidates
    self.seeds = seeds
  }

  /// The largest number of seeds in a comparison.
  public static let mostSeeds = 10_000

  /// The number of trials.
  public var count: Int { entries.count * seeds.count }

  /// Runs the trials in parallel, each on one thread. Returns the remedies that have at least one finished trial: those
  /// that helped come first, and better ones come before worse ones. Of several strengths of a remedy, the best is
  /// returned.
  ///
  /// If the observer wants to stop, only the trials finished so far count.
  public func run(
    by criterion: RankingCriterion, observer: any TrainingObserver & Sendable, pool: ThreadPool,
    finished: @escaping @Sendable (_ count: Int, _ remedy: String) -> Void
  ) throws(NetworkError) -> [RemedyOutcome] {
    let architecture = try Architecture(original.blueprint)
    try architecture.requireMemory(networks: min(pool.threads, count) + 2)
    let network = try original.network(seed: seeds[0])
    try network.check(data.training, rows: original.training.batch)
    let loss = original.training.loss ?? .automatic(for: data.training, outputs: network.outputs)
    for part in [data.training, data.measured] {
      try network.check(part)
      try network.check(loss, on: part)
    }
    try network.checkTrainingPass(samples: min(original.training.batch, data.training.samples))
    let baseline = RemedyOutcome(baseline: data.baseline(loss, outputs: network.outputs))
    let trials = Guarded([Trial?](repeating: nil, count: count))
    let done = Atomic<Int>(0)
    pool.run(count) { number in
      if observer.wantsToStop { return }
      let entry = entries[number / seeds.count]
      // A remedy may be rejected even if the unchanged plan is not, for example because it needs too many parameters.
      // It then has no row.
      let trial = unlessTooLarge { () throws(NetworkError) in
        try entry.plan.trial(entry.data, seed: seeds[number % seeds.count], measure: loss, observer, pool)
      }
      guard let trial = trial ?? nil else { return }
      trials.withLock { $0[number] = trial }
      finished(done.wrappingAdd(1, ordering: .relaxed).newValue, candidates[entry.candidate].name)
    }
    return ranked(trials.withLock { $0 }, baseline, by: criterion)
  }

  /// Returns the outcomes in order. `trials` has one place for each seed of each entry.
  private func ranked(
    _ trials: [Trial?], _ baseline: RemedyOutcome, by criterion: RankingCriterion
  ) -> [RemedyOutcome] {
    func score(_ outcome: RemedyOutcome) -> (Double, Double) { (criterion.score(outcome), outcome.loss.median) }
    var best = [RemedyOutcome?](repeating: nil, count: candidates.count)
    for (index, entry) in entries.enumerated() {
      let own = trials[index * seeds.count..<(index + 1) * seeds.count].compactMap(\.self)
      guard let outcome = RemedyOutcome(candidates[entry.candidate].name, entry.plan, own, by: criterion)
      else { continue }
      if let known = best[entry.candidate], score(known) <= score(outcome) { continue }
      best[entry.candidate] = outcome
      best[entry.candidate]?.isPrescribed = candidates[entry.candidate].isPrescribed
    }
    var outcomes = best.compactMap(\.self)
    if outcomes.isEmpty { return [] }
    if let unchanged = best[0] {
      for index in outcomes.indices {
        outcomes[index].helped = criterion.isBetter(
          outcomes[index], than: unchanged, baseline: baseline, heldOut: data.heldOutSamples)
      }
    }
    outcomes.append(baseline)
    // Sorting is stable, so of equal ones the first that was tried stays first.
    return outcomes.sorted { criterion.ranks($0, before: $1) }
  }
}
