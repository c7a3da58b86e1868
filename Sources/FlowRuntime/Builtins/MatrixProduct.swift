// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The product of two matrices or lists of numbers.
///
/// Each element of the result is one sum of fused multiply-adds in ascending order, so its bits do not depend on the
/// number of threads.
struct MatrixProduct {
  /// A matrix or a list of numbers.
  struct Factor {
    /// The numbers row by row.
    let numbers: [Double]
    /// The number of rows and columns, or the length of a list.
    let shape: [Int]

    fileprivate var isList: Bool { shape.count == 1 }
  }

  private let a: Factor
  private let b: Factor
  private let rows: Int
  private let depth: Int
  private let columns: Int

  /// Throws if the shapes do not fit: the last size on the left must be the first on the right.
  init(_ a: Factor, _ b: Factor) throws(Complaint) {
    (self.a, self.b) = (a, b)
    rows = a.isList ? 1 : a.shape[0]
    depth = a.shape.last ?? 0
    columns = b.isList ? 1 : b.shape[1]
    guard depth == b.shape[0] else {
      throw Complaint(
        "shape-mismatch",
        "matmul cannot multiply the shapes \(a.shape) and \(b.shape): "
          + "the last size on the left is \(depth), the first on the right \(b.shape[0])",
        notes: Self.fixes(a, b))
    }
    try ValueLimits.checkMatrix(rows: rows, columns: columns)
    try ValueLimits.requireMemory(
      [(rows, depth), (depth, columns), (rows, columns)].reduce(0) { bytes, shape in
        bytes + Double(shape.0) * Double(Matrix<Double>.stride(shape.1)) * Double(MemoryLayout<Double>.stride)
      })
  }

  /// The transposition that makes the factors fit, if there is one.
  private static func fixes(_ a: Factor, _ b: Factor) -> [String] {
    if !b.isList, a.shape.last == b.shape[1] { return ["transpose the second: matmul(a, transpose(b))"] }
    if !a.isList, a.shape[0] == b.shape[0] { return ["transpose the first: matmul(transpose(a), b)"] }
    return []
  }

  /// Computes the product. After a stop the value is meaningless.
  func value(_ pool: ThreadPool) throws(Complaint) -> Value {
    let x = Buffer<Double>(rows: rows, columns: depth)
    let w = Buffer<Double>(count: Panels(x.pointer, rows: depth, columns: columns).count)
    let z = Buffer<Double>(rows: rows, columns: columns)
    let left = Matrix(x.pointer, rows: rows, columns: depth)
    let right = Panels(w.pointer, rows: depth, columns: columns)
    let product = Matrix(z.pointer, rows: rows, columns: columns)
    fill(left, right)
    if depth > 0, columns > 0 {
      pool.run(rows, inRanges: parts(pool), (left, right, product)) { matrices, rows in
        Product.forward(matrices.0, matrices.1, bias: nil, into: matrices.2, rows: rows)
      }
    }
    return withExtendedLifetime((x, w, z)) { value(of: product) }
  }

  private func fill(_ left: Matrix<Double>, _ right: Panels<Double>) {
    for row in (0..<rows).untilStopped {
      for column in 0..<depth { left[row, column] = a.numbers[row * depth + column] }
    }
    for row in (0..<depth).untilStopped {
      for column in 0..<columns { right[row, column] = b.numbers[row * columns + column] }
    }
  }

  /// The number of parts the rows are divided into: enough for all threads, but none so small that it would not be worth
  /// dispatching.
  private func parts(_ pool: ThreadPool) -> Int {
    let work = Double(rows) * Double(depth) * Double(columns)
    return max(1, min(rows, 4 * pool.threads, Int(work / 100_000)))
  }

  private func value(of product: Matrix<Double>) -> Value {
    switch (a.isList, b.isList) {
    case (true, true): .number(product[0, 0])
    case (true, false): .list(List((0..<columns).untilStopped.map { product[0, $0] }))
    case (false, true): .list(List((0..<rows).untilStopped.map { product[$0, 0] }))
    case (false, false):
      .list(List(rows: rows, columns: columns) { row in (0..<columns).map { product[row, $0] } })
    }
  }
}
