// SPDX-License-Identifier: GPL-3.0-or-later

/// How deep a panel of B is packed at once: 256 steps of two vectors are 16 KiB, half of the first-level cache.
private let packedDepth = PanelMemory.bytes / 64

/// One task of a product: all rows of A given, some columns of B.
///
/// B goes panel by panel of two vectors' width. A panel is packed when it is transposed, or when its rows lie so far
/// apart that walking them would miss the cache, and enough rows of A share the cost.
@inline(__always)
func multiplyBlock<E: Element>(
  _ a: LeftFactor<E>, _ b: RightFactor<E>, columns: Range<Int>, depth: Int, start: UnsafePointer<E>?,
  startStride: Int, _ c: UnsafeMutablePointer<E>, cStride: Int, rows: Int
) {
  let lanes = E.Vector.scalarCount
  let width = 2 * lanes
  var packs = true
  if case .rows(_, let stride) = b { packs = stride > 8 * width && depth > 64 && rows > 12 }
  guard packs else {
    guard case .rows(let pointer, let stride) = b else { return }
    for column in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: width) {
      rowsOfTiles(
        a, pointer + column, bStride: stride, wide: columns.upperBound - column > lanes, depth: depth, rows: rows,
        start: start.map { $0 + column }, startStride: startStride, c + column, cStride: cStride)
    }
    return
  }
  let panel = PanelMemory.ofThisThread.bindMemory(to: E.self, capacity: packedDepth * width)
  for column in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: width) {
    let wide = columns.upperBound - column > lanes
    for step in Swift.stride(from: 0, to: max(depth, 1), by: packedDepth) {
      let steps = min(packedDepth, depth - step)
      pack(b, column: column, step: step, steps: steps, wide: wide, panel)
      // After the first block the sum goes on from where it stands.
      let from = step == 0 ? start.map { $0 + column } : UnsafePointer(c + column)
      rowsOfTiles(
        LeftFactor(pointer: a.pointer + step * a.stepStride, rowStride: a.rowStride, stepStride: a.stepStride),
        UnsafePointer(panel), bStride: width, wide: wide, depth: steps, rows: rows,
        start: from, startStride: step == 0 ? startStride : cStride, c + column, cStride: cStride)
    }
  }
}

/// All row tiles over one panel of B.
@inline(__always)
private func rowsOfTiles<E: Element>(
  _ a: LeftFactor<E>, _ b: UnsafePointer<E>, bStride: Int, wide: Bool, depth: Int, rows: Int,
  start: UnsafePointer<E>?, startStride: Int, _ c: UnsafeMutablePointer<E>, cStride: Int
) {
  var row = 0
  while row < rows {
    let left = LeftFactor(pointer: a.pointer + row * a.rowStride, rowStride: a.rowStride, stepStride: a.stepStride)
    let s = start.map { $0 + row * startStride }
    let target = c + row * cStride
    let count = min(6, rows - row)
    if wide {
      tile(count, true, depth, left, b, bStride, s, startStride, target, cStride)
    } else {
      tile(count, false, depth, left, b, bStride, s, startStride, target, cStride)
    }
    row += count
  }
}

/// Chooses the kernel whose number of rows is a constant.
@inline(__always)
private func tile<E: Element>(
  _ rows: Int, _ wide: Bool, _ depth: Int, _ a: LeftFactor<E>, _ b: UnsafePointer<E>, _ bStride: Int,
  _ start: UnsafePointer<E>?, _ startStride: Int, _ c: UnsafeMutablePointer<E>, _ cStride: Int
) {
  switch rows {
  case 6:
    productTile(
      rows: 6, wide: wide, depth: depth, a, b, bStride: bStride, start: start, startStride: startStride, c,
      cStride: cStride)
  case 5:
    productTile(
      rows: 5, wide: wide, depth: depth, a, b, bStride: bStride, start: start, startStride: startStride, c,
      cStride: cStride)
  case 4:
    productTile(
      rows: 4, wide: wide, depth: depth, a, b, bStride: bStride, start: start, startStride: startStride, c,
      cStride: cStride)
  case 3:
    productTile(
      rows: 3, wide: wide, depth: depth, a, b, bStride: bStride, start: start, startStride: startStride, c,
      cStride: cStride)
  case 2:
    productTile(
      rows: 2, wide: wide, depth: depth, a, b, bStride: bStride, start: start, startStride: startStride, c,
      cStride: cStride)
  default:
    productTile(
      rows: 1, wide: wide, depth: depth, a, b, bStride: bStride, start: start, startStride: startStride, c,
      cStride: cStride)
  }
}

/// Copies `steps` rows of a panel of B to contiguous memory, two vectors a row.
@inline(__always)
private func pack<E: Element>(
  _ b: RightFactor<E>, column: Int, step: Int, steps: Int, wide: Bool, _ panel: UnsafeMutablePointer<E>
) {
  let lanes = E.Vector.scalarCount
  let width = 2 * lanes
  switch b {
  case .rows(let pointer, let stride):
    for p in 0..<steps {
      let row = pointer + (step + p) * stride + column
      let low: E.Vector = load(row)
      store(low, panel + p * width)
      if wide {
        let high: E.Vector = load(row + lanes)
        store(high, panel + p * width + lanes)
      }
    }
  case .transposed(let pointer, let stride, let count):
    let used = max(min(width, count - column), 0)
    for j in 0..<used {
      let row = pointer + (column + j) * stride + step
      for p in 0..<steps { panel[p * width + j] = row[p] }
    }
    for j in used..<width {
      for p in 0..<steps { panel[p * width + j] = 0 }
    }
  }
}
