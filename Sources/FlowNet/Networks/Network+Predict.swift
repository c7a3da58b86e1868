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

extension Network {
  /// Returns the probability of each class for the outputs of a sample. A single output is the evidence for the second of
  /// two classes.
  ///
  /// If the network ends in a softmax or a sigmoid, the outputs are probabilities. Otherwise they are logits, as for
  /// `cross_entropy` and `bce`.
  public func probabilities(of outputs: [Double]) -> [Double] {
    let graph = architecture.graph
    let last = graph.activation(ofRow: graph.rows.count)
    guard outputs.count > 1 else {
      let second = last == .sigmoid ? outputs[0] : 1 / (1 + Real.exp(-outputs[0]))
      return [1 - second, second]
    }
    if last == .softmax || last == .sigmoid { return outputs }
    // If an output is nan, all probabilities are.
    let top = outputs.reduce(-.infinity, max)
    let powers = outputs.map { Real.exp($0 - top) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
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
