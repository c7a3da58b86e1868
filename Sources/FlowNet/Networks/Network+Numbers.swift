// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Network {
  /// The values of all parameters in order, with a weight as outputs × inputs. Setting them also sets the initial
  /// values.
  package var allParameters: [[Double]] {
    get {
      func read(_ engine: some CompiledNetwork) -> [[Double]] { engine.typed.numbers() }
      return read(engine)
    }
    set {
      uncalibrated = []
      assigned = Set(ParameterKind.allCases)
      func assign(_ engine: some CompiledNetwork) { engine.typed.assign(newValue) }
      assign(engine)
    }
  }

  /// The arrays of state in order: the running means and the running variances of each batch normalisation.
  package var allState: [[Double]] {
    func read(_ engine: some CompiledNetwork) -> [[Double]] { engine.typed.state.map(\.numbers) }
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
