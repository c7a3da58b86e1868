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
  /// The loss on the training data at the end, in prediction mode; the loss of the last step if the training diverged.
  public let loss: Double
  /// The accuracy on the training data at the end; nil if the targets are not classes, or if the training diverged.
  public let accuracy: Double?
  /// Whether the training finished with a loss clearly below that of the best constant outputs.
  public let learns: Bool
  /// The network and the training with the change.
  public let plan: TrainingPlan
}

/// The replays of a run, and what they are compared with.
public struct ReplayTable: Sendable {
  /// The loss of the last good step.
  public let lossBefore: Double
  /// The loss of the best constant outputs.
  public let baseline: Double
  /// Those that learn come first, then the others that finish, each ordered by their loss.
  public let replays: [Replay]
}

extension Run {
  /// Repeats the training to the end of its plan: once unchanged, then with gradient clipping, smaller learning rates,
  /// other initial weights, and a normalisation. All other draws are those of the run.
  ///
  /// Each remedy is applied as mildly as possible: with the largest limit or rate, in powers of ten, with which the
  /// training learns. A change that does not get past the fault from the last good step on is not tried from the start.
  /// `progress` is called with the number of completed remedies. Returns nil if the observer wants to stop.
  ///
  /// - Parameter epochs: The number of epochs to repeat; nil stands for those of the run.
  public func replay(
    epochs: Int? = nil, observer: any TrainingObserver & Sendable, pool: ThreadPool,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(NetworkError) -> ReplayTable? {
    guard let fault else {
      throw NetworkError("this training run did not diverge", hint: "there is nothing to replay")
    }
    try network.architecture.requireMemory(networks: pool.threads + 2)
    return Replayer(run: self, epochs: epochs, fault: fault.step, observer: observer).replays(pool, progress)
  }

  /// The network as it was before the first step, and the training.
  public var plan: TrainingPlan { TrainingPlan(from: networkBefore(), options) }
}

private struct Replayer {
  private let run: Run
  private let fault: Int
  /// The last good step.
  private let from: Int
  private let plan: TrainingPlan
  private let baseline: Double
  private let observer: any TrainingObserver & Sendable

  /// A change must get this many steps past the fault before it is tried from the start.
  private static let steps = 100
  /// A training learns if its loss falls below that of constant outputs by at least this share.
  private static let gain = 0.02

  init(run: Run, epochs: Int?, fault: Int, observer: any TrainingObserver & Sendable) {
    self.run = run
    self.fault = fault
    from = run.lastGoodStep ?? 1
    var plan = run.plan
    plan.training = plan.training.withoutRecords
    if let epochs { (plan.training.epochs, plan.training.steps) = (epochs, nil) }
    self.plan = plan
    baseline = run.loss.baseline(run.data, samples: run.data.samples, outputs: run.network.outputs)
    self.observer = observer
  }

  /// A remedy and its strengths, mildest first.
  private typealias Attempts = (remedy: String, plans: [TrainingPlan])

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
      remedy.apply(plan, run.data).first.map { (remedy.name, slower($0, 0...3)) }
    }
    return [
      ("nothing", [plan]), ("clip by norm", clips(Clip.norm)), ("clip by value", clips(Clip.value)),
      ("smaller rate", slower(plan, 1...max(largest + 3, 8))),
    ] + starts
  }

  /// See `Run.replay`.
  func replays(_ pool: ThreadPool, _ progress: @escaping @Sendable (Int, Int) -> Void) -> ReplayTable? {
    guard let point = run.resumePoint(afterSteps: from - 1, observer: observer, pool: pool) else { return nil }
    let attempts = attempts()
    let results = Guarded((done: 0, replays: [Replay?](repeating: nil, count: attempts.count)))
    pool.run(attempts.count) { index in
      let attempt = attempts[index]
      // With a normalisation the network may become too large. The remedy then has no row.
      let result = unlessTooLarge { () throws(NetworkError) in try replay(attempt, point, pool) }
      results.withLock { results in
        results.replays[index] = result ?? nil
        results.done += 1
        progress(results.done, attempts.count)
      }
    }
    if observer.wantsToStop { return nil }
    let replays = results.withLock { $0.replays }.compactMap(\.self)
    func place(_ replay: Replay) -> (Int, Double) {
      (replay.learns ? 0 : replay.state == .finished ? 1 : 2, replay.loss.isNaN ? .infinity : replay.loss)
    }
    return ReplayTable(
      lossBefore: run.steps[run.steps.partitioningIndex { $0.step >= from }].loss, baseline: baseline,
      replays: replays.sorted { place($0) < place($1) })
  }

  /// Returns the mildest replay that learns; if there is none, the best of those that finish, or else the last one.
  private func replay(
    _ attempt: Attempts, _ point: ResumePoint, _ pool: ThreadPool
  ) throws(NetworkError) -> Replay? {
    var best: Replay?
    for plan in attempt.plans where !observer.wantsToStop {
      if plan.start != nil, plan != self.plan, plan != attempt.plans.last, !carriesOn(plan, point, pool) { continue }
      let result = try trained(attempt.remedy, plan, pool)
      if result.learns { return result }
      if let known = best, known.state == .finished, !(result.state == .finished && result.loss < known.loss) {
        continue
      }
      best = result
    }
    return best
  }

  /// Whether a training that goes on from the last good step gets past the fault.
  private func carriesOn(_ plan: TrainingPlan, _ point: ResumePoint, _ pool: ThreadPool) -> Bool {
    var options = plan.training
    options.steps = fault + Self.steps
    return point.resume(options, observer: observer, pool: pool).state == .finished
  }

  /// Trains to the end with the draws of the run. If the plan draws the network, the network takes the number of the
  /// run's training, and its training the next one.
  private func trained(_ remedy: String, _ plan: TrainingPlan, _ pool: ThreadPool) throws(NetworkError) -> Replay {
    var options = plan.training
    let network: Network
    if plan.start != nil {
      network = try plan.network(seed: options.seed)
    } else {
      network = Network(try Architecture(plan.blueprint), seed: NetworkSeed(options.seed, number: options.number))
      options.number += 1
    }
    let other = try network.train(run.data, options, observer: observer, pool: pool)
    let end = try network.evaluate(run.data, loss: run.loss, pool: pool)
    let isFinished = other.state == .finished && end.loss.isFinite
    return Replay(
      remedy: remedy, fromStep: leavesTheBeginning(plan) ? from : 1, lastStep: other.stepCount,
      state: isFinished ? .finished : other.state == .finished ? .diverged : other.state,
      loss: isFinished ? end.loss : other.steps.last?.loss ?? .nan, accuracy: isFinished ? end.accuracy : nil,
      learns: isFinished && end.loss < (1 - Self.gain) * baseline, plan: plan)
  }

  /// Whether the steps before the last good one are the same as in the run: if a limit was not reached.
  private func leavesTheBeginning(_ plan: TrainingPlan) -> Bool {
    guard plan.start != nil else { return false }
    if plan == self.plan { return true }
    guard let clip = plan.training.clip, clip.isOfKind(Clip.norm.make([1])), let limit = clip.arguments.first,
      plan.training.optimizer == run.options.optimizer, run.options.clip == nil
    else { return false }
    return run.steps.prefix { $0.step < from }.allSatisfy { $0.gradNorm <= limit }
  }
}
