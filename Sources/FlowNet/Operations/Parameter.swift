// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What a parameter is to its layer.
public enum ParameterKind: String, Sendable, CaseIterable {
  case weight, bias, scale, shift
}

/// One parameter of a compiled network: a window into the network's memory of values, gradients and initial values.
///
/// A weight is stored inputs × outputs, in panels; everything else is one row.
final class Parameter<E: Element> {
  let kind: ParameterKind
  let rows: Int
  let columns: Int
  /// The dense layer it belongs to, counted from 1; a projection beside a residual block belongs to none.
  let layer: Int?
  /// Where it starts in the network's memory.
  let offset: Int
  private(set) var values: Panels<E>
  private(set) var gradients: Panels<E>
  private(set) var initial: Panels<E>

  init(_ kind: ParameterKind, rows: Int, columns: Int, layer: Int?, offset: Int) {
    self.kind = kind
    self.rows = rows
    self.columns = columns
    self.layer = layer
    self.offset = offset
    let nowhere = UnsafeMutablePointer<E>(bitPattern: MemoryLayout<E>.alignment)!
    values = Panels(nowhere, rows: rows, columns: columns)
    gradients = values
    initial = values
  }

  /// Elements in memory, padding included.
  var count: Int { values.count }

  /// Called once, when the network's memory exists.
  func place(_ memory: ParameterMemory<E>) {
    values = Panels(memory.values.pointer + offset, rows: rows, columns: columns)
    gradients = Panels(memory.gradients.pointer + offset, rows: rows, columns: columns)
    initial = Panels(memory.initial.pointer + offset, rows: rows, columns: columns)
  }

  /// Sets all values; a weight is given outputs × inputs.
  func assign(_ numbers: [Double]) {
    for row in 0..<rows {
      for column in 0..<columns { values[row, column] = E(numbers[column * rows + row]) }
    }
  }

  /// Sets all values, and counts drift from there.
  func start(from numbers: [Double]) {
    assign(numbers)
    initial.pointer.update(from: values.pointer, count: count)
  }

  /// All numbers of a view of this parameter, a weight as outputs × inputs. After a request to stop the rest is
  /// meaningless, but the count is right.
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
