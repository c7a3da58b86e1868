// SPDX-License-Identifier: GPL-3.0-or-later

/// A view of a parameter in memory that it does not own, laid out as products read it.
///
/// The columns are cut into panels of two registers; the last one may be a single register wide. A panel holds its part of
/// all rows, one after the other, so a product walks it from end to end. Up to two registers of columns this is the layout
/// of `Matrix`. The elements beyond `columns` are padding and stay zero.
public struct Panels<E: Element> {
  /// The first element.
  public let pointer: UnsafeMutablePointer<E>
  /// The number of rows, such as inputs.
  public let rows: Int
  /// The number of columns that count, such as outputs.
  public let columns: Int
  /// Columns with padding.
  @usableFromInline let width: Int
  /// Columns of a full panel, a power of two.
  @usableFromInline let panelWidth: Int

  /// Creates a view of `rows` × `columns` elements.
  @inlinable
  public init(_ pointer: UnsafeMutablePointer<E>, rows: Int, columns: Int) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    width = Matrix<E>.padded(columns)
    panelWidth = Panels.panelWidth
  }

  /// Columns of a full panel.
  @inlinable
  static var panelWidth: Int { 2 * E.Vector.scalarCount }

  /// Elements that it occupies, padding included.
  @inlinable
  public var count: Int { rows * width }

  /// The panel in which a full panel's multiple of columns begins, and the elements from one of its rows to the next.
  @usableFromInline @inline(__always)
  func panel(at column: Int) -> (pointer: UnsafeMutablePointer<E>, stride: Int) {
    (pointer + column * rows, min(panelWidth, width - column))
  }

  /// Where the element of a row and a column is, both counted from 0.
  @inlinable
  public func address(_ row: Int, _ column: Int) -> UnsafeMutablePointer<E> {
    let inside = column & (panelWidth - 1)
    let (start, stride) = panel(at: column - inside)
    return start + row * stride + inside
  }

  /// The element of a row and a column, both counted from 0.
  @inlinable
  public subscript(row: Int, column: Int) -> E {
    get { address(row, column).pointee }
    nonmutating set { address(row, column).pointee = newValue }
  }
}
