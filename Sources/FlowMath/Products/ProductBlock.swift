// SPDX-License-Identifier: GPL-3.0-or-later

/// The right factor of a product: a parameter, the transpose of one, or the rows of a matrix.
enum RightFactor<E: Element> {
  case panels(Panels<E>)
  case transposed(Panels<E>)
  case rows(Matrix<E>)
}

/// The destination of a product: the rows of a matrix, or a parameter from a given row on.
enum ProductTarget<E: Element> {
  case matrix(Matrix<E>)
  case panels(Panels<E>, from: Int)

  /// Returns the address of the first row in the panel that begins at `column`, and the number of elements from a row
  /// to the next.
  @inline(__always)
  func panel(at column: Int) -> (pointer: UnsafeMutablePointer<E>, stride: Int) {
    switch self {
    case .matrix(let matrix): return (matrix.pointer + column, matrix.stride)
    case .panels(let panels, let row):
      let (pointer, stride) = panels.panel(at: column)
      return (pointer + row * stride, stride)
    }
  }
}

/// A division of rows into tiles of nearly equal height. A much shorter tile would have too few independent sums to
/// keep the processor busy.
struct RowTiles {
  static let tallest = 6
  let rows: Int
  let count: Int
  /// The number of rows per tile, and the number of leading tiles that have one row more.
  private let height: Int, higher: Int

  @inline(__always)
  init(_ rows: Int) {
    self.rows = rows
    count = (rows + Self.tallest - 1) / Self.tallest
    (height, higher) = rows.quotientAndRemainder(dividingBy: max(count, 1))
  }

  @inline(__always)
  subscript(tile: Int) -> Range<Int> {
    let start = tile * height + min(tile, higher)
    return start..<start + height + (tile < higher ? 1 : 0)
  }
}

/// Computes C = bias + A·B for some columns of C, the first of which must begin a panel.
///
/// The depth is processed in blocks. A block of rows of A stays in the second-level cache while one panel of B after
/// another passes through the first-level cache. Source: Goto, van de Geijn, Anatomy of high-performance matrix
/// multiplication, 2008.
@inline(__always)
func multiply<E: Element>(
  _ a: LeftFactor<E>, _ b: RightFactor<E>, depth: Int, bias: UnsafePointer<E>?, into c: ProductTarget<E>,
  columns: Range<Int>
) {
  let width = Panels<E>.panelWidth
  let memory = PanelMemory<E>.ofThisThread
  // A small product ends before a stop could be noticed, so it does not spend time on looking up the token.
  let stop = Double(depth) * Double(a.rows) * Double(columns.count) > 1e8 ? StopToken.current : nil
  for step in stride(from: 0, to: max(depth, 1), by: PanelMemory<E>.depth) {
    let steps = min(PanelMemory<E>.depth, depth - step)
    for first in stride(from: 0, to: a.rows, by: PanelMemory<E>.rows) {
      if let stop, stop.isRequested { return }
      let rows = RowTiles(min(PanelMemory<E>.rows, a.rows - first))
      let left = a.block(
        from: first, rows, step, steps, panels: (columns.count + width - 1) / width, packedInto: memory.left)
      for column in stride(from: columns.lowerBound, to: columns.upperBound, by: width) {
        let isWide = columns.upperBound - column > E.Vector.scalarCount
        let right = b.panel(at: column, step, steps, isWide: isWide, rows: rows.rows, packedInto: memory.right)
        let (start, stride) = c.panel(at: column)
        let target = start + first * stride
        // After the first block, the sums continue from the partial sums in the target.
        let from = step == 0 ? bias.map { $0 + column } : UnsafePointer(target)
        for tile in 0..<rows.count {
          let part = rows[tile]
          productTile(
            part.count, isWide: isWide, depth: steps, left.tile(part), right.pointer,
            bStride: right.stride, start: from.map { step == 0 ? $0 : $0 + part.lowerBound * stride },
            startStride: step == 0 ? 0 : stride, target + part.lowerBound * stride, cStride: stride)
        }
      }
    }
  }
}

/// Returns whether `count` rows of memory, `stride` elements apart, span more than half of a first-level cache of 32
/// KiB.
@inline(__always)
func isScattered<E: Element>(_ stride: Int, _ count: Int, _ type: E.Type) -> Bool {
  stride * count * MemoryLayout<E>.stride > 16 << 10
}

/// Returns whether one cache line from each of `count` rows of memory, `stride` elements apart, overflows a first-level
/// cache of 64 sets of 8 lines, because too many of the lines fall into the same set.
@inline(__always)
func collides<E: Element>(_ stride: Int, _ count: Int, _ type: E.Type) -> Bool {
  let lines = stride * MemoryLayout<E>.stride / 64
  let sets = 64 >> min(lines.trailingZeroBitCount, 6)
  return count > sets * 8
}

extension RightFactor {
  /// Returns `steps` rows, from `step` on, of the panel that begins at `column`. They are packed if they must be
  /// transposed, or if reading them in place would miss the cache and enough rows of A share the cost of packing.
  @inline(__always)
  func panel(
    at column: Int, _ step: Int, _ steps: Int, isWide: Bool, rows: Int, packedInto memory: UnsafeMutablePointer<E>
  ) -> (pointer: UnsafePointer<E>, stride: Int) {
    switch self {
    case .panels(let panels):
      let (pointer, stride) = panels.panel(at: column)
      return (UnsafePointer(pointer + step * stride), stride)
    case .transposed(let panels):
      packTransposed(panels, row: column, step: step, steps: steps, memory)
      return (UnsafePointer(memory), Panels<E>.panelWidth)
    case .rows(let matrix):
      let start = UnsafePointer(matrix.pointer + step * matrix.stride + column)
      guard collides(matrix.stride, steps, E.self), rows > 2 * RowTiles.tallest else {
        return (start, matrix.stride)
      }
      packRows(start, stride: matrix.stride, steps: steps, isWide: isWide, memory)
      return (UnsafePointer(memory), Panels<E>.panelWidth)
    }
  }
}
