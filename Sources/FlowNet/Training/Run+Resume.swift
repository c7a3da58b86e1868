// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A point of a training run from which training can be resumed, on any thread and any number of times.
package struct ResumePoint: Sendable {
  private let resumption:
    @Sendable (TrainingOptions, any TrainingObserver, ThreadPool) -> (steps: RecordList<StepRecord>, state: RunState)

  fileprivate init<E: Element>(_ checkpoint: Checkpoint<E>, of run: Run) {
    resumption = { options, observer, pool in
      let engine = run.network.copy().compiled(E.self)
      let record = engine.resume(checkpoint, run, options, observer, pool).record
      return (record.steps.rows, record.state)
    }
  }

  /// Trains a copy of the network from this point on. Returns the records of the steps after it.
  ///
  /// `options.steps` counts the steps before this point too. The order of the samples only continues that of the run if
  /// the seed and the batch size are the run's.
  package func resume(
    _ options: TrainingOptions, observer: any TrainingObserver, pool: ThreadPool
  ) -> (steps: RecordList<StepRecord>, state: RunState) {
    resumption(options, observer, pool)
  }
}

extension Run {
  /// Repeats the training up to the given number of steps, without a record of the flow. Returns nil if the observer
  /// wants to stop.
  package func resumePoint(
    afterSteps steps: Int, observer: any TrainingObserver, pool: ThreadPool
  ) -> ResumePoint? {
    var options = options.withoutRecords
    options.steps = steps
    func point<Numbers: NetworkNumbers>(_ start: Numbers) -> ResumePoint? {
      let engine = network(with: start).compiled(Numbers.E.self)
      let (record, checkpoint) = engine.resume(nil, self, options, observer, pool)
      return record.state == .interrupted ? nil : ResumePoint(checkpoint, of: self)
    }
    return point(start)
  }
}

extension Engine {
  /// Trains from a checkpoint, or from the current parameters, and returns the resulting state of the training.
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func resume(
    _ checkpoint: Checkpoint<E>?, _ run: Run, _ options: TrainingOptions, _ observer: any TrainingObserver,
    _ pool: ThreadPool
  ) -> (record: RunRecord, checkpoint: Checkpoint<E>) {
    let trainer = Trainer(self, run.data, options, run.loss, pool, from: checkpoint)
    let record = trainer.train(observer)
    return (record, trainer.checkpoint())
  }
}
