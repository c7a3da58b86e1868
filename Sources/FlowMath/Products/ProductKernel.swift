// SPDX-License-Identifier: GPL-3.0-or-later

/// Calls the kernel for the given number of rows and vectors.
@inline(__always)
func productTile<E: Element>(
  _ rows: Int, isWide: Bool, depth: Int, _ a: LeftTile<E>, _ b: UnsafePointer<E>, bStride: Int,
  start: UnsafePointer<E>?, startStride: Int, _ c: UnsafeMutablePointer<E>, cStride: Int
) {
  @inline(__always)
  func tile<H: TileHeight>(_ height: H.Type) {
    if isWide {
      productTile(
        height, TwoVectors.self, depth: depth, a, b, bStride: bStride, start: start, startStride: startStride, c,
        cStride: cStride)
    } else {
      productTile(
        height, OneVector.self, depth: depth, a, b, bStride: bStride, start: start, startStride: startStride, c,
        cStride: cStride)
    }
  }
  switch rows {
  case 6: tile(SixRows.self)
  case 5: tile(FiveRows.self)
  case 4: tile(FourRows.self)
  case 3: tile(ThreeRows.self)
  case 2: tile(TwoRows.self)
  default: tile(OneRow.self)
  }
}

/// The number of rows of a tile, as a type, so that the compiler generates code for each height. If it were a plain
/// number, the compiler would turn it into a variable as soon as it finds the kernel too long to copy, and the loop
/// would test it in every step.
private protocol TileHeight { static var rows: Int { get } }
private enum OneRow: TileHeight { @inline(__always) static var rows: Int { 1 } }
private enum TwoRows: TileHeight { @inline(__always) static var rows: Int { 2 } }
private enum ThreeRows: TileHeight { @inline(__always) static var rows: Int { 3 } }
private enum FourRows: TileHeight { @inline(__always) static var rows: Int { 4 } }
private enum FiveRows: TileHeight { @inline(__always) static var rows: Int { 5 } }
private enum SixRows: TileHeight { @inline(__always) static var rows: Int { 6 } }

/// The number of vectors in a row of a tile, as a type for the same reason.
private protocol TileWidth { static var isWide: Bool { get } }
private enum OneVector: TileWidth { @inline(__always) static var isWide: Bool { false } }
private enum TwoVectors: TileWidth { @inline(__always) static var isWide: Bool { true } }

/// Computes a tile of C: `start` plus the product of a panel of A and a panel of B.
///
/// The tile has `rows` (1 to 6) rows of one or two vectors. Its twelve accumulators, two vectors of B and one broadcast
/// element of A fill the sixteen registers of AVX2. Each element is summed over the depth in ascending order, beginning
/// with `start` or with zero, so the bits depend neither on the tile nor on how the depth is divided into blocks.
@inline(never)
private func productTile<E: Element, H: TileHeight, W: TileWidth>(
  _ height: H.Type, _ width: W.Type, depth: Int, _ a: LeftTile<E>, _ b: UnsafePointer<E>, bStride: Int,
  start: UnsafePointer<E>?, startStride: Int, _ c: UnsafeMutablePointer<E>, cStride: Int
) {
  typealias V = E.Vector
  let lanes = V.scalarCount
  let rows = H.rows
  let wide = W.isWide
  var c00 = V(), c01 = V(), c10 = V(), c11 = V(), c20 = V(), c21 = V()
  var c30 = V(), c31 = V(), c40 = V(), c41 = V(), c50 = V(), c51 = V()
  if let s = start {
    c00 = load(s)
    if wide { c01 = load(s + lanes) }
    if rows > 1 { c10 = load(s + startStride) }
    if rows > 1 && wide { c11 = load(s + startStride + lanes) }
    if rows > 2 { c20 = load(s + 2 * startStride) }
    if rows > 2 && wide { c21 = load(s + 2 * startStride + lanes) }
    if rows > 3 { c30 = load(s + 3 * startStride) }
    if rows > 3 && wide { c31 = load(s + 3 * startStride + lanes) }
    if rows > 4 { c40 = load(s + 4 * startStride) }
    if rows > 4 && wide { c41 = load(s + 4 * startStride + lanes) }
    if rows > 5 { c50 = load(s + 5 * startStride) }
    if rows > 5 && wide { c51 = load(s + 5 * startStride + lanes) }
  }
  var bp = b
  var ap = a.pointer
  let r = a.rowStride
  for _ in 0..<depth {
    let b0: V = load(bp)
    let b1: V = wide ? load(bp + lanes) : V()
    let a0 = V(repeating: ap[0])
    c00 = c00.fused(a0, b0)
    if wide { c01 = c01.fused(a0, b1) }
    if rows > 1 {
      let a1 = V(repeating: ap[r])
      c10 = c10.fused(a1, b0)
      if wide { c11 = c11.fused(a1, b1) }
    }
    if rows > 2 {
      let a2 = V(repeating: ap[2 * r])
      c20 = c20.fused(a2, b0)
      if wide { c21 = c21.fused(a2, b1) }
    }
    if rows > 3 {
      let a3 = V(repeating: ap[3 * r])
      c30 = c30.fused(a3, b0)
      if wide { c31 = c31.fused(a3, b1) }
    }
    if rows > 4 {
      let a4 = V(repeating: ap[4 * r])
      c40 = c40.fused(a4, b0)
      if wide { c41 = c41.fused(a4, b1) }
    }
    if rows > 5 {
      let a5 = V(repeating: ap[5 * r])
      c50 = c50.fused(a5, b0)
      if wide { c51 = c51.fused(a5, b1) }
    }
    bp += bStride
    ap += a.stepStride
  }
  store(c00, c)
  if wide { store(c01, c + lanes) }
  if rows > 1 { store(c10, c + cStride) }
  if rows > 1 && wide { store(c11, c + cStride + lanes) }
  if rows > 2 { store(c20, c + 2 * cStride) }
  if rows > 2 && wide { store(c21, c + 2 * cStride + lanes) }
  if rows > 3 { store(c30, c + 3 * cStride) }
  if rows > 3 && wide { store(c31, c + 3 * cStride + lanes) }
  if rows > 4 { store(c40, c + 4 * cStride) }
  if rows > 4 && wide { store(c41, c + 4 * cStride + lanes) }
  if rows > 5 { store(c50, c + 5 * cStride) }
  if rows > 5 && wide { store(c51, c + 5 * cStride + lanes) }
}
