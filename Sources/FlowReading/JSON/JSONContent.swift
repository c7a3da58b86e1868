// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowTables

/// The conversion of JSON to the content of a file.
///
/// A list of objects becomes a table with a row per object. Objects inside a row are flattened, so that the column of
/// `{"a": {"b": 1}}` is `a.b`, and lists inside a row become texts. Any other object becomes a record.
enum JSONContent {
  /// The maximum nesting depth of lists and objects. Every traversal recurses once per level.
  private static let mostLevels = 200

  static func value(_ json: inout JSONCursor<JSONError>, _ level: Int) throws(JSONError) -> Content {
    switch json.kind() {
    case .array:
      try check(level, json)
      return try array(&json, level)
    case .object:
      try check(level, json)
      var fields: [(name: String, content: Content)] = []
      var seen: Set<String> = []
      try json.object { (name, json) throws(JSONError) in
        guard seen.insert(name).inserted else { throw json.fault("the key '\(name.shortened)' appears twice") }
        fields.append((name, try value(&json, level + 1)))
      }
      return .record(fields)
    default: return .cell(try cell(&json))
    }
  }

  /// Returns a list, as an array of numbers if it consists of numbers or of rows of equal length.
  static func list(_ elements: [Content]) -> Content {
    if let numbers = elements.numbers { return .array(NumberArray(numbers, shape: [numbers.count])) }
    guard case .array(let first)? = elements.first, !first.numbers.isEmpty else { return .list(elements) }
    var numbers: [Double] = []
    for case .array(let row) in elements where row.shape == first.shape { numbers += row.numbers }
    return numbers.count == elements.count * first.numbers.count
      ? .array(NumberArray(numbers, shape: [elements.count] + first.shape)) : .list(elements)
  }

  /// Returns whether a line ends within a document.
  static func breaksOff(_ line: ArraySlice<UInt8>) -> Bool {
    var json = JSONCursor<JSONError>(line)
    do throws(JSONError) {
      if json.kind() != .end { try skip(&json, 0) }
      return false
    } catch {
      return error.byte >= line.count
    }
  }

  /// Reads an object as the next record of a table.
  static func addRecord(
    _ json: inout JSONCursor<JSONError>, to records: inout RecordAssembler
  ) throws(JSONError) {
    try addFields(&json, prefix: "", to: &records, level: 0)
    guard records.endRecord() else {
      throw JSONError(
        detail: "the objects differ so much in their keys that the table would be too large", byte: json.offset,
        hint: "keep the quantities in rows, with their names in a column")
    }
  }

  private static func addFields(
    _ json: inout JSONCursor<JSONError>, prefix: String, to records: inout RecordAssembler, level: Int
  ) throws(JSONError) {
    try check(level, json)
    try json.object { (key, json) throws(JSONError) in
      let name = prefix.isEmpty ? key : "\(prefix).\(key)"
      if json.kind() == .object {
        return try addFields(&json, prefix: name, to: &records, level: level + 1)
      }
      let cell = try cell(&json, level)
      guard records.add(name, cell) else { throw json.fault("the key '\(name.shortened)' appears twice") }
    }
  }

  private static func array(_ json: inout JSONCursor<JSONError>, _ level: Int) throws(JSONError) -> Content {
    let start = json
    if let table = try table(&json) { return .table(table) }
    json = start
    var elements: [Content] = []
    try json.array { (json) throws(JSONError) in elements.append(try value(&json, level + 1)) }
    return list(elements)
  }

  /// Reads a list of objects as a table. Returns nil if it is empty or contains anything else.
  private static func table(_ json: inout JSONCursor<JSONError>) throws(JSONError) -> Table? {
    var records = RecordAssembler()
    var areRecords = true
    var probe = json
    try probe.enterArray()
    guard probe.kind() == .object else { return nil }
    do throws(JSONError) {
      try json.array { (json) throws(JSONError) in
        areRecords = json.kind() == .object
        guard areRecords else { throw json.fault("this is not an object") }
        try addRecord(&json, to: &records)
      }
    } catch {
      if areRecords { throw error }
      return nil
    }
    return records.finish()
  }

  /// Reads a value as a cell. A list becomes its text.
  private static func cell(_ json: inout JSONCursor<JSONError>, _ level: Int = 0) throws(JSONError) -> Cell {
    switch json.kind() {
    case .string: return .text(try json.string())
    case .number: return .number(try json.number())
    case .boolean: return .boolean(try json.boolean())
    case .array:
      let start = json.position
      try skip(&json, level)
      return .text(json.text(from: start))
    case .end: throw json.fault("the text ends here too early")
    case .object, .null, .other:
      try json.null()
      return .missing
    }
  }

  private static func skip(_ json: inout JSONCursor<JSONError>, _ level: Int) throws(JSONError) {
    switch json.kind() {
    case .array:
      try check(level, json)
      try json.array { (json) throws(JSONError) in try skip(&json, level + 1) }
    case .object:
      try check(level, json)
      try json.object { (_, json) throws(JSONError) in try skip(&json, level + 1) }
    default: _ = try cell(&json)
    }
  }

  private static func check(_ level: Int, _ json: JSONCursor<JSONError>) throws(JSONError) {
    if level > mostLevels { throw json.fault("lists and objects are nested more than \(mostLevels) levels deep") }
  }
}

extension [Content] {
  /// The elements as numbers, or nil if any of them is not a number.
  fileprivate var numbers: [Double]? {
    var numbers: [Double] = []
    for element in self {
      guard case .cell(.number(let number)) = element else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}
