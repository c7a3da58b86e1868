// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Collects the elements of a list and stores them in the most compact way: numbers as numbers, short rows of equal length
/// as a matrix, and anything else as values.
struct ListBuilder {
  private enum Form {
    case undecided
    case numbers
    case rows(columns: Int)
    /// `columns` is the length of the rows if all values so far are rows that could be packed.
    case values(columns: Int?)
  }

  private var form = Form.undecided
  /// The elements as long as they are numbers or packed rows.
  private var numbers: [Double] = []
  private var values: [Value] = []
  private let capacity: Int

  /// Creates a builder that reserves memory for the given number of elements once it has seen the first.
  init(capacity: Int = 0) { self.capacity = capacity }

  @inline(__always)
  mutating func append(_ value: Value) {
    switch (form, value) {
    case (.numbers, .number(let number)): numbers.append(number)
    case (.values(nil), _): values.append(value)
    default: decide(value)
    }
  }

  /// Appends a value that may change how the elements are stored.
  private mutating func decide(_ value: Value) {
    switch (form, value) {
    case (.numbers, .number), (.values(nil), _): append(value)
    case (.undecided, .number(let number)):
      form = .numbers
      numbers.reserveCapacity(capacity)
      numbers.append(number)
    case (.values(let columns), _):
      if value.shortRow != columns { form = .values(columns: nil) }
      values.append(value)
    case (.undecided, _):
      form = .values(columns: value.shortRow)
      values.reserveCapacity(capacity)
      values.append(value)
    case (.numbers, _), (.rows, _):
      storeValues()
      append(value)
    }
  }

  /// Appends the elements of a list, or some of them if a stop is requested. Values stay values, so a loop that keeps
  /// appending to a list does not inspect all of its elements each time.
  mutating func append(contentsOf list: List) {
    if list.isEmpty { return }
    switch (form, list.storage) {
    case (.undecided, .numbers(let more)):
      form = .numbers
      // Shared until more numbers are appended, because elements of another kind replace the array anyway.
      numbers = more
    case (.undecided, .rows(let more)):
      form = .rows(columns: more.columns)
      numbers.reserveCapacity(capacity * more.columns)
      numbers += more.numbers
    case (.undecided, .values(let more)):
      form = .values(columns: nil)
      values.reserveCapacity(capacity)
      for value in more.untilStopped { values.append(value) }
    case (.numbers, .numbers(let more)):
      numbers.reserveCapacity(capacity)
      numbers += more
    case (.rows(let columns), .rows(let more)) where more.columns == columns: numbers += more.numbers
    default: for offset in list.indices.untilStopped { append(list.shared(offset)) }
    }
  }

  /// Turns numbers or packed rows into values.
  private mutating func storeValues() {
    if case .numbers = form {
      values = numbers.mapInPieces(capacity: capacity, Value.number)
    } else {
      values.reserveCapacity(capacity)
      let list = list
      for offset in list.indices.untilStopped { values.append(list.shared(offset)) }
    }
    numbers = []
    form = .values(columns: nil)
  }

  /// The elements so far.
  var list: List {
    switch form {
    case .undecided, .numbers: List(numbers)
    case .rows(let columns): List(.rows(NumberRows(numbers, columns: columns)))
    case .values(nil): List(.values(values))
    case .values(let columns?): List(.rows(values.packed(columns)))
    }
  }
}
