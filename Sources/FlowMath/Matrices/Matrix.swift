// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// A view of a dense matrix in memory that it does not own.
///
/// Consecutive rows are `stride` elements apart. The stride is a multiple of the vector width, so a row consists of
/// whole vectors, and loops over a row or over the whole matrix need no remainder. The elements between `columns` and
/// `stride` are padding, which is zero in gradients and parameters and unspecified in activations.
public struct Matrix<E: Element> {
  public let pointer: UnsafeMutablePointer<E>
  /// The number of rows, for example samples.
  public let rows: Int
  /// The number of columns without padding, for example units.
  public let columns: Int
  /// The number of elements from one row to the next.
  public let stride: Int

  /// Creates a view of `rows` × `columns` elements, stored at the default stride.
  @inlinable
  public init(_ pointer: UnsafeMutablePointer<E>, rows: Int, columns: Int) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    self.stride = Matrix.stride(columns)
  }

  /// Returns the row stride of a matrix with the given number of columns. It is never a multiple of 1 KiB, because all
  /// elements of a column would then compete for a few sets of the cache.
  @inlinable
  public static func stride(_ columns: Int) -> Int {
    let width = padded(columns)
    return width * MemoryLayout<E>.stride % 1024 == 0 ? width + 2 * E.Vector.scalarCount : width
  }

  /// Returns the number of columns rounded up to whole registers.
  @inlinable
  public static func padded(_ columns: Int) -> Int {
    let lanes = E.Vector.scalarCount
    return (columns + lanes - 1) / lanes * lanes
  }

  /// The number of elements in memory, including the padding.
  @inlinable
  public var count: Int { rows * stride }

  /// Accesses the element at a row and a column, both counted from 0.
  @inlinable
  public subscript(row: Int, column: Int) -> E {
    get { pointer[row * stride + column] }
    nonmutating set { pointer[row * stride + column] = newValue }
  }

  /// Returns a view of some of the rows.
  @inlinable
  public func rows(_ part: Range<Int>) -> Matrix {
    Matrix(pointer + part.lowerBound * stride, rows: part.count, columns: columns)
  }

  /// Sets every element, including the padding.
  @inlinable
  public func fill(_ value: E) { pointer.update(repeating: value, count: count) }
}

/// Memory for matrices, aligned to a cache line and freed together with its owner.
public final class Buffer<E: Element> {
  public let pointer: UnsafeMutablePointer<E>
  public let count: Int

  public convenience init(count: Int) { self.init(count, isZeroed: true) }

  /// Creates a buffer for a matrix of zeros.
  public convenience init(rows: Int, columns: Int) { self.init(count: rows * Matrix<E>.stride(columns)) }

  /// Creates a buffer for a matrix that will be written before it is read: the elements are uninitialized, the padding
  /// is zero.
  public convenience init(unset rows: Int, columns: Int) {
    let stride = Matrix<E>.stride(columns)
    self.init(rows * stride, isZeroed: stride > columns)
  }

  /// Creates a copy of a buffer.
  public convenience init(copying other: Buffer) {
    self.init(other.count, isZeroed: false)
    copy(from: other)
  }

  /// Creates a copy of a buffer. If a stop is requested, the rest of the elements stay uninitialized.
  public convenience init(copyingUntilStopped other: Buffer) {
    self.init(other.count, isZeroed: false)
    copyUntilStopped(from: other)
  }

  /// Copies the elements of a buffer of the same length.
  public func copy(from other: Buffer) { pointer.update(from: other.pointer, count: count) }

  /// Copies the elements of a buffer of the same length on all threads. Requests to stop are ignored.
  public func copy(from other: Buffer, _ pool: ThreadPool) {
    let source = UnsafePointer(other.pointer)
    pool.run(count, elements: count, stop: .never, (pointer, source)) { buffers, range in
      let (target, source) = buffers
      (target + range.lowerBound).update(from: source + range.lowerBound, count: range.count)
    }
  }

  /// Copies the elements of a buffer of the same length until a stop is requested.
  public func copyUntilStopped(from other: Buffer) {
    let piece = 1 << 20
    let stop = StopToken.current
    for start in Swift.stride(from: 0, to: count, by: piece) where !stop.isRequested {
      (pointer + start).update(from: other.pointer + start, count: min(piece, count - start))
    }
  }

  private init(_ count: Int, isZeroed: Bool) {
    // Loops read whole registers, which may reach past the end.
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

/// Zeroes memory in pieces, so that a stop takes effect between them: the system needs about a second for every 2 GiB
/// that are written for the first time. After a stop the rest is never read.
private func clear(_ memory: UnsafeMutableRawPointer, _ bytes: Int) {
  let piece = 16 << 20
  guard bytes > piece else { return _ = memset(memory, 0, bytes) }
  let stop = StopToken.current
  for start in stride(from: 0, to: bytes, by: piece) where !stop.isRequested {
    memset(memory + start, 0, min(piece, bytes - start))
  }
}
