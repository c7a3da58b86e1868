// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Where the gradients between operations stand during a backward pass.
///
/// When it is connected an operation takes a place for ∂L/∂x, and gives back that of ∂L/∂y unless it reads it after the
/// pass. A later operation takes that place again, or the same one, which then writes where it reads; so a pass touches
/// less memory. A place keeps its width. So a row of it always belongs to the same sample, and threads that share the
/// samples do not meet there.
final class GradientMemory<E: Element> {
  private struct Place {
    let buffer: Buffer<E>
    let columns: Int
    /// Operations that have still to read what stands there.
    var readers = 0
  }

  private let rows: Int
  private var places: [Place] = []
  private var numbers: [UnsafeMutablePointer<E>: Int] = [:]
  /// Numbers of the places of each width that are free; the last one was used last and is still in the cache.
  private var free: [Int: [Int]] = [:]
  /// Whether no place is taken twice.
  private(set) var keepsAll = false

  /// Creates memory for passes over up to `rows` samples.
  init(rows: Int) { self.rows = rows }

  /// Begins to connect a pass. One that keeps all gradients leaves each of them to be measured.
  func start(keepingAll: Bool) {
    keepsAll = keepingAll
    free = [:]
    for number in places.indices.reversed() { free[places[number].columns, default: []].append(number) }
  }

  /// A place for a gradient that one operation reads.
  func take(_ rows: Int, columns: Int) -> Matrix<E> {
    let number = free[columns]?.popLast() ?? add(columns: columns)
    places[number].readers = 1
    return Matrix(places[number].buffer.pointer, rows: rows, columns: columns)
  }

  /// Says that one more operation reads a gradient.
  func share(_ gradient: Matrix<E>) {
    if let number = numbers[gradient.pointer] { places[number].readers += 1 }
  }

  /// Says that an operation has read a gradient for the last time. One that stands elsewhere is left alone.
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
