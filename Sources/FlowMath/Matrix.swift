// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// A view of a dense matrix in memory that it does not own.
///
/// Rows lie one after the other, `stride` elements apart. The stride is a multiple of the vector width, so every row
/// starts a whole vector and loops over a row, or over the whole matrix, need no remainder. The elements between
/// `columns` and `stride` are padding: gradients and parameters keep zeros there, activations may hold anything.
public struct Matrix<E: Element> {
  /// The first element.
  public let pointer: UnsafeMutablePointer<E>
  /// The number of rows, such as samples.
  public let rows: Int
  /// The number of columns that count, such as units.
  public let columns: Int
  /// Elements from one row to the next.
  public let stride: Int

  /// Creates a view of `rows` × `columns` elements.
  @inlinable
  public init(_ pointer: UnsafeMutablePointer<E>, rows: Int, columns: Int) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    self.stride = Matrix.stride(columns)
  }

  /// The row stride of a matrix with the given number of columns. Rows are never a multiple of 1 KiB apart: the same
  /// column of all rows would have a few sets of the cache to share.
  @inlinable
  public static func stride(_ columns: Int) -> Int {
    let width = padded(columns)
    return width * MemoryLayout<E>.stride % 1024 == 0 ? width + 2 * E.Vector.scalarCount : width
  }

  /// The number of columns rounded up to whole registers.
  @inlinable
  public static func padded(_ columns: Int) -> Int {
    let lanes = E.Vector.scalarCount
    return (columns + lanes - 1) / lanes * lanes
  }

  /// Elements that it occupies, padding included.
  @inlinable
  public var count: Int { rows * stride }

  /// The element of a row and a column, both counted from 0.
  @inlinable
  public subscript(row: Int, column: Int) -> E {
    get { pointer[row * stride + column] }
    nonmutating set { pointer[row * stride + column] = newValue }
  }

  /// The same memory seen as some of its rows.
  @inlinable
  public func rows(_ part: Range<Int>) -> Matrix {
    Matrix(pointer + part.lowerBound * stride, rows: part.count, columns: columns)
  }

  /// Sets every element, padding included.
  @inlinable
  public func fill(_ value: E) { pointer.update(repeating: value, count: count) }
}

/// Memory for matrices, aligned to a cache line, freed with the owner.
public final class Buffer<E: Element> {
  /// The first element.
  public let pointer: UnsafeMutablePointer<E>
  /// The number of elements.
  public let count: Int

  /// Creates a buffer of `count` zeros.
  public convenience init(count: Int) { self.init(count, isZeroed: true) }

  /// A matrix of zeros.
  public convenience init(rows: Int, columns: Int) { self.init(count: rows * Matrix<E>.stride(columns)) }

  /// Memory for a matrix that will be written before it is read: its elements hold anything, its padding is zero.
  public convenience init(unset rows: Int, columns: Int) {
    let stride = Matrix<E>.stride(columns)
    self.init(rows * stride, isZeroed: stride > columns)
  }

  /// The same elements.
  public convenience init(copying other: Buffer) {
    self.init(other.count, isZeroed: false)
    take(other)
  }

  /// The same elements as far as they are copied when a stop is requested.
  public convenience init(copyingUntilStopped other: Buffer) {
    self.init(other.count, isZeroed: false)
    takeUntilStopped(other)
  }

  /// Takes over the elements of a buffer of the same length.
  public func take(_ other: Buffer) { pointer.update(from: other.pointer, count: count) }

  /// The same with all threads, whether a stop is requested or not.
  public func take(_ other: Buffer, _ pool: ThreadPool) {
    let source = UnsafePointer(other.pointer)
    pool.run(count, elements: count, stop: .never, (pointer, source)) { buffers, range in
      let (target, source) = buffers
      (target + range.lowerBound).update(from: source + range.lowerBound, count: range.count)
    }
  }

  /// Copies the elements of a buffer of the same length until a stop is requested.
  public func takeUntilStopped(_ other: Buffer) {
    let piece = 1 << 20
    let stop = StopToken.current
    for start in Swift.stride(from: 0, to: count, by: piece) where !stop.isRequested {
      (pointer + start).update(from: other.pointer + start, count: min(piece, count - start))
    }
  }

  private init(_ count: Int, isZeroed: Bool) {
    // A register may be read across the end.
    let slack = 64
    let bytes = max(count, 1) * MemoryLayout<E>.stride
    let raw = allocatePages(bytes + slack)
    if isZeroed { clear(raw, bytes) }
    memset(raw + bytes, 0, slack)
    pointer = raw.bindMemory(to: E.self, capacity: max(count, 1))
    self.count = count
  }

  deinit { pointer.deallocate() }
}

/// Sets memory to zero, piece by piece, because the system takes a second for each 2 GiB that are written first. Nobody
/// reads what is left after a request to stop.
private func clear(_ memory: UnsafeMutableRawPointer, _ bytes: Int) {
  let piece = 16 << 20
  guard bytes > piece else { return _ = memset(memory, 0, bytes) }
  let stop = StopToken.current
  for start in stride(from: 0, to: bytes, by: piece) where !stop.isRequested {
    memset(memory + start, 0, min(piece, bytes - start))
  }
}
