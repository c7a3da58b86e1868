// SPDX-License-Identifier: GPL-3.0-or-later

/// The three products that a dense layer needs; W is stored inputs × outputs.
///
/// Every element of a result is one sum over the depth in ascending order of fused multiply-adds, whatever rows and columns
/// are computed together. So the bits are the same for any division of the work and any number of threads.
public enum Product {
  /// z = x·W + b in some of the rows: (samples × inputs)·(inputs × outputs), the bias in every row. Without a bias the sum
  /// starts at zero.
  @specialized(where E == Float)
  @specialized(where E == Double)
  public static func forward<E: Element>(
    _ x: Matrix<E>, _ w: Matrix<E>, bias: UnsafePointer<E>?, into z: Matrix<E>, rows: Range<Int>
  ) {
    multiply(
      LeftFactor(pointer: x.pointer, rowStride: x.stride, stepStride: 1), .rows(w.pointer, w.stride), depth: w.rows,
      start: bias, startStride: 0, z, rows, 0..<z.stride)
  }

  /// g = δ·Wᵀ in some of the rows: (samples × outputs)·(outputs × inputs). The padding of the result becomes zero.
  @specialized(where E == Float)
  @specialized(where E == Double)
  public static func backward<E: Element>(_ delta: Matrix<E>, _ w: Matrix<E>, into g: Matrix<E>, rows: Range<Int>) {
    multiply(
      LeftFactor(pointer: delta.pointer, rowStride: delta.stride, stepStride: 1),
      .transposed(w.pointer, w.stride, count: w.rows), depth: w.columns, start: nil, startStride: 0, g, rows,
      0..<g.stride)
  }

  /// gradient += xᵀ·δ: (inputs × samples)·(samples × outputs), one task of its cut.
  @specialized(where E == Float)
  @specialized(where E == Double)
  public static func addWeightGradient<E: Element>(
    _ x: Matrix<E>, _ delta: Matrix<E>, to gradient: Matrix<E>, task: Int
  ) {
    let (rows, columns) = cut(gradient, samples: delta.rows)[task]
    multiply(
      LeftFactor(pointer: x.pointer, rowStride: 1, stepStride: x.stride), .rows(delta.pointer, delta.stride),
      depth: delta.rows, start: gradient.pointer, startStride: gradient.stride, gradient, rows, columns)
  }

  /// How many tasks the gradient of a weight is cut into; they may run side by side.
  public static func weightGradientTasks<E: Element>(_ gradient: Matrix<E>, samples: Int) -> Int {
    cut(gradient, samples: samples).tasks
  }

  private static func cut<E: Element>(_ gradient: Matrix<E>, samples: Int) -> ProductCut {
    ProductCut(rows: gradient.rows, columns: gradient.stride, depth: samples, lanes: E.Vector.scalarCount)
  }
}

/// The right factor: either its rows are contiguous, or it is the transpose of such a matrix of `count` rows.
enum RightFactor<E: Element> {
  case rows(UnsafePointer<E>, Int)
  case transposed(UnsafePointer<E>, Int, count: Int)
}

/// C = start + A·B in some rows and columns of C.
@inline(__always)
private func multiply<E: Element>(
  _ a: LeftFactor<E>, _ b: RightFactor<E>, depth: Int, start: UnsafePointer<E>?, startStride: Int, _ c: Matrix<E>,
  _ rows: Range<Int>, _ columns: Range<Int>
) {
  guard !rows.isEmpty, !columns.isEmpty else { return }
  multiplyBlock(
    LeftFactor(pointer: a.pointer + rows.lowerBound * a.rowStride, rowStride: a.rowStride, stepStride: a.stepStride),
    b, columns: columns, depth: depth,
    start: start.map { $0 + rows.lowerBound * startStride }, startStride: startStride,
    c.pointer + rows.lowerBound * c.stride, cStride: c.stride, rows: rows.count)
}

/// How a product is cut into tasks of whole tiles.
struct ProductCut {
  let rows: Int, columns: Int
  let rowsPerTask: Int, columnsPerTask: Int
  let rowTasks: Int, columnTasks: Int

  /// Below this number of multiply-adds a task costs less than handing it over.
  static let grain = 40_000

  init(rows: Int, columns: Int, depth: Int, lanes: Int) {
    self.rows = rows
    self.columns = columns
    let work = rows * columns * max(depth, 1)
    let wanted = min(max(work / Self.grain, 1), 16)
    let rowTiles = (rows + 5) / 6
    let columnTiles = (columns + 2 * lanes - 1) / (2 * lanes)
    let byRow = min(wanted, rowTiles)
    let byColumn = min((wanted + byRow - 1) / byRow, columnTiles)
    rowsPerTask = (rowTiles + byRow - 1) / byRow * 6
    columnsPerTask = (columnTiles + byColumn - 1) / byColumn * 2 * lanes
    rowTasks = (rows + rowsPerTask - 1) / rowsPerTask
    columnTasks = (columns + columnsPerTask - 1) / columnsPerTask
  }

  var tasks: Int { rowTasks * columnTasks }

  subscript(task: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    let r = task % rowTasks * rowsPerTask
    let c = task / rowTasks * columnsPerTask
    return (r..<min(r + rowsPerTask, rows), c..<min(c + columnsPerTask, columns))
  }
}
