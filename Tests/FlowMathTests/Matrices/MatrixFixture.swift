// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A matrix that owns its memory. Its padding is zero.
struct OwnedMatrix<E: Element> {
  let buffer: Buffer<E>
  let view: Matrix<E>

  /// Creates a matrix of numbers between -1 and 1 that depend only on the seed.
  init(_ rows: Int, _ columns: Int, seed: UInt64) {
    self.init(rows, columns)
    var stream = RandomStream(seed: seed, purpose: .data)
    for row in 0..<rows {
      for column in 0..<columns { view[row, column] = E(2 * stream.uniform() - 1) }
    }
  }

  /// Creates a matrix of zeros.
  init(_ rows: Int, _ columns: Int) {
    buffer = Buffer(rows: rows, columns: columns)
    view = Matrix(buffer.pointer, rows: rows, columns: columns)
  }

  /// The elements, row by row.
  var numbers: [[E]] {
    (0..<view.rows).map { row in (0..<view.columns).map { view[row, $0] } }
  }

  /// The values in the padding.
  var padding: [E] {
    (0..<view.rows).flatMap { row in (view.columns..<view.stride).map { view[row, $0] } }
  }
}

/// A parameter that owns its memory.
struct OwnedPanels<E: Element> {
  let buffer: Buffer<E>
  let view: Panels<E>

  /// Creates a parameter of numbers between -1 and 1 that depend only on the seed.
  init(_ rows: Int, _ columns: Int, seed: UInt64) {
    buffer = Buffer(rows: rows, columns: columns)
    view = Panels(buffer.pointer, rows: rows, columns: columns)
    var stream = RandomStream(seed: seed, purpose: .data)
    for row in 0..<rows {
      for column in 0..<columns { view[row, column] = E(2 * stream.uniform() - 1) }
    }
  }

  /// The elements, row by row.
  var numbers: [[E]] {
    (0..<view.rows).map { row in (0..<view.columns).map { view[row, $0] } }
  }

  /// The values in the padding.
  var padding: [E] {
    let elements = Set((0..<view.rows).flatMap { row in (0..<view.columns).map { view.address(row, $0) } })
    return (0..<view.count).map { view.pointer + $0 }.filter { !elements.contains($0) }.map(\.pointee)
  }
}
