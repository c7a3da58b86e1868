// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A matrix of numbers that each have an exponent of their own, row by row.
struct WideMatrix {
  let rows: Int
  let columns: Int
  private(set) var values: [WideNumber]

  /// The matrix of the given rows.
  init(rows: Int, columns: Int, row: (Int) -> [WideNumber]) {
    (self.rows, self.columns) = (rows, columns)
    values = (0..<rows).untilStopped.flatMap(row)
    // After a stop it is not read, but its shape is right.
    if values.count < rows * columns { values += Array(repeating: .zero, count: rows * columns - values.count) }
  }

  /// The matrix of the given elements.
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

  /// The number of columns that hold nothing but zeros.
  var zeroColumns: Int { (0..<columns).count { column in (0..<rows).allSatisfy { self[$0, column].isZero } } }

  static func + (a: WideMatrix, b: WideMatrix) -> WideMatrix {
    WideMatrix(rows: a.rows, columns: a.columns) { row in zip(a.row(row), b.row(row)).map { $0 + $1 } }
  }

  /// Σ_k a[i, k]·b[j, k], the rows of the product shared among the threads.
  static func product(_ a: WideMatrix, transposed b: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    let rows = eachRow(ofProduct: a, b, [], pool) { $0 }
    return WideMatrix(rows: a.rows, columns: b.rows) { rows[$0] }
  }

  /// The Frobenius norm of that product, which is not kept: a matrix of weights may be large.
  static func norm(ofProduct a: WideMatrix, transposed b: WideMatrix, _ pool: ThreadPool) -> WideNumber {
    eachRow(ofProduct: a, b, .zero, pool, \.norm).norm
  }

  /// What `body` makes of every row of the product, and `empty` after a stop.
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

/// Numbers to be multiplied with others, element by element, as plain numbers and one exponent where they lie so close
/// together that no product of two of them leaves the range of f64.
private struct WideVector {
  let values: ArraySlice<WideNumber>
  /// The numbers times 2^−exponent; empty where they lie too far apart.
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

  /// The sum of the products, in ascending order.
  func dot(_ other: WideVector) -> WideNumber {
    if plain.isEmpty || other.plain.isEmpty {
      return zip(values, other.values).reduce(.zero) { $0 + $1.0 * $1.1 }
    }
    var sum = 0.0
    for index in plain.indices { sum = sum.addingProduct(plain[index], other.plain[index]) }
    return WideNumber(sum, timesTwoTo: exponent + other.exponent)
  }
}
