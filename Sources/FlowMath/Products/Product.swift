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
    _ x: Matrix<E>, _ w: Panels<E>, bias: UnsafePointer<E>?, into z: Matrix<E>, rows: Range<Int>
  ) {
    multiply(
      LeftFactor(rowsOf: x, rows), .panels(w), depth: w.rows, bias: bias, into: .matrix(z.rows(rows)),
      columns: 0..<w.width)
  }

  /// g = δ·Wᵀ in some of the rows: (samples × outputs)·(outputs × inputs). The padding of the result becomes zero.
  @specialized(where E == Float)
  @specialized(where E == Double)
  public static func backward<E: Element>(_ delta: Matrix<E>, _ w: Panels<E>, into g: Matrix<E>, rows: Range<Int>) {
    multiply(
      LeftFactor(rowsOf: delta, rows), .transposed(w), depth: w.columns, bias: nil, into: .matrix(g.rows(rows)),
      columns: 0..<Matrix<E>.padded(g.columns))
  }

  /// gradient = xᵀ·δ: (inputs × samples)·(samples × outputs), one task of a cut of it.
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

/// How the gradient of a weight is cut into tasks of whole tiles, which may run side by side.
public struct ProductCut: Sendable {
  private let rows: Int, columns: Int
  private let rowsPerTask: Int, columnsPerTask: Int
  private let rowTasks: Int, columnTasks: Int

  /// Tasks of about `grain` multiply-adds each, over `samples` samples. Fewer tasks share more of what each must pack.
  public init<E: Element>(_ gradient: Panels<E>, samples: Int, grain: Int) {
    rows = gradient.rows
    columns = gradient.width
    let panelWidth = Panels<E>.panelWidth
    let wanted = max(rows * columns * samples / max(grain, 1), 1)
    let rowTiles = max((rows + RowTiles.tallest - 1) / RowTiles.tallest, 1)
    let panels = max((columns + panelWidth - 1) / panelWidth, 1)
    // Nearly square: what a task packs then serves the most multiply-adds.
    let byColumn = min(wanted >= 4 ? wanted / 4 : 1, panels)
    let byRow = min((wanted + byColumn - 1) / byColumn, rowTiles)
    rowsPerTask = (rowTiles + byRow - 1) / byRow * RowTiles.tallest
    columnsPerTask = (panels + byColumn - 1) / byColumn * panelWidth
    rowTasks = max((rows + rowsPerTask - 1) / rowsPerTask, 1)
    columnTasks = max((columns + columnsPerTask - 1) / columnsPerTask, 1)
  }

  /// How many there are.
  public var tasks: Int { rowTasks * columnTasks }

  subscript(task: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    let r = task % rowTasks * rowsPerTask
    let c = task / rowTasks * columnsPerTask
    return (r..<min(r + rowsPerTask, rows), c..<min(c + columnsPerTask, columns))
  }
}
