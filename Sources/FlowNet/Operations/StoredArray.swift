// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An array of an operation that is stored in a file.
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
  init<E: Element>(_ name: String, _ parameter: Parameter<E>) {
    self.init(
      name, shape: parameter.kind == .weight ? [parameter.columns, parameter.rows] : [parameter.columns],
      read: { parameter.numbers(parameter.values) }, write: parameter.start)
  }

  /// The first `count` numbers of statistics that are not trained.
  init<E: Element>(_ name: String, _ statistics: Buffer<E>, count: Int) {
    self.init(
      name, shape: [count], read: { (0..<count).map { Double(statistics.pointer[$0]) } },
      write: { numbers in for (place, number) in numbers.enumerated() { statistics.pointer[place] = E(number) } })
  }

  /// The array as part of an outer module.
  func inside(_ path: String) -> StoredArray {
    StoredArray("\(path).\(name)", shape: shape, read: read, write: write)
  }
}

/// Returns the arrays of a list of operations. As in PyTorch's `nn.Sequential`, every operation is a module with a
/// number. The result is incomplete after a request to stop.
@specialized(where E == Float)
@specialized(where E == Double)
func storedArrays<E: Element>(of operations: [any Operation<E>]) -> [StoredArray] {
  operations.enumerated().untilStopped.flatMap { index, operation in
    operation.storedArrays().map { $0.inside("\(index)") }
  }
}
