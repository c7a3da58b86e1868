// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What a parameter is to its layer.
public enum ParameterKind: String, Sendable, CaseIterable {
  case weight, bias, scale, shift

  /// Whether penalties apply to the parameter.
  var isPenalised: Bool { self == .weight }
}

/// One parameter of a compiled network: a window into the network's memory of values, gradients and initial values.
///
/// A weight is stored inputs × outputs, in panels; everything else is one row.
final class Parameter<E: Element> {
  let spec: ParameterSpec
  /// Its position among the parameters of the network.
  let number: Int
  /// The module in the files of the network; see `ModuleTree`.
  let module: Int
  /// The dense layer it belongs to, counted from 1; a projection beside a residual block belongs to none.
  let layer: Int?
  /// Where it starts in the network's memory.
  let offset: Int
  private(set) var values: Panels<E>
  private(set) var gradients: Panels<E>
  private(set) var initial: Panels<E>

  init(_ spec: ParameterSpec, number: Int, module: Int, layer: Int?, offset: Int) {
    self.spec = spec
    self.number = number
    self.module = module
    self.layer = layer
    self.offset = offset
    let nowhere = UnsafeMutablePointer<E>(bitPattern: MemoryLayout<E>.alignment)!
    values = Panels(nowhere, rows: spec.rows, columns: spec.columns)
    gradients = values
    initial = values
  }

  var kind: ParameterKind { spec.kind }
  var rows: Int { spec.rows }
  var columns: Int { spec.columns }

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
