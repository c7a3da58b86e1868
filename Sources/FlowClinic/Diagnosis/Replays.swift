// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// Repetitions of a few steps of a training run: from its start, up to its fault, or beyond its end. Unchanged
/// repetitions are computed only once.
final class Replays {
  /// The number of steps that are repeated.
  static let steps = 50

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
  func replayed(
    _ exchange: SettingSuspect.Exchange?, from start: Network? = nil, on data: DataSet? = nil
  ) throws(NetworkError) -> Result? {
    var options = run.options.withoutRecords
    exchange?.change(&options)
    if let fault = run.fault, fault.step > Self.steps, start == nil, exchange?.network == nil,
      let point = run.resumePoint(afterSteps: fault.step - Self.steps, observer: SilentObserver(), pool: pool)
    {
      options.steps = fault.step + Self.steps
      let (steps, state) = point.resume(options, observer: SilentObserver(), pool: pool)
      return state == .finished ? Result(loss: steps.last?.loss ?? .nan, network: nil) : nil
    }
    options.steps = run.fault.map { $0.step + Self.steps } ?? min(run.stepCount, Self.steps)
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
