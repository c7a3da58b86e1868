// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Places in memory for matrices that are not kept until the end of a pass.
///
/// A plan takes a place for each matrix, and returns it when all readers of the matrix have been laid out. The place
/// can then be reused, even by the last reader itself, which in that case writes where it reads. A pass therefore
/// touches less memory. The width of a place never changes, so a row always belongs to the same sample. Threads work on
/// different samples, so they never access the same row, even when they are at different steps.
final class PlacePool<E: Element> {
  private struct Place {
    let buffer: Buffer<E>
    let columns: Int
    /// The number of steps that have yet to read the matrix.
    var readers = 0
  }

  private let rows: Int
  private var places: [Place] = []
  private var numbers: [UnsafeMutablePointer<E>: Int] = [:]
  /// The free places of each width. The last one was used most recently and is still in the cache.
  private var free: [Int: [Int]] = [:]
  /// Whether every matrix keeps its place until the next plan is laid out.
  private var keepsAll = false

  /// Creates places for up to `rows` samples.
  init(rows: Int) { self.rows = rows }

  /// The number of elements of all places.
  var count: Int { places.reduce(0) { $0 + $1.buffer.count } }

  /// Starts the layout of a plan, with all places free.
  func start(keepingAll: Bool) {
    keepsAll = keepingAll
    free = [:]
    for number in places.indices.reversed() { free[places[number].columns, default: []].append(number) }
  }

  /// Returns a place for a matrix that has one reader.
  func take(_ rows: Int, columns: Int) -> Matrix<E> {
    let number = free[columns]?.popLast() ?? add(columns: columns)
    places[number].readers = 1
    return Matrix(places[number].buffer.pointer, rows: rows, columns: columns)
  }

  /// Adds a reader of a matrix.
  func share(_ matrix: Matrix<E>) {
    if let number = numbers[matrix.pointer] { places[number].readers += 1 }
  }

  /// Removes a reader of a matrix. Matrices in other memory are ignored.
  func giveBack(_ matrix: Matrix<E>) {
    guard !keepsAll, let number = numbers[matrix.pointer] else { return }
    places[number].readers -= 1
    if places[number].readers == 0 { free[places[number].columns, default: []].append(number) }
  }

  private func add(columns: Int) -> Int {
    let buffer = Buffer<E>(unset: rows, columns: columns)
    numbers[buffer.pointer] = places.count
    places.append(Place(buffer: buffer, columns: columns))
    return places.count - 1
  }
}
