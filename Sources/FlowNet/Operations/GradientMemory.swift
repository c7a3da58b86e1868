// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The memory of the gradients between operations during a backward pass.
///
/// When an operation is connected, it takes a place for ∂L/∂x and gives back that of ∂L/∂y, unless it reads ∂L/∂y after
/// the pass. The place can then be taken again, even by the same operation, which in that case writes where it reads. A
/// pass therefore touches less memory. A place keeps its width, so a row always belongs to the same sample, and threads
/// that share the samples never access the same row.
final class GradientMemory<E: Element> {
  private struct Place {
    let buffer: Buffer<E>
    let columns: Int
    /// The number of operations that have yet to read the gradient.
    var readers = 0
  }

  private let rows: Int
  private var places: [Place] = []
  private var numbers: [UnsafeMutablePointer<E>: Int] = [:]
  /// The free places of each width. The last one was used most recently and is still in the cache.
  private var free: [Int: [Int]] = [:]
  /// Whether every gradient keeps its place until the next pass.
  private(set) var keepsAll = false

  /// Creates memory for passes over up to `rows` samples.
  init(rows: Int) { self.rows = rows }

  /// Starts to connect a pass. If it keeps all gradients, each of them can be measured afterwards.
  func start(keepingAll: Bool) {
    keepsAll = keepingAll
    free = [:]
    for number in places.indices.reversed() { free[places[number].columns, default: []].append(number) }
  }

  /// Returns a place for a gradient that one operation reads.
  func take(_ rows: Int, columns: Int) -> Matrix<E> {
    let number = free[columns]?.popLast() ?? add(columns: columns)
    places[number].readers = 1
    return Matrix(places[number].buffer.pointer, rows: rows, columns: columns)
  }

  /// Adds a reader of a gradient.
  func share(_ gradient: Matrix<E>) {
    if let number = numbers[gradient.pointer] { places[number].readers += 1 }
  }

  /// Removes a reader of a gradient. Gradients in other memory are ignored.
  func giveBack(_ gradient: Matrix<E>) {
    guard !keepsAll, let number = numbers[gradient.pointer] else { return }
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
