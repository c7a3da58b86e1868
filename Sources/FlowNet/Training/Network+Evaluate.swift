// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Returns the mean loss over a data set and, if its targets are classes, the fraction of samples classified
  /// correctly. Runs in prediction mode.
  public func evaluate(_ data: DataSet, loss: Loss, pool: ThreadPool) throws(NetworkError) -> (
    loss: Double, accuracy: Double?
  ) {
    try check(data)
    try check(loss, on: data)
    func evaluate(_ engine: some CompiledNetwork) -> (loss: Double, accuracy: Double?) {
      engine.typed.evaluate(data, loss, pool)
    }
    return evaluate(engine)
  }
}

extension Engine {
  /// See `Network.evaluate`. The result is meaningless if a stop was requested.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func evaluate(_ data: DataSet, _ loss: Loss, _ pool: ThreadPool) -> (loss: Double, accuracy: Double?) {
    let block = evaluationBlock
    var total = 0.0
    var right = 0
    let pass = Pass.predicting(pool)
    let threshold = classThreshold(loss)
    for start in stride(from: 0, to: data.samples, by: block) where !pass.stop.isRequested {
      let samples = min(block, data.samples - start)
      let plan = plan(.predicting(samples), loss)
      plan.load(data, from: start, pool)
      let output = plan.forward(pass)
      total += plan.loss(loss) * Double(samples)
      if data.isClassification { right += plan.hits(output, threshold) }
    }
    let count = Double(data.samples)
    return (total / count, data.isClassification ? Double(right) / count : nil)
  }

  /// Returns the output above which a network with a single output decides for the second of two classes: 0.5 if the
  /// output is a probability, because it comes from a sigmoid or the loss is not `bce`; otherwise it is a logit, and the
  /// threshold is 0.
  func classThreshold(_ loss: Loss) -> E {
    let isProbability = graph.activation(ofRow: depth) == .sigmoid
    return isProbability || loss.fusesWith != .sigmoid ? 0.5 : 0
  }

}

extension Plan {
  /// Returns the number of samples of the last pass whose largest output is that of their class. A single output is
  /// compared with `threshold`, which is that of `classThreshold`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func hits(_ output: Matrix<E>, _ threshold: E) -> Int {
    guard isComplete else { return 0 }
    let outputs = output.columns
    if outputs == 1 {
      return (0..<output.rows).count { (output[$0, 0] > threshold) == (target[$0, 0] > 0.5) }
    }
    return (0..<output.rows).count { row in
      var best = 0
      var wanted = 0
      for i in 1..<outputs {
        if output[row, i] > output[row, best] { best = i }
        if target[row, i] > target[row, wanted] { wanted = i }
      }
      return best == wanted
    }
  }
}
