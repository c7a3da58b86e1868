// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// Repetitions of a few steps of a training run: from its start, up to its fault, or beyond its end. Unchanged
/// repetitions are computed only once.
final class Replays {
  /// The number of steps that are repeated.
  static let steps = 50

  /// The largest number of steps that are repeated to compare a setting with the whole run.
  static let longest = 20 * steps

  /// The largest number of steps that are repeated of a run that failed.
  private static let mostSteps = 4 * steps

  /// The number of steps of a run that failed before the ones that are repeated. Those begin before the loss has grown.
  private lazy var soundSteps: Int = {
    guard let fault = run.fault, fault.step > Self.steps, let first = run.steps.first?.loss else { return 0 }
    let grown = run.steps.first { !($0.loss <= Self.growth * first) }?.step ?? fault.step
    return max(0, min(fault.step - Self.steps, grown - 2))
  }()

  /// The point after these steps; nil if there are none, or if a stop was requested. It takes as long as the training.
  private lazy var soundPoint: ResumePoint? =
    soundSteps > 0 ? run.resumePoint(afterSteps: soundSteps, observer: SilentObserver(), pool: pool) : nil

  /// A loss this many times as large as the first one has grown.
  private static let growth = 3.0

  /// The end of a repetition.
  struct Result {
    let loss: Double
    /// The network at the end; nil if the steps led up to a fault, and no network was kept.
    let network: Network?
  }

  let run: Run
  private let before: Network
  private let after: Network
  private let pool: ThreadPool
  private var unchangedStart: Result??
  private var unchangedEnd: Double??

  init(_ run: Run, before: Network, after: Network, _ pool: ThreadPool) {
    (self.run, self.before, self.after, self.pool) = (run, before, after, pool)
  }

  /// Repeats the steps unchanged. Returns nil if a value was not finite.
  func unchanged() throws(NetworkError) -> Result? {
    if let known = unchangedStart { return known }
    let result = try replayed(nil)
    unchangedStart = .some(result)
    return result
  }

  /// Repeats the steps with a changed setting, or from other initial values. Returns nil if a value was not finite.
  ///
  /// - Parameter steps: The number of steps to repeat of a run that did not fail, if it is that long.
  func replayed(
    _ exchange: SettingSuspect.Exchange?, steps: Int = Replays.steps, from start: Network? = nil,
    on data: DataSet? = nil
  ) throws(NetworkError) -> Result? {
    var options = run.options.withoutRecords
    exchange?.change(&options)
    let last = run.fault.map { min($0.step + Self.steps, soundSteps + Self.mostSteps) }
    if start == nil, exchange?.network == nil, let point = soundPoint {
      options.steps = last
      let (steps, state) = point.resume(options, observer: SilentObserver(), pool: pool)
      return state == .finished ? Result(loss: steps.last?.loss ?? .nan, network: nil) : nil
    }
    options.steps = last ?? min(run.stepCount, steps)
    return try trained(start ?? before, options, exchange, data ?? run.data)
  }

  /// Returns the loss of the trained network after some more steps. Returns nil if a value was not finite.
  func continued() throws(NetworkError) -> Double? {
    if let known = unchangedEnd { return known }
    let result = try continued(nil)
    unchangedEnd = .some(result)
    return result
  }

  /// Returns the loss of the trained network after some more steps with a changed setting. Returns nil if a value was
  /// not finite.
  func continued(_ exchange: SettingSuspect.Exchange?) throws(NetworkError) -> Double? {
    var options = run.options.withoutRecords
    exchange?.change(&options)
    options.steps = Self.steps
    return try trained(after, options, exchange, run.data)?.loss
  }

  private func trained(
    _ start: Network, _ options: TrainingOptions, _ exchange: SettingSuspect.Exchange?, _ data: DataSet
  ) throws(NetworkError) -> Result? {
    var network = start.copy()
    if let blueprint = exchange?.network, let architecture = try? Architecture(blueprint) {
      network = network.transplanted(to: architecture, seed: Patient.seed)
    }
    guard try network.train(data, options, observer: SilentObserver(), pool: pool).state == .finished else {
      return nil
    }
    let loss = try network.evaluate(data, loss: run.loss, pool: pool).loss
    return loss.isFinite ? Result(loss: loss, network: network) : nil
  }
}

/// An observer that ignores everything.
private struct SilentObserver: TrainingObserver {
  var wantsToStop: Bool { StopToken.current.isRequested }
  func finished(_ step: StepRecord, of total: Int, epochs: Int, flow: () -> [FlowRecord]) {}
  func now() -> Double { 0 }
}
