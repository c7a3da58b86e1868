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

  /// gradient = xᵀ·δ: (inputs × samples)·(samples × outputs), one task of its cut.
  @specialized(where E == Float)
  @specialized(where E == Double)
  public static func weightGradient<E: Element>(
    _ x: Matrix<E>, _ delta: Matrix<E>, into gradient: Panels<E>, task: Int
  ) {
    let (rows, columns) = cut(gradient, samples: delta.rows)[task]
    multiply(
      LeftFactor(columnsOf: x, rows), .rows(delta), depth: delta.rows, bias: nil,
      into: .panels(gradient, from: rows.lowerBound), columns: columns)
  }

  /// How many tasks the gradient of a weight is cut into; they may run side by side.
  public static func weightGradientTasks<E: Element>(_ gradient: Panels<E>, samples: Int) -> Int {
    cut(gradient, samples: samples).tasks
  }

  private static func cut<E: Element>(_ gradient: Panels<E>, samples: Int) -> ProductCut {
    ProductCut(rows: gradient.rows, columns: gradient.width, depth: samples, panelWidth: Panels<E>.panelWidth)
  }
}

/// How a product is cut into tasks of whole tiles.
struct ProductCut {
  let rows: Int, columns: Int
  let rowsPerTask: Int, columnsPerTask: Int
  let rowTasks: Int, columnTasks: Int

  /// From so many multiply-adds on there are two tasks, and from twice the larger number on more of them. Fewer would
  /// leave threads idle, more would share less of what is packed.
  private static let worthHalving = 100_000, worthCutting = 8_000_000

  init(rows: Int, columns: Int, depth: Int, panelWidth: Int) {
    self.rows = rows
    self.columns = columns
    let work = rows * columns * max(depth, 1)
    let wanted = max(min(work / Self.worthHalving, 2), min(work / Self.worthCutting, 16), 1)
    let rowTiles = (rows + RowTiles.tallest - 1) / RowTiles.tallest
    let panels = (columns + panelWidth - 1) / panelWidth
    // Nearly square: what a task packs then serves the most multiply-adds.
    let byColumn = min(wanted >= 4 ? wanted / 4 : 1, panels)
    let byRow = min((wanted + byColumn - 1) / byColumn, rowTiles)
    rowsPerTask = (rowTiles + byRow - 1) / byRow * RowTiles.tallest
    columnsPerTask = (panels + byColumn - 1) / byColumn * panelWidth
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
