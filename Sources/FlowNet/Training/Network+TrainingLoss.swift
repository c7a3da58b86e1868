// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Returns the mean loss of the first samples in training mode, without changing the network.
  package func trainingLoss(_ data: DataSet, samples: Int, _ loss: Loss, _ pool: ThreadPool) -> Double {
    func measure(_ engine: some CompiledNetwork) -> Double {
      engine.typed.trainingLoss(data, samples: samples, loss, pool)
    }
    return measure(engine)
  }
}

extension Engine {
  /// See `Network.trainingLoss`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func trainingLoss(_ data: DataSet, samples: Int, _ loss: Loss, _ pool: ThreadPool) -> Double {
    let plan = plan(.forward(samples), loss)
    plan.load(data, from: 0, pool)
    plan.forward(.measuring(pool))
    return plan.loss(loss, isPrecise: true)
  }
}
