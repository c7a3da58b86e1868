// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension List {
  /// Creates a list of any values and stores it in the most compact way. They are not copied if they stay values.
  package init(_ values: [Value]) {
    // The last element rules out most lists of other values.
    switch values.last {
    case nil: self.init([Double]())
    case .number: self.init(values.numbers.map(Storage.numbers) ?? .values(values))
    case .list: self.init(values.shortRows.map { .rows(values.packed($0)) } ?? .values(values))
    default: self.init(.values(values))
    }
  }
}

extension [Value] {
  /// The elements as numbers, or nil if any of them is not a number.
  fileprivate var numbers: [Double]? {
    guard first?.number != nil else { return nil }
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    for value in self {
      guard case .number(let number) = value else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// The length of the elements if all of them are rows that can be packed into a matrix, or nil.
  fileprivate var shortRows: Int? {
    guard let columns = last?.shortRow, first?.shortRow == columns, untilStopped.allSatisfy({ $0.shortRow == columns })
    else { return nil }
    return columns
  }

  /// Returns the elements, which must be rows of the given length, as a matrix, or fewer rows if a stop is requested.
  func packed(_ columns: Int) -> NumberRows {
    var numbers: [Double] = []
    numbers.reserveCapacity(count * columns)
    for value in untilStopped { if case .list(let row) = value { numbers += row.numbers ?? [] } }
    return NumberRows(numbers, columns: columns)
  }
}

extension Value {
  /// The length of a list of numbers that can be a row of a packed matrix, or nil for any other value.
  var shortRow: Int? {
    guard case .list(let list) = self, list.isFlat, NumberRows.areShort(list.count) else { return nil }
    return list.count
  }
}
