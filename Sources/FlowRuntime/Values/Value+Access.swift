// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables
import FlowText

extension Value {
  /// Returns `base[index]`: one element for a number, counted from 1, or from the end if negative; several elements for a
  /// range or a list of numbers; the elements or rows at which a list of booleans is true; a field or column for a string.
  func element(at index: Value) throws(Complaint) -> Value {
    switch (self, index) {
    case (.record(let record), .string(let name)):
      guard let value = record[name] else { throw unknownField(name, among: Array(record.keys)) }
      return value
    case (.table(let table), .string(let name)): return try Value.table(table).column(name)
    default: break
    }
    guard let count = indexableCount else {
      throw Complaint(
        "bad-index", "\(kind) has no elements to index",
        notes: fieldNames.isEmpty ? [] : ["fields: \(fieldNames.listed)"])
    }
    if let selected = try Self.positions(index, count: count) {
      switch self {
      case .table(let table): return .table(table.gathered(selected.map { $0 - 1 }))
      case .string(let text): return .string(text.selecting(selected))
      case .list(let elements): return .list(elements.gathered(selected.lazy.map { $0 - 1 }))
      default:
        var elements = ListBuilder(capacity: selected.count)
        for position in selected.untilStopped { elements.append(try element(position)) }
        return .list(elements.list)
      }
    }
    return try element(try Self.position(index, count: count))
  }

  /// Returns `base.name`: a field of a record or an object, a column of a table, or the field of each element of a list.
  func field(_ name: String) throws(Complaint) -> Value {
    switch self {
    case .record(let record):
      guard let value = record[name] else { throw unknownField(name, among: Array(record.keys)) }
      return value
    case .table: return try column(name)
    case .object(let object):
      if let value = try object.field(name) { return value }
      // A common mistake is `net.weight` for a network with a single layer.
      if object.elementCount ?? 0 > 0, try object.element(1).fieldNames.contains(name) {
        throw Complaint(
          "unknown-field", "\(kind) has no field '\(name)', but its elements do", notes: ["write x[1].\(name)"])
      }
      throw unknownField(name, among: object.fieldNames)
    case .builtin(let overloads) where name == "name": return .string(overloads.name)
    case .list(let elements) where !elements.isEmpty && elements.untilStopped.allSatisfy(\.hasFields):
      var values = ListBuilder(capacity: elements.count)
      for element in elements.untilStopped { values.append(try element.field(name)) }
      return .list(values.list)
    case .builtin(let overloads):
      throw Complaint(
        "unknown-field", "\(kind) has no field '\(name)'", notes: ["call it first: \(overloads.name)(...).\(name)"])
    default: throw Complaint("unknown-field", "\(kind) has no field '\(name)'")
    }
  }

  /// The names that may follow a dot.
  package var fieldNames: [String] {
    switch self {
    case .record(let record): Array(record.keys)
    case .table(let table): table.columnNames
    case .object(let object): object.fieldNames
    default: []
    }
  }

  /// The number of elements that can be indexed, or nil.
  var indexableCount: Int? {
    switch self {
    case .list(let elements): elements.count
    case .range(let range): range.count
    case .table(let table): table.rowCount
    case .string(let text): text.characterCount
    case .object(let object): object.elementCount
    default: nil
    }
  }

  private var hasFields: Bool {
    switch self {
    case .record, .object: true
    default: false
    }
  }

  private func column(_ name: String) throws(Complaint) -> Value {
    guard case .table(let table) = self, let column = table[column: name] else {
      throw unknownColumn(name, among: fieldNames)
    }
    return .list(column.values)
  }

  /// Returns the element at a valid position.
  private func element(_ position: Int) throws(Complaint) -> Value {
    switch self {
    case .list(let elements): elements[position - 1]
    case .range(let range): .number(range[position - 1])
    case .table(let table): .record(table.record(position - 1))
    case .string(let text): .string(text.selecting([position]))
    case .object(let object): try object.element(position)
    default: preconditionFailure("\(kind) is not indexable")
    }
  }

  /// Converts an index, which counts from the end if negative, to a position from 1 to `count`.
  static func position(_ index: Value, count: Int) throws(Complaint) -> Int {
    guard case .number(let number) = index else {
      throw Complaint("bad-index", "an index must be a whole number, but this is \(index.kind)")
    }
    return try position(number, count: count)
  }

  private static func position(_ number: Double, count: Int) throws(Complaint) -> Int {
    guard let position = Int(exactly: number) else {
      throw Complaint("bad-index", "an index must be a whole number, but this is \(literal(number))")
    }
    let fromStart = position < 0 ? count + 1 + position : position
    guard fromStart >= 1, fromStart <= count else {
      let rule =
        count == 0 ? "there are no elements" : "there \(count == 1 ? "is" : "are") \(counted(count, "element"))"
      throw Complaint(
        "bad-index", "index \(position) is out of range: \(rule)",
        notes: ["indices start at 1; -1 is the last"])
    }
    return fromStart
  }

  /// Returns the positions that a range or a list selects, or nil if the index is neither.
  private static func positions(_ index: Value, count: Int) throws(Complaint) -> [Int]? {
    // A range may begin at a position from the start and end at one from the end: 2..-1 is all but the first.
    if case .range(let range) = index, range.lower >= 1, range.upper <= -1, range.step > 0 {
      let first = try position(range.lower, count: count + 1)
      let last = count + 1 + Int(range.upper.rounded(.down))
      return Array(stride(from: first, through: last, by: max(Int(range.step), 1)))
    }
    var selected: [Int] = []
    if case .range(let range) = index, range.fitsList {
      selected.reserveCapacity(range.count)
      for number in range.untilStopped { selected.append(try position(number, count: count)) }
      return selected
    }
    guard let indexes = index.elements else { return nil }
    if case .boolean? = indexes.first {
      guard indexes.count == count else {
        throw Complaint("length-mismatch", "\(counted(indexes.count, "boolean")) cannot select from \(count)")
      }
      for (position, index) in zip(1..., indexes.values).untilStopped where try index.condition() {
        selected.append(position)
      }
      return selected
    }
    selected.reserveCapacity(indexes.count)
    if let numbers = indexes.numbers {
      for number in numbers.untilStopped { selected.append(try position(number, count: count)) }
    } else {
      for index in indexes.untilStopped { selected.append(try position(index, count: count)) }
    }
    return selected
  }

  private func unknownField(_ name: String, among names: [String]) -> Complaint {
    .unknown(
      "field", name, of: kind, code: "unknown-field", among: names,
      notes: names.isEmpty ? [] : ["fields: \(names.listed)"])
  }
}

/// Returns the error about a column that a table does not have.
func unknownColumn(_ name: String, among names: [String]) -> Complaint {
  .unknown(
    "column", name, code: "unknown-column", among: names, notes: ["columns: \(names.listed)"])
}
