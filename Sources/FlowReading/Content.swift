// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// The content of a file.
package indirect enum Content: Sendable {
  case cell(Cell)
  case list([Content])
  /// Named values, in order.
  case record([(name: String, content: Content)])
  case table(Table)
  case array(NumberArray)
}

/// Numbers in row-major order.
package struct NumberArray: Sendable {
  package let numbers: [Double]
  /// The dimensions. The last index varies fastest. A single number has none.
  package let shape: [Int]
  /// A Boolean value that indicates whether the numbers are 0 and 1 for false and true.
  package let isBoolean: Bool

  package init(_ numbers: [Double], shape: [Int], isBoolean: Bool = false) {
    (self.numbers, self.shape, self.isBoolean) = (numbers, shape, isBoolean)
  }
}
