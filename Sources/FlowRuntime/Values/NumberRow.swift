// SPDX-License-Identifier: GPL-3.0-or-later

/// A row of a matrix with short rows that shares the array of the matrix instead of copying its numbers.
///
/// It keeps the whole array in memory, and a change of the matrix then copies that array. It is therefore only worth
/// creating where all rows are kept anyway.
struct NumberRow: Sendable, RandomAccessCollection {
  private let matrix: [Double]
  // Half a word each, so that a list takes two words. A list is too short for larger offsets.
  private let start: UInt32
  private let end: UInt32

  /// Creates a row from a range of offsets into the numbers of a matrix.
  init(_ matrix: [Double], _ offsets: Range<Int>) {
    self.matrix = matrix
    start = UInt32(offsets.lowerBound)
    end = UInt32(offsets.upperBound)
  }

  var startIndex: Int { 0 }
  var endIndex: Int { Int(end - start) }
  subscript(offset: Int) -> Double { matrix[Int(start) + offset] }

  /// The numbers in an array of their own.
  var numbers: [Double] { Array(matrix[Int(start)..<Int(end)]) }
}
