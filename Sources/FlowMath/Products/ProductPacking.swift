// SPDX-License-Identifier: GPL-3.0-or-later

/// The left factor of a product. The element of row i and step p is `pointer[i * rowStride + p * stepStride]`.
struct LeftFactor<E: Element> {
  let pointer: UnsafePointer<E>
  let rows: Int
  let rowStride: Int
  let stepStride: Int

  /// Creates a factor from some rows of a matrix; its columns are the steps.
  @inline(__always)
  init(rowsOf x: Matrix<E>, _ range: Range<Int>) {
    self.init(
      UnsafePointer(x.pointer + range.lowerBound * x.stride), rows: range.count, rowStride: x.stride, stepStride: 1)
  }

  /// Creates a factor whose rows are some columns of a matrix; its rows are the steps.
  @inline(__always)
  init(columnsOf x: Matrix<E>, _ range: Range<Int>) {
    self.init(UnsafePointer(x.pointer + range.lowerBound), rows: range.count, rowStride: 1, stepStride: x.stride)
  }

  @inline(__always)
  init(_ pointer: UnsafePointer<E>, rows: Int, rowStride: Int, stepStride: Int) {
    self.pointer = pointer
    self.rows = rows
    self.rowStride = rowStride
    self.stepStride = stepStride
  }
}

/// The part of the left factor that one tile reads.
struct LeftTile<E: Element> {
  let pointer: UnsafePointer<E>
  let rowStride: Int
  let stepStride: Int
}

/// Some rows and steps of a left factor, either in place or packed tile by tile.
struct LeftBlock<E: Element> {
  let pointer: UnsafePointer<E>
  let rowStride: Int
  let stepStride: Int
  /// The number of steps in a packed block; nil if the block is not packed.
  let packedSteps: Int?

  @inline(__always)
  func tile(_ rows: Range<Int>) -> LeftTile<E> {
    if let packedSteps {
      return LeftTile(pointer: pointer + rows.lowerBound * packedSteps, rowStride: 1, stepStride: rows.count)
    }
    return LeftTile(pointer: pointer + rows.lowerBound * rowStride, rowStride: rowStride, stepStride: stepStride)
  }
}

extension LeftFactor {
  /// Returns some rows and steps of the factor, for use with the given number of panels. They are packed if a tile
  /// would otherwise read only a few elements from each of many rows of memory, and enough panels share the cost of
  /// packing.
  @inline(__always)
  func block(
    from first: Int, _ tiles: RowTiles, _ step: Int, _ steps: Int, panels: Int,
    packedInto memory: UnsafeMutablePointer<E>
  ) -> LeftBlock<E> {
    let start = pointer + first * rowStride + step * stepStride
    guard stepStride > 1, isScattered(stepStride, steps, E.self), panels > 2 else {
      return LeftBlock(pointer: start, rowStride: rowStride, stepStride: stepStride, packedSteps: nil)
    }
    for tile in 0..<tiles.count {
      let rows = tiles[tile]
      packColumns(
        start + rows.lowerBound, stride: stepStride, steps: steps, height: rows.count, memory + rows.lowerBound * steps)
    }
    return LeftBlock(pointer: UnsafePointer(memory), rowStride: 1, stepStride: 0, packedSteps: steps)
  }
}

/// Copies `height` adjacent elements from each of `steps` rows of memory to consecutive addresses. Whole registers are
/// copied: the next step overwrites the excess, and the buffers have slack at their end.
@inline(__always)
private func packColumns<E: Element>(
  _ start: UnsafePointer<E>, stride: Int, steps: Int, height: Int, _ memory: UnsafeMutablePointer<E>
) {
  let lanes = E.Vector.scalarCount
  var from = start
  var to = memory
  for _ in 0..<steps {
    let low: E.Vector = load(from)
    store(low, to)
    if height > lanes {
      let high: E.Vector = load(from + lanes)
      store(high, to + lanes)
    }
    from += stride
    to += height
  }
}

/// Copies some rows of a panel, two registers per row.
@inline(__always)
func packRows<E: Element>(
  _ start: UnsafePointer<E>, stride: Int, steps: Int, isWide: Bool, _ memory: UnsafeMutablePointer<E>
) {
  let lanes = E.Vector.scalarCount
  for p in 0..<steps {
    let row = start + p * stride
    let low: E.Vector = load(row)
    store(low, memory + 2 * p * lanes)
    if isWide {
      let high: E.Vector = load(row + lanes)
      store(high, memory + (2 * p + 1) * lanes)
    }
  }
}

/// Writes the transpose of up to a panel's width of rows of a parameter, for `steps` columns from `step` on, which must
/// begin a panel. The columns become rows of two registers. Rows beyond the last are written as zeros.
@inline(__always)
func packTransposed<E: Element>(
  _ panels: Panels<E>, row: Int, step: Int, steps: Int, _ memory: UnsafeMutablePointer<E>
) {
  let width = Panels<E>.panelWidth
  let side = E.Vector.squareSide
  let height = min(width, panels.rows - row)
  if height < width { memory.update(repeating: 0, count: steps * width) }
  for column in stride(from: step, to: step + steps, by: width) {
    let (start, stride) = panels.panel(at: column)
    let from = UnsafePointer(start + row * stride)
    let to = memory + (column - step) * width
    if height == width, stride == width {
      // The loop bounds are constants here, so the loops unroll into loads, shuffles and stores.
      for i in 0..<width / side {
        for j in 0..<width / side {
          E.Vector.transposeSquare(from + i * side * width + j * side, width, to + j * side * width + i * side, width)
        }
      }
      continue
    }
    let whole = height / side * side
    for i in Swift.stride(from: 0, to: whole, by: side) {
      for j in Swift.stride(from: 0, to: stride, by: side) {
        E.Vector.transposeSquare(from + i * stride + j, stride, to + j * width + i, width)
      }
    }
    for i in whole..<max(height, whole) {
      for j in 0..<stride { to[j * width + i] = from[i * stride + j] }
    }
  }
}
