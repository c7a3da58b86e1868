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
      return List(.values((0..<count).untilStopped.map { .list(List(.rows(row($0, of: matrices)))) }))
    }
    return List((0..<count).lazy.map { index in .list(of: lists.map { $0[index] }) })
  }

  /// Returns the matrix of the rows that matrices of one width have at an offset.
  private static func row(_ offset: Int, of matrices: [NumberRows]) -> NumberRows {
    let columns = matrices[0].columns
    let numbers = [Double](unsafeUninitializedCapacity: matrices.count * columns) { buffer, count in
      for matrix in matrices {
        for index in offset * columns..<(offset + 1) * columns {
          buffer.initializeElement(at: count, to: matrix.numbers[index])
          count += 1
        }
      }
    }
    return NumberRows(numbers, columns: columns)
  }
}
