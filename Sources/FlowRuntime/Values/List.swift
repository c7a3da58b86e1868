// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The elements of a list of the language.
///
/// A list of numbers stores 8 bytes per number. A matrix with short rows is one array with a shape, because a row of its
/// own would cost more than its numbers. Longer rows are lists of numbers of their own, which reading a row or appending
/// one shares instead of copying. Everything else is stored as values. If all short rows of a matrix become values, as in a
/// list with other elements, each is a list that shares the array of the matrix.
///
/// How a list is stored cannot be observed in the language: equal elements may be stored in different ways, and a list
/// that is changed is stored in whatever way its new elements need. Most code treats a list as a collection of values.
/// Only code whose speed matters reads `numbers` or `rows`.
package struct List: Sendable {
  enum Storage: Sendable {
    case values([Value])
    case numbers([Double])
    case rows(NumberRows)
    case row(NumberRow)
  }

  var storage: Storage

  init(_ storage: Storage) { self.storage = storage }

  /// Creates a list of numbers.
  package init(_ numbers: [Double]) { self.init(.numbers(numbers)) }

  /// Creates a list of any values and stores it in the most compact way. Its elements are fewer if a stop is requested.
  package init(_ values: some RandomAccessCollection<Value>) {
    var builder = ListBuilder(capacity: values.count)
    for value in values.untilStopped { builder.append(value) }
    self = builder.list
  }

  /// Creates a matrix of the given shape from its rows, counted from 0. The rows are fewer if a stop is requested.
  package init(rows: Int, columns: Int, _ row: (Int) -> [Double]) {
    guard rows > 0, NumberRows.areShort(columns) else {
      self.init(.values((0..<rows).untilStopped.map { .list(List(row($0))) }))
      return
    }
    var numbers: [Double] = []
    numbers.reserveCapacity(rows * columns)
    for number in (0..<rows).untilStopped { numbers += row(number) }
    self.init(.rows(NumberRows(numbers, columns: columns)))
  }

  /// Creates a matrix of the given shape from its numbers row by row. The rows are fewer if a stop is requested.
  package init(matrix numbers: [Double], rows: Int, columns: Int) {
    if rows > 0, NumberRows.areShort(columns) {
      self.init(.rows(NumberRows(numbers, columns: columns)))
    } else {
      self.init(rows: rows, columns: columns) { Array(numbers[$0 * columns..<($0 + 1) * columns]) }
    }
  }

  /// The numbers, if the list is stored as numbers. Those of a shared row are copied.
  package var numbers: [Double]? {
    switch storage {
    case .numbers(let numbers): numbers
    case .row(let row): row.numbers
    case .values, .rows: nil
    }
  }

  /// Whether the list is stored as numbers.
  package var isFlat: Bool {
    switch storage {
    case .numbers, .row: true
    case .values, .rows: false
    }
  }

  /// The rows, if the list is stored as a matrix with short rows.
  var rows: NumberRows? { if case .rows(let rows) = storage { rows } else { nil } }
}

extension List: RandomAccessCollection {
  package var startIndex: Int { 0 }

  package var endIndex: Int {
    switch storage {
    case .values(let values): values.count
    case .numbers(let numbers): numbers.count
    case .rows(let rows): rows.count
    case .row(let row): row.count
    }
  }

  /// The element at an offset from 0.
  package subscript(offset: Int) -> Value {
    switch storage {
    case .values(let values): values[offset]
    case .numbers(let numbers): .number(numbers[offset])
    case .rows(let rows): .list(List(rows[offset]))
    case .row(let row): .number(row[offset])
    }
  }
}

extension List {
  /// Returns the element at an offset from 0. A row of a matrix is not copied; see `NumberRow`.
  func shared(_ offset: Int) -> Value {
    if case .rows(let rows) = storage { .list(List(.row(rows.shared(offset)))) } else { self[offset] }
  }
}

extension List: ExpressibleByArrayLiteral {
  package init(arrayLiteral elements: Value...) { self.init(elements) }
}

extension List {
  /// Changes the element at an offset from 0. The change is made in place if nothing else refers to the list.
  mutating func change<Failure: Error>(
    at offset: Int, _ body: (inout Value) throws(Failure) -> Void
  ) throws(Failure) {
    let old = storage
    // From here on this function has the only reference to the elements.
    storage = .numbers([])
    switch consume old {
    case .values(var values):
      defer { storage = .values(values) }
      try body(&values[offset])
    case .numbers(var numbers):
      var element = Value.number(numbers[offset])
      defer {
        if case .number(let number) = element {
          numbers[offset] = number
          storage = .numbers(numbers)
        } else {
          storage = .values(Self.values(numbers.lazy.map(Value.number), with: element, at: offset))
        }
      }
      try body(&element)
    case .rows(var rows):
      var element = Value.list(List(rows[offset]))
      defer {
        if case .list(let row) = element, let numbers = row.numbers, numbers.count == rows.columns {
          rows[offset] = numbers
          storage = .rows(rows)
        } else {
          let values = rows.indices.lazy.map { Value.list(List(.row(rows.shared($0)))) }
          storage = .values(Self.values(values, with: element, at: offset))
        }
      }
      try body(&element)
    case .row(let row):
      storage = .numbers(row.numbers)
      try change(at: offset, body)
    }
  }

  /// The elements as values with one of them replaced. It does not end at a stop, because the list may be kept.
  private static func values(_ elements: some Sequence<Value>, with element: Value, at offset: Int) -> [Value] {
    var values = Array(elements)
    values[offset] = element
    return values
  }
}
