// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The role of a parameter in its layer.
public enum ParameterKind: String, Sendable, CaseIterable {
  case weight, bias, scale, shift
}

/// A parameter of a compiled network: a window into the network's memory of values, gradients and initial values.
///
/// A weight is stored as inputs × outputs in panels, and any other parameter as a single row.
final class Parameter<E: Element> {
  let source: GraphParameter
  /// The position among the parameters of the network.
  let number: Int
  /// The position in the network's memory, in elements.
  let offset: Int
  let values: Panels<E>
  let gradients: Panels<E>
  let initial: Panels<E>

  init(_ source: GraphParameter, number: Int, offset: Int, _ memory: ParameterMemory<E>) {
    self.source = source
    self.number = number
    self.offset = offset
    let (rows, columns) = (source.spec.rows, source.spec.columns)
    values = Panels(memory.values.pointer + offset, rows: rows, columns: columns)
    gradients = Panels(memory.gradients.pointer + offset, rows: rows, columns: columns)
    initial = Panels(memory.initial.pointer + offset, rows: rows, columns: columns)
  }

  /// The number of elements in memory, including the padding.
  static func count(_ spec: ParameterSpec) -> Int { spec.rows * Matrix<E>.padded(spec.columns) }

  var spec: ParameterSpec { source.spec }
  /// The row of the flow table, counted from 1, or nil if the parameter belongs to none.
  var layer: Int? { source.row }
  var kind: ParameterKind { source.spec.kind }
  var rows: Int { values.rows }
  var columns: Int { values.columns }

  /// The number of elements in memory, including the padding.
  var count: Int { values.count }

  /// Sets all values, given as outputs × inputs for a weight.
  func assign(_ numbers: [Double]) {
    for row in 0..<rows {
      for column in 0..<columns { values[row, column] = E(numbers[column * rows + row]) }
    }
  }

  /// Sets all values and makes them the initial values, from which drift is measured.
  func start(from numbers: [Double]) {
    assign(numbers)
    initial.pointer.update(from: values.pointer, count: count)
  }

  /// Returns the numbers in one of this parameter's views, as outputs × inputs for a weight. If a stop is requested,
  /// the remaining numbers are undefined, but their count is right.
  func numbers(_ view: Panels<E>) -> [Double] {
    let stop = StopToken.current
    return [Double](unsafeUninitializedCapacity: rows * columns) { numbers, count in
      count = rows * columns
      for column in 0..<columns where !stop.isRequested {
        for row in 0..<rows { numbers[column * rows + row] = Double(view[row, column]) }
      }
    }
  }
}
