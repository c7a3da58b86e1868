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
    // Copying more numbers than those of a short row takes longer than sharing them.
    if matrices.count == lists.count, matrices.allSatisfy({ $0.columns == matrices[0].columns }),
      NumberRows.areShort(matrices.count * matrices[0].columns)
    {
      return zipped(matrices, count)
    }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: lists.count) { numbers in
      numbers.initialize(repeating: 0)
      return List((0..<count).untilStopped.map { .list(across(lists, $0, numbers)) } as [Value])
    }
  }

  /// Returns the list of the elements that lists have at an offset. Overwrites `numbers`, a buffer for one number of each.
  private static func across(_ lists: [List], _ offset: Int, _ numbers: UnsafeMutableBufferPointer<Double>) -> List {
    var found = 0
    while found < lists.count, let number = lists[found].number(offset) {
      numbers[found] = number
      found += 1
    }
    // Copying an array from a buffer is the fastest way to create a short one.
    if found == lists.count { return List(Array(numbers)) }
    // The initializer with uninitialized capacity is not specialized and looks up the type of the array each time.
    var elements: [Value] = []
    elements.reserveCapacity(lists.count)
    for list in lists { elements.append(list.shared(offset)) }
    return List(.values(elements))
  }

  /// Returns the list whose element at each offset is the matrix of the rows that matrices with equally many columns have
  /// there.
  private static func zipped(_ matrices: [NumberRows], _ count: Int) -> List {
    let columns = matrices[0].columns
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

  /// Returns the element at an offset if it is a number.
  private func number(_ offset: Int) -> Double? {
    switch storage {
    case .values(let values): values[offset].number
    case .numbers(let numbers): numbers[offset]
    case .row(let row): row[offset]
    case .rows: nil
    }
  }
}
