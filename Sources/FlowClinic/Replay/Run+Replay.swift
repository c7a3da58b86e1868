// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// The result of repeating a diverged training run with one change.
public struct Replay: Sendable {
  /// The name of the change. `nothing` stands for the unchanged training run.
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

/// The replays of a run, and the values they are compared with.
public struct ReplayTable: Sendable {
  /// The loss of the last good step.
  public let lossBefore: Double
  /// The loss of the best constant outputs.
  public let baseline: Double
  /// The replays: those that learn come first, then the others that finish, each group ordered by loss.
  public let replays: [Replay]
  /// The number of remedies that apply.
  public let attempts: Int
}

extension Run {
  /// Repeats the training to its planned end: once unchanged, then with gradient clipping, smaller learning rates,
  /// other initial weights, and a normalisation. All other draws are those of the run.
  ///
  /// Each remedy is applied mildly: with the largest limit or rate, in powers of ten, with which the training learns,
  /// or a smaller one if the loss ends lower. `progress` is called with the number of completed remedies. If the
  /// observer wants to stop, only the remedies completed so far are returned.
  ///
  /// - Parameter epochs: The number of epochs to repeat; nil stands for those of the run.
  public func replay(
    epochs: Int? = nil, observer: any TrainingObserver & Sendable, pool: ThreadPool,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(NetworkError) -> ReplayTable {
    guard fault != nil else {
      throw NetworkError("this training run did not diverge", hint: "there is nothing to replay")
    }
    try network.architecture.requireMemory(networks: pool.threads + 2)
    return Replayer(run: self, epochs: epochs, observer: observer).replays(pool, progress)
  }

  /// The network as it was before the first step, and the training.
  public var plan: TrainingPlan { TrainingPlan(from: networkBefore(), options) }
}

private struct Replayer {
  private let run: Run
  /// The last good step.
  private let from: Int
  private let plan: TrainingPlan
  private let baseline: Double
  private let observer: any TrainingObserver & Sendable

  /// A training run learns if its loss falls below that of constant outputs by at least this fraction.
  private static let gain = 0.02

  init(run: Run, epochs: Int?, observer: any TrainingObserver & Sendable) {
    self.run = run
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

  /// Returns exponents of ten, including the first and the last: a dozen one by one, and then about as many with larger
  /// strides. A stride of 1 would be too slow for a gradient of 1e100.
  private static func exponents(_ range: ClosedRange<Int>) -> [Int] {
    let near = Array(range.prefix(12))
    let far = range.dropFirst(near.count)
    return near + Swift.stride(from: range.upperBound, to: near[near.count - 1], by: -(far.count / 12 + 1)).reversed()
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
      remedy.apply(plan, run.data).first.map { (remedy.name, slower($0, 0...6)) }
    }
    return [
      ("nothing", [plan]), ("clip by norm", clips(Clip.norm)), ("clip by value", clips(Clip.value)),
      ("smaller rate", slower(plan, 1...max(largest + 3, 8))),
    ] + starts
  }

  /// See `Run.replay`.
  func replays(_ pool: ThreadPool, _ progress: @escaping @Sendable (Int, Int) -> Void) -> ReplayTable {
    let attempts = attempts()
    let results = Guarded((done: 0, replays: [Replay?](repeating: nil, count: attempts.count)))
    pool.run(attempts.count) { index in
      let attempt = attempts[index]
      // With a normalisation the network may become too large. The remedy then has no row.
      let result = unlessTooLarge { () throws(NetworkError) in try replay(attempt, pool) }
      if observer.wantsToStop { return }
      results.withLock { results in
        results.replays[index] = result ?? nil
        results.done += 1
        progress(results.done, attempts.count)
      }
    }
    let replays = results.withLock { $0.replays }.compactMap(\.self)
    func place(_ replay: Replay) -> (Int, Double) {
      (replay.learns ? 0 : replay.state == .finished ? 1 : 2, replay.loss.isNaN ? .infinity : replay.loss)
    }
    return ReplayTable(
      lossBefore: run.steps[run.steps.partitioningIndex { $0.step >= from }].loss, baseline: baseline,
      replays: replays.sorted { place($0) < place($1) }, attempts: attempts.count)
  }

  /// Returns the best of the mildest replay that learns and those after it, up to the first that is not better; if none
  /// learns, the best of those that finish, or else the last one.
  private func replay(_ attempt: Attempts, _ pool: ThreadPool) throws(NetworkError) -> Replay? {
    var best: Replay?
    for plan in attempt.plans where !observer.wantsToStop {
      let result = try trained(attempt.remedy, plan, pool)
      guard let known = best else {
        best = result
        continue
      }
      let isBetter = result.state == .finished && result.loss < known.loss
      if known.learns && !isBetter { return known }
      if known.state != .finished || isBetter { best = result }
    }
    return best
  }

  /// Trains to the end with the draws of the run. If the plan draws the network, the network uses the number of the
  /// run's training, and its training uses the next one.
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

  /// Whether the steps before the last good one are the same as in the run, because a limit was not reached.
  private func leavesTheBeginning(_ plan: TrainingPlan) -> Bool {
    guard plan.start != nil else { return false }
    if plan == self.plan { return true }
    guard let clip = plan.training.clip, clip.isOfKind(Clip.norm.make([1])), let limit = clip.arguments.first,
      plan.training.optimizer == run.options.optimizer, run.options.clip == nil
    else { return false }
    return run.steps.prefix { $0.step < from }.allSatisfy { $0.gradNorm <= limit }
  }
}
