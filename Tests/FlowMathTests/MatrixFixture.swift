// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A matrix that owns its memory, filled with numbers between -1 and 1; its padding is zero.
struct OwnedMatrix<E: Element> {
  let buffer: Buffer<E>
  let view: Matrix<E>

  /// The numbers depend on the seed alone.
  init(_ rows: Int, _ columns: Int, seed: UInt64) {
    self.init(rows, columns)
    var stream = RandomStream(seed: seed, purpose: .data)
    for row in 0..<rows {
      for column in 0..<columns { view[row, column] = E(2 * stream.uniform() - 1) }
    }
  }

  /// Zero everywhere.
  init(_ rows: Int, _ columns: Int) {
    buffer = Buffer(rows: rows, columns: columns)
    view = Matrix(buffer.pointer, rows: rows, columns: columns)
  }

  /// The rows without padding.
  var numbers: [[E]] {
    (0..<view.rows).map { row in (0..<view.columns).map { view[row, $0] } }
  }

  /// Everything in the padding.
  var padding: [E] {
    (0..<view.rows).flatMap { row in (view.columns..<view.stride).map { view[row, $0] } }
  }
}

/// A parameter that owns its memory, filled with numbers between -1 and 1.
struct OwnedPanels<E: Element> {
  let buffer: Buffer<E>
  let view: Panels<E>

  /// The numbers depend on the seed alone.
  init(_ rows: Int, _ columns: Int, seed: UInt64) {
    buffer = Buffer(rows: rows, columns: columns)
    view = Panels(buffer.pointer, rows: rows, columns: columns)
    var stream = RandomStream(seed: seed, purpose: .data)
    for row in 0..<rows {
      for column in 0..<columns { view[row, column] = E(2 * stream.uniform() - 1) }
    }
  }

  /// The rows without padding.
  var numbers: [[E]] {
    (0..<view.rows).map { row in (0..<view.columns).map { view[row, $0] } }
  }

  /// Everything in memory that is no element.
  var padding: [E] {
    let elements = Set((0..<view.rows).flatMap { row in (0..<view.columns).map { view.address(row, $0) } })
    return (0..<view.count).map { view.pointer + $0 }.filter { !elements.contains($0) }.map(\.pointee)
  }
}
