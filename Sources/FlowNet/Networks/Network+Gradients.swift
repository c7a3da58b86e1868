// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The results of one pass over a whole data set in training mode.
package struct PassResult: Sendable {
  /// The mean loss, without the penalty.
  package let loss: Double
  /// The outputs, samples × outputs.
  package let outputs: [[Double]]
  /// The gradients of the mean loss and the penalty, with one array per parameter in the order of the network. The
  /// gradient of a weight is outputs × inputs.
  package let gradients: [[Double]]
  /// ∂ℓ/∂z of each dense layer, samples × units, where ℓ is the loss of a sample.
  package let deltas: [[[Double]]]
}

extension Network {

  /// Returns the loss, outputs and gradients over all samples, without changing the network. If a stop is requested,
  /// the loss is NaN and the arrays are empty.
  package func pass(_ data: DataSet, loss: Loss, penalty: Penalty? = nil, pool: ThreadPool) throws(NetworkError)
    -> PassResult
  {
    try check(data, rows: data.samples)
    try checkTrainingPass(samples: data.samples)
    func pass(_ engine: some CompiledNetwork) -> PassResult { engine.typed.pass(data, loss, penalty, pool) }
    return pass(engine)
  }
}

extension Engine {

  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func pass(_ data: DataSet, _ loss: Loss, _ penalty: Penalty?, _ pool: ThreadPool) -> PassResult {
    let plan = plan(.measuring(data.samples), loss)
    plan.load(data, from: 0, pool)
    let pass = Pass.measuring(pool)
    let output = plan.forward(pass)
    let value = plan.loss(loss, isPrecise: true)
    plan.backward(pass)
    if pass.stop.isRequested { return PassResult(loss: .nan, outputs: [], gradients: [], deltas: []) }
    penalty?.addGradient(parameters)
    let samples = Double(data.samples)
    return PassResult(
      loss: value, outputs: lists(output), gradients: parameters.map { $0.numbers($0.gradients) },
      deltas: plan.taps.map { tap in lists(tap.affine.delta!).map { row in row.map { $0 * samples } } })
  }

  private func lists(_ matrix: Matrix<E>) -> [[Double]] {
    (0..<matrix.rows).map { row in (0..<matrix.columns).map { Double(matrix[row, $0]) } }
  }
}
