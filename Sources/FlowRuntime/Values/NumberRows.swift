// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A matrix with short rows: rows of equal length in one array, one after the other.
struct NumberRows: Sendable, RandomAccessCollection, MutableCollection {
  /// The longest row that is worth packing. A list of its own adds about 64 bytes to a row. Packed rows are copied when a
  /// row is read or appended, which must take no longer than sharing it would.
  static let longest = 32

  /// The numbers row by row.
  private(set) var numbers: [Double]
  /// The length of every row; at least 1.
  let columns: Int

  init(_ numbers: [Double], columns: Int) {
    self.numbers = numbers
    self.columns = columns
  }

  /// Returns whether rows of the given length are packed.
  static func areShort(_ columns: Int) -> Bool { 1...longest ~= columns }

  var startIndex: Int { 0 }
  /// The number of rows.
  var endIndex: Int { numbers.count / columns }

  /// Returns the rows at the given offsets, in that order, or fewer if a stop is requested.
  func gathered(_ offsets: some RandomAccessCollection<Int>) -> NumberRows {
    var results: [Double] = []
    results.reserveCapacity(offsets.count * columns)
    for offset in offsets.untilStopped {
      for index in offset * columns..<(offset + 1) * columns { results.append(numbers[index]) }
    }
    return NumberRows(results, columns: columns)
  }

  /// Returns the row at an offset from 0 without copying it.
  func shared(_ offset: Int) -> NumberRow { NumberRow(numbers, offset * columns..<(offset + 1) * columns) }

  /// The row at an offset from 0.
  subscript(offset: Int) -> [Double] {
    get { Array(numbers[offset * columns..<(offset + 1) * columns]) }
    set {
      for column in 0..<columns { numbers[offset * columns + column] = newValue[column] }
    }
  }
}
