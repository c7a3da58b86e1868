// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A row-major matrix of wide numbers.
struct WideMatrix {
  let rows: Int
  let columns: Int
  private(set) var values: [WideNumber]

  init(rows: Int, columns: Int, row: (Int) -> [WideNumber]) {
    (self.rows, self.columns) = (rows, columns)
    values = (0..<rows).untilStopped.flatMap(row)
    // After a stop the elements do not matter, but the shape must be right.
    if values.count < rows * columns { values += Array(repeating: .zero, count: rows * columns - values.count) }
  }

  init(rows: Int, columns: Int, _ element: (_ row: Int, _ column: Int) -> WideNumber) {
    self.init(rows: rows, columns: columns) { row in (0..<columns).map { element(row, $0) } }
  }

  @inline(__always)
  subscript(row: Int, column: Int) -> WideNumber { values[row * columns + column] }

  func row(_ row: Int) -> ArraySlice<WideNumber> { values[row * columns..<(row + 1) * columns] }

  func column(_ column: Int) -> [WideNumber] { (0..<rows).map { self[$0, column] } }

  /// √(Σx²/n) over some of the rows.
  func rms(_ part: Range<Int>) -> WideNumber {
    values[part.lowerBound * columns..<part.upperBound * columns].norm
      / WideNumber(Double(part.count * columns).squareRoot())
  }

  /// The number of columns that contain only zeros.
  var zeroColumns: Int { (0..<columns).count { column in (0..<rows).allSatisfy { self[$0, column].isZero } } }

  var rowSums: [WideNumber] { (0..<rows).map { row($0).reduce(.zero, +) } }

  static func + (a: WideMatrix, b: WideMatrix) -> WideMatrix {
    WideMatrix(rows: a.rows, columns: a.columns) { row in zip(a.row(row), b.row(row)).map { $0 + $1 } }
  }

  /// Returns a·bᵀ, that is Σ_k a[i, k]·b[j, k], and computes its rows on all threads.
  static func product(_ a: WideMatrix, transposed b: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    let rows = eachRow(ofProduct: a, b, [], pool) { $0 }
    return WideMatrix(rows: a.rows, columns: b.rows) { rows[$0] }
  }

  /// Returns the Frobenius norm of that product without storing it, because a matrix of weights may be large.
  static func norm(ofProduct a: WideMatrix, transposed b: WideMatrix, _ pool: ThreadPool) -> WideNumber {
    eachRow(ofProduct: a, b, .zero, pool, \.norm).norm
  }

  /// Returns the results of `body` for every row of the product, and `empty` for rows that were skipped because of a
  /// stop.
  private static func eachRow<Result>(
    ofProduct a: WideMatrix, _ b: WideMatrix, _ empty: Result, _ pool: ThreadPool, _ body: ([WideNumber]) -> Result
  ) -> [Result] {
    let others = (0..<b.rows).untilStopped.map { WideVector(b.row($0)) }
    return [Result](unsafeUninitializedCapacity: a.rows) { memory, used in
      memory.initialize(repeating: empty)
      used = a.rows
      let place = memory
      pool.run(a.rows) { row in
        let own = WideVector(a.row(row))
        place[row] = body(others.map(own.dot))
      }
    }
  }

  var transposed: WideMatrix { WideMatrix(rows: columns, columns: rows) { column($0) } }
}

/// A vector prepared for dot products. If its elements are so close together that no product of two of them leaves the
/// range of f64, it also stores them as plain numbers with a common exponent.
private struct WideVector {
  let values: ArraySlice<WideNumber>
  /// The numbers times 2^−exponent; empty if they are too far apart.
  private(set) var plain: [Double] = []
  private(set) var exponent = 0.0

  init(_ values: ArraySlice<WideNumber>) {
    self.values = values
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where !value.isZero {
      guard value.isFinite, value.exponent.isFinite else { return }
      (low, high) = (min(low, value.exponent), max(high, value.exponent))
    }
    if high - low > 400 { return }
    exponent = high.isFinite ? high : 0
    plain = values.map { $0.isZero ? 0 : WideNumber($0.mantissa, timesTwoTo: $0.exponent - exponent).plain }
  }

  /// Returns the dot product, summed in the order of the elements.
  func dot(_ other: WideVector) -> WideNumber {
    if plain.isEmpty || other.plain.isEmpty {
      return zip(values, other.values).reduce(.zero) { $0 + $1.0 * $1.1 }
    }
    var sum = 0.0
    for index in plain.indices { sum = sum.addingProduct(plain[index], other.plain[index]) }
    return WideNumber(sum, timesTwoTo: exponent + other.exponent)
  }
}
