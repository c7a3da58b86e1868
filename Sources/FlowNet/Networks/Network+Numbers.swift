// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Network {
  /// All parameters in order, a weight as outputs × inputs. Setting them makes them the initial values too.
  package var allParameters: [[Double]] {
    get {
      func read(_ engine: some CompiledNetwork) -> [[Double]] { engine.typed.numbers() }
      return read(engine)
    }
    set {
      uncalibrated = []
      func assign(_ engine: some CompiledNetwork) { engine.typed.assign(newValue) }
      assign(engine)
    }
  }

  /// Running means and variances of every batch normalisation, in order.
  package var runningStatistics: [(mean: [Double], variance: [Double])] {
    func read(_ engine: some CompiledNetwork) -> [(mean: [Double], variance: [Double])] {
      engine.typed.batchNorms.map { norm in
        (
          (0..<norm.inputs).map { Double(norm.runningMean.pointer[$0]) },
          (0..<norm.inputs).map { Double(norm.runningVariance.pointer[$0]) }
        )
      }
    }
    return read(engine)
  }
}

extension Engine {
  /// See `Network.allParameters`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func numbers() -> [[Double]] { parameters.map { $0.numbers($0.values) } }

  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func assign(_ numbers: [[Double]]) {
    for (parameter, numbers) in zip(parameters, numbers) { parameter.assign(numbers) }
    memory.initial.pointer.update(from: memory.values.pointer, count: memory.values.count)
  }
}
