// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Matrices register by register.
extension Matrix {
  /// The register that begins at a column of a row.
  @inline(__always)
  func register(_ row: Int, _ column: Int) -> E.Vector { load(UnsafePointer(pointer + row * stride + column)) }

  /// Returns the register that begins at a column of a row, with zeros in the lanes that are padding.
  @inline(__always)
  func insideRegister(_ row: Int, _ column: Int) -> E.Vector { inside(register(row, column), column) }

  /// Returns a register whose first lane belongs to the given column, with zeros in the lanes that are padding.
  @inline(__always)
  func inside(_ register: E.Vector, _ column: Int) -> E.Vector {
    let used = columns - column
    guard used < E.Vector.scalarCount else { return register }
    var result = E.Vector()
    for lane in 0..<used { result[lane] = register[lane] }
    return result
  }

  /// Writes the register that begins at a column of a row.
  @inline(__always)
  func write(_ register: E.Vector, _ row: Int, _ column: Int) { store(register, pointer + row * stride + column) }

  /// Calls `body` with the first column of every register of `columns` columns, the one with padding included.
  @inline(__always)
  static func registers(of columns: Int, _ body: (_ column: Int) -> Void) {
    for column in Swift.stride(from: 0, to: padded(columns), by: E.Vector.scalarCount) { body(column) }
  }
}
