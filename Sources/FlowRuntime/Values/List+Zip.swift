// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension List {
  /// Returns a list whose element at each offset is the list of the elements that `lists` have there, up to the end of
  /// the shortest. It is shorter if a stop is requested.
  static func zipped(_ lists: [List]) -> List {
    let count = lists.map(\.count).min() ?? 0
    let columns = lists.compactMap(\.numbers)
    if columns.count == lists.count {
      var numbers: [Double] = []
      numbers.reserveCapacity(count * columns.count)
      for index in (0..<count).untilStopped { for column in columns { numbers.append(column[index]) } }
      return List(matrix: numbers, rows: count, columns: columns.count)
    }
    let matrices = lists.compactMap(\.rows)
    if matrices.count == lists.count, matrices.allSatisfy({ $0.columns == matrices[0].columns }) {
      return zipped(matrices, count)
    }
    // Numbers and rows, or rows of different lengths, cannot be stored together in another way than as values.
    let isFlat = lists.allSatisfy { $0.numbers != nil || $0.rows != nil }
    let elements = (0..<count).untilStopped.map { index -> Value in
      var row: [Value] = []
      row.reserveCapacity(lists.count)
      for list in lists { row.append(list[index]) }
      return .list(isFlat ? List(.values(row)) : List(row))
    }
    return List(elements)
  }

  /// Returns the list whose element at each offset is the matrix of the rows that matrices with equally many columns have
  /// there.
  private static func zipped(_ matrices: [NumberRows], _ count: Int) -> List {
    let columns = matrices[0].columns
    // Copying an array from a buffer is the fastest way to create a short one.
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: matrices.count * columns) { buffer in
      buffer.initialize(repeating: 0)
      let elements = (0..<count).untilStopped.map { row -> Value in
        for number in matrices.indices {
          for column in 0..<columns {
            buffer[number * columns + column] = matrices[number].numbers[row * columns + column]
          }
        }
        return .list(List(.rows(NumberRows(Array(buffer), columns: columns))))
      }
      return List(.values(elements))
    }
  }
}
