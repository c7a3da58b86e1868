// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Parts of lists. If a stop is requested, they are incomplete.
extension List {
  /// The elements in an array.
  var values: [Value] { if case .values(let values) = storage { values } else { indices.untilStopped.map(shared) } }

  /// Returns the elements in a range of offsets.
  func part(_ offsets: Range<Int>) -> List {
    switch storage {
    case .values(let values): List(.values(values[offsets].untilStopped.map { $0 }))
    case .numbers(let numbers): List(Array(numbers[offsets]))
    case .row(let row): List(Array(row[offsets]))
    case .rows(let rows):
      List(
        .rows(
          NumberRows(
            Array(rows.numbers[offsets.lowerBound * rows.columns..<offsets.upperBound * rows.columns]),
            columns: rows.columns)))
    }
  }

  /// Returns the elements at the given offsets, in that order.
  func gathered(_ offsets: some RandomAccessCollection<Int>) -> List {
    switch storage {
    case .numbers(let numbers): return List(offsets.untilStopped.map { numbers[$0] })
    case .row(let row): return List(offsets.untilStopped.map { row[$0] })
    case .rows(let rows): return List(.rows(rows.gathered(offsets)))
    case .values(let values):
      return List(offsets.untilStopped.map { values[$0] } as [Value])
    }
  }

  /// Returns the elements of several lists, one list after the other.
  static func joined(_ lists: [List]) -> List {
    var builder = ListBuilder(capacity: lists.reduce(0) { $0 + $1.count })
    for list in lists.untilStopped { builder.append(contentsOf: list) }
    return builder.list
  }
}
