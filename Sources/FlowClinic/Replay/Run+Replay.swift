// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// The result of repeating a diverged training run with one change.
public struct Replay: Sendable {
  /// The name of the change. `nothing` stands for the unchanged training.
  public let remedy: String
  /// The first step with the change.
  public let fromStep: Int
  /// The last step that was taken.
  public let lastStep: Int
  public let state: RunState
  /// The loss of the first step, before anything was changed.
  public let firstLoss: Double
  /// The mean loss over the last tenth of the steps.
  public let loss: Double
  /// Whether the training finished with a loss at most 10 % above the first one. The tolerance allows for differences
  /// between batches.
  public let continues: Bool
  /// The network and the training with the change.
  public let plan: TrainingPlan
}

extension Run {
  /// Repeats the training from the last good step until `steps` steps after the fault: once unchanged, then with
  /// gradient clipping, smaller learning rates, other initial weights, and a normalisation.
  ///
  /// Each remedy is applied as mildly as possible: with the largest limit or rate, in powers of ten, that lets the
  /// training continue. The remedies that do are listed first, smallest loss first. `progress` is called with the
  /// number of completed remedies. Returns an empty array if the observer wants to stop.
  public func replay(
    steps: Int, observer: any TrainingObserver & Sendable, pool: ThreadPool,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(NetworkError) -> [Replay] {
    guard let fault else {
      throw NetworkError("this training run did not diverge", hint: "there is nothing to replay")
    }
    try network.architecture.requireMemory(networks: pool.threads + 1)
    let replayer = Replayer(run: self, from: lastGoodStep ?? 1, end: fault.step + steps, observer: observer)
    return replayer.replays(pool, progress)
  }

  /// The network and the training as they were.
  public var plan: TrainingPlan { TrainingPlan(network.architecture.blueprint, options) }
}

private struct Replayer {
  let run: Run
  /// The first step with a change, and the last step.
  let from: Int
  let end: Int
  let plan: TrainingPlan
  let observer: any TrainingObserver & Sendable

  init(run: Run, from: Int, end: Int, observer: any TrainingObserver & Sendable) {
    self.run = run
    self.from = from
    self.end = end
    var plan = run.plan
    plan.training = plan.training.withoutRecords
    self.plan = plan
    self.observer = observer
  }

  /// A remedy and its strengths, mildest first.
  private typealias Attempts = (remedy: String, plans: [TrainingPlan], isNewStart: Bool)

  /// Returns about a dozen exponents of ten, including the first and the last. A fixed stride of 1 would be too slow
  /// for a gradient of 1e30.
  private static func exponents(_ range: ClosedRange<Int>) -> [Int] {
    let stride = (range.count + 11) / 12
    return Array(Swift.stride(from: range.lowerBound, to: range.upperBound, by: stride)) + [range.upperBound]
  }

  private func attempts() -> [Attempts] {
    let norm = run.steps[run.steps.partitioningIndex { $0.step >= from }].gradNorm
    let largest = norm.isFinite && norm > 0 ? Int(Real.log10(norm).rounded(.down)) : 0
    func clips(_ recipe: Recipe<Clip>) -> [TrainingPlan] {
      Self.exponents(0...max(largest + 3, 8)).map { exponent in
        var changed = plan
        changed.training.clip = recipe.make([decimalShift(1, by: largest - exponent)])
        return changed
      }
    }
    let rate = plan.training.optimizer.rate
    func slower(_ plan: TrainingPlan, _ exponents: ClosedRange<Int>) -> [TrainingPlan] {
      Self.exponents(exponents).map { exponent in
        var changed = plan
        changed.training.optimizer = plan.training.optimizer.with(rate: decimalShift(rate, by: -exponent))
        return changed
      }
    }
    let starts = Remedy.newStarts.compactMap { remedy -> Attempts? in
      remedy.apply(plan).map { (remedy.name, slower($0, 0...3), true) }
    }
    return [
      ("nothing", [plan], false), ("clip by norm", clips(Clip.norm), false),
      ("clip by value", clips(Clip.value), false), ("smaller rate", slower(plan, 1...max(largest + 3, 8)), false),
    ] + starts
  }

  /// See `Run.replay`.
  func replays(_ pool: ThreadPool, _ progress: @escaping @Sendable (Int, Int) -> Void) -> [Replay] {
    guard let point = run.resumePoint(afterSteps: from - 1, observer: observer, pool: pool) else { return [] }
    let attempts = attempts()
    let results = Guarded((done: 0, replays: [Replay?](repeating: nil, count: attempts.count)))
    pool.run(attempts.count) { index in
      let attempt = attempts[index]
      for plan in attempt.plans where !observer.wantsToStop {
        // With a normalisation the network may become too large. The remedy then has no row.
        let result = unlessTooLarge { () throws(NetworkError) in
          attempt.isNewStart
            ? try begun(attempt.remedy, plan, pool) : resumed(attempt.remedy, plan, point, pool)
        }
        guard let result else { break }
        results.withLock { $0.replays[index] = result }
        if result.continues { break }
      }
      results.withLock { results in
        results.done += 1
        progress(results.done, attempts.count)
      }
    }
    if observer.wantsToStop { return [] }
    let replays = results.withLock { $0.replays }.compactMap(\.self)
    return replays.filter(\.continues).sorted { $0.loss < $1.loss } + replays.filter { !$0.continues }
  }

  /// Trains from the last good step on.
  private func resumed(
    _ remedy: String, _ plan: TrainingPlan, _ point: ResumePoint, _ pool: ThreadPool
  ) -> Replay {
    var options = plan.training
    options.steps = end
    let (steps, state) = point.resume(options, observer: observer, pool: pool)
    return replay(remedy, plan, from: from, steps, state)
  }

  /// Trains from the first step on, with newly drawn weights.
  private func begun(
    _ remedy: String, _ plan: TrainingPlan, _ pool: ThreadPool
  ) throws(NetworkError) -> Replay {
    var options = plan.training
    options.steps = end
    let network = Network(
      try Architecture(plan.blueprint), seed: NetworkSeed(options.seed, number: options.number))
    let other = try network.train(run.data, options, observer: observer, pool: pool)
    return replay(remedy, plan, from: 1, other.steps, other.state)
  }

  private func replay(
    _ remedy: String, _ plan: TrainingPlan, from: Int, _ steps: RecordList<StepRecord>, _ state: RunState
  ) -> Replay {
    let tenth = max(steps.count / 10, 1)
    func mean(_ steps: some Collection<StepRecord>) -> Double {
      steps.reduce(0) { $0 + $1.loss } / Double(steps.count)
    }
    let loss = mean(steps.suffix(tenth))
    let firstLoss = steps.first?.loss ?? .nan
    return Replay(
      remedy: remedy, fromStep: from, lastStep: steps.last?.step ?? from - 1, state: state,
      firstLoss: firstLoss, loss: loss,
      continues: state == .finished && loss <= 1.1 * firstLoss, plan: plan)
  }
}
