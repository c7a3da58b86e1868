// SPDX-License-Identifier: GPL-3.0-or-later

/// A view of a parameter in memory that it does not own, laid out in the order in which products read it.
///
/// The columns are divided into panels of two registers; the last panel may be one register wide. A panel stores its
/// part of every row consecutively, so a product reads it from start to end. For up to two registers of columns, this
/// is the same layout as `Matrix` uses. The elements beyond `columns` are padding and are always zero.
public struct Panels<E: Element> {
  public let pointer: UnsafeMutablePointer<E>
  /// The number of rows, for example inputs.
  public let rows: Int
  /// The number of columns without padding, for example outputs.
  public let columns: Int
  /// The number of columns including the padding.
  @usableFromInline let width: Int
  /// The number of columns of a full panel, a power of two.
  @usableFromInline let panelWidth: Int

  @inlinable
  public init(_ pointer: UnsafeMutablePointer<E>, rows: Int, columns: Int) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    width = Matrix<E>.padded(columns)
    panelWidth = Panels.panelWidth
  }

  /// The number of columns of a full panel.
  @inlinable
  static var panelWidth: Int { 2 * E.Vector.scalarCount }

  /// The number of elements in memory, including the padding.
  @inlinable
  public var count: Int { rows * width }

  /// Returns the start of the panel that begins at `column`, a multiple of `panelWidth`, and the number of elements
  /// from one of its rows to the next.
  @usableFromInline @inline(__always)
  func panel(at column: Int) -> (pointer: UnsafeMutablePointer<E>, stride: Int) {
    (pointer + column * rows, min(panelWidth, width - column))
  }

  /// Returns the address of the element at a row and a column, both counted from 0.
  @inlinable
  public func address(_ row: Int, _ column: Int) -> UnsafeMutablePointer<E> {
    let inside = column & (panelWidth - 1)
    let (start, stride) = panel(at: column - inside)
    return start + row * stride + inside
  }

  /// Accesses the element at a row and a column, both counted from 0.
  @inlinable
  public subscript(row: Int, column: Int) -> E {
    get { address(row, column).pointee }
    nonmutating set { address(row, column).pointee = newValue }
  }
}
