// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An array of a network that is stored in a file.
struct StoredArray {
  /// The name in the file: that of the array in PyTorch's module, after the path of the modules around it.
  let name: String
  /// The shape in the file.
  let shape: [Int]
  /// Returns the elements.
  let read: () -> [Double]
  /// Sets the elements.
  let write: ([Double]) -> Void

  private init(_ name: String, shape: [Int], read: @escaping () -> [Double], write: @escaping ([Double]) -> Void) {
    (self.name, self.shape, self.read, self.write) = (name, shape, read, write)
  }

  /// A parameter: outputs × inputs for a weight. Writing it makes the numbers its initial values.
  fileprivate init<E: Element>(_ name: String, _ parameter: Parameter<E>) {
    self.init(
      name, shape: parameter.spec.isMatrix ? [parameter.columns, parameter.rows] : [parameter.columns],
      read: { parameter.numbers(parameter.values) }, write: parameter.start)
  }

  fileprivate init<E: Element>(_ name: String, _ state: StateArray<E>) {
    self.init(name, shape: [state.count], read: { state.numbers }, write: { state.numbers = $0 })
  }
}

extension Engine {
  /// Returns everything that a file has to keep, module by module: the parameters and then the state of each node.
  /// As in PyTorch's `nn.Sequential`, every node is a module with a number. The result is incomplete after a
  /// request to stop.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func storedArrays() -> [StoredArray] {
    let parameters = Dictionary(grouping: parameters, by: \.source.module)
    let state = Dictionary(grouping: state, by: \.source.module)
    return graph.modules.indices.untilStopped.flatMap { module in
      let path = graph.modules.path(module)
      return (parameters[module] ?? []).map { StoredArray("\(path).\($0.spec.name)", $0) }
        + (state[module] ?? []).map { StoredArray("\(path).\($0.source.spec.name)", $0) }
    }
  }
}
