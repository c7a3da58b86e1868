// SPDX-License-Identifier: GPL-3.0-or-later

/// The three matrix products of a dense layer, with W stored as inputs × outputs.
///
/// Every element of a result is one sum of fused multiply-adds in ascending order over the depth, whichever rows and
/// columns are computed together. The bits therefore depend neither on how the work is divided nor on the number of
/// threads.
public enum Product {
  /// Computes z = x·W + b for some of the rows: (samples × inputs)·(inputs × outputs), with the bias added to every
  /// row. Without a bias the sums start at zero.
  @specialized(where E == Float)
  @specialized(where E == Double)
  public static func forward<E: Element>(
    _ x: Matrix<E>, _ w: Panels<E>, bias: UnsafePointer<E>?, into z: Matrix<E>, rows: Range<Int>
  ) {
    multiply(
      LeftFactor(rowsOf: x, rows), .panels(w), depth: w.rows, bias: bias, into: .matrix(z.rows(rows)),
      columns: 0..<w.width)
  }

  /// Computes g = δ·Wᵀ for some of the rows: (samples × outputs)·(outputs × inputs). The padding of the result is set
  /// to zero.
  @specialized(where E == Float)
  @specialized(where E == Double)
  public static func backward<E: Element>(_ delta: Matrix<E>, _ w: Panels<E>, into g: Matrix<E>, rows: Range<Int>) {
    multiply(
      LeftFactor(rowsOf: delta, rows), .transposed(w), depth: w.columns, bias: nil, into: .matrix(g.rows(rows)),
      columns: 0..<Matrix<E>.padded(g.columns))
  }

  /// Computes z = x·Wᵀ + b for some of the rows, with a weight of another layer that maps the other way: (samples ×
  /// outputs)·(outputs × inputs). The bits are those of `forward` with the transpose of the weight.
  @specialized(where E == Float)
  @specialized(where E == Double)
  public static func forwardTransposed<E: Element>(
    _ x: Matrix<E>, _ w: Panels<E>, bias: UnsafePointer<E>?, into z: Matrix<E>, rows: Range<Int>
  ) {
    multiply(
      LeftFactor(rowsOf: x, rows), .transposed(w), depth: w.columns, bias: bias, into: .matrix(z.rows(rows)),
      columns: 0..<Matrix<E>.padded(z.columns))
  }

  /// Computes one task of the weight gradient xᵀ·δ: (inputs × samples)·(samples × outputs).
  @specialized(where E == Float)
  @specialized(where E == Double)
  public static func weightGradient<E: Element>(
    _ x: Matrix<E>, _ delta: Matrix<E>, into gradient: Panels<E>, _ cut: ProductCut, task: Int
  ) {
    let (rows, columns) = cut[task]
    multiply(
      LeftFactor(columnsOf: x, rows), .rows(delta), depth: delta.rows, bias: nil,
      into: .panels(gradient, from: rows.lowerBound), columns: columns)
  }
}

/// A division of a weight gradient into tasks of whole tiles that can run in parallel.
public struct ProductCut: Sendable {
  private let rows: Int, columns: Int
  private let rowsPerTask: Int, columnsPerTask: Int
  private let rowTasks: Int, columnTasks: Int

  /// Divides a gradient over `samples` samples into tasks of about `grain` multiply-adds each. Larger tasks
  /// repeat less of the packing.
  public init<E: Element>(_ gradient: Panels<E>, samples: Int, grain: Int) {
    rows = gradient.rows
    columns = gradient.width
    let panelWidth = Panels<E>.panelWidth
    let wanted = max(rows * columns * samples / max(grain, 1), 1)
    let rowTiles = max((rows + RowTiles.tallest - 1) / RowTiles.tallest, 1)
    let panels = max((columns + panelWidth - 1) / panelWidth, 1)
    // About four parts by row and the others by column. The closer a task is to square, the more multiply-adds use each
    // packed element.
    let byColumn = min(wanted >= 4 ? wanted / 4 : 1, panels)
    let byRow = min((wanted + byColumn - 1) / byColumn, rowTiles)
    rowsPerTask = (rowTiles + byRow - 1) / byRow * RowTiles.tallest
    columnsPerTask = (panels + byColumn - 1) / byColumn * panelWidth
    rowTasks = max((rows + rowsPerTask - 1) / rowsPerTask, 1)
    columnTasks = max((columns + columnsPerTask - 1) / columnsPerTask, 1)
  }

  public var tasks: Int { rowTasks * columnTasks }

  subscript(task: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    let r = task % rowTasks * rowsPerTask
    let c = task / rowTasks * columnsPerTask
    return (r..<min(r + rowsPerTask, rows), c..<min(c + columnsPerTask, columns))
  }
}
