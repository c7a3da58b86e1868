// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

@Suite struct MatrixTests {
  @Test(arguments: [(1, 8), (7, 8), (8, 8), (9, 16), (256, 272), (257, 264), (1024, 1040)])
  func rowsOfFloatsAreWholeRegisters(_ columns: Int, _ stride: Int) {
    #expect(Matrix<Float>.stride(columns) == stride)
  }

  @Test(arguments: [(1, 4), (4, 4), (5, 8), (128, 136), (257, 260)])
  func rowsOfDoublesAreWholeRegisters(_ columns: Int, _ stride: Int) {
    #expect(Matrix<Double>.stride(columns) == stride)
  }

  @Test func memoryIsZeroAndAligned() {
    for count in [0, 1, 5, 1000] {
      let buffer = Buffer<Float>(count: count)
      #expect(UInt(bitPattern: buffer.pointer) % 64 == 0)
      #expect(buffer.count == count)
      #expect((0..<count).allSatisfy { buffer.pointer[$0] == 0 })
    }
  }

  @Test func parameterElementsAreStoredInPanels() {
    let wide = OwnedPanels<Float>(3, 20, seed: 1)
    // Two rows of sixteen elements come before the first place; then follow a whole panel and rows of one register.
    let places = [(2, 15, 47), (0, 16, 48), (2, 17, 65)]
    for (row, column, place) in places { #expect(wide.view.address(row, column) - wide.view.pointer == place) }
    #expect(wide.view.count == 3 * 24)
    #expect(wide.padding == [Float](repeating: 0, count: 3 * 4))
    let narrow = OwnedPanels<Double>(2, 5, seed: 1)
    #expect(narrow.view.address(1, 4) - narrow.view.pointer == 12)
  }

  @Test func elementsAreStoredByRowAndStride() {
    let matrix = OwnedMatrix<Double>(3, 5)
    matrix.view[2, 4] = 7
    #expect(matrix.buffer.pointer[2 * 8 + 4] == 7)
    #expect(matrix.view.rows(1..<3).count == 16)
    #expect(matrix.view.rows(1..<3).columns == 5)
    #expect(matrix.view.rows(1..<3).pointer == matrix.view.pointer + matrix.view.stride)
    matrix.view.fill(3)
    #expect(matrix.padding == [Double](repeating: 3, count: 9))
  }
}
