// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Returns the outputs for the given samples in prediction mode, samples × outputs. If a stop is requested, the last
  /// samples are missing.
  public func predict(_ data: DataSet, pool: ThreadPool) -> [[Double]] {
    func predict(_ engine: some CompiledNetwork) -> [[Double]] { engine.typed.predict(data, pool) }
    return predict(engine)
  }
}

/// The maximum number of samples that are evaluated in one pass.
public let evaluationBlock = 1024

extension Engine {
  /// See `Network.predict`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func predict(_ data: DataSet, _ pool: ThreadPool) -> [[Double]] {
    var outputs: [[Double]] = []
    let pass = Pass.predicting(pool)
    for start in stride(from: 0, to: data.samples, by: evaluationBlock) where !pass.stop.isRequested {
      let plan = plan(.predicting(min(evaluationBlock, data.samples - start)))
      plan.loadInputs(data, from: start)
      let y = plan.forward(pass)
      if pass.stop.isRequested { break }
      outputs += (0..<y.rows).map { row in (0..<y.columns).map { Double(y[row, $0]) } }
    }
    return outputs
  }
}
