// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowRuntime

/// Data sets in a database of runs. A data set that several runs use is stored once.
enum StoredData {
  /// Identifies a data set by its content.
  struct ID: Equatable, Sendable {
    let text: String

    init(_ data: DataSet) {
      var hash = ContentHash()
      hash.add(data.samples)
      for name in data.inputNames + data.classNames + data.targetNames { hash.add(name) }
      for scaling in [data.inputScaling, data.targetScaling] {
        hash.add(scaling.map { $0.isStandard ? 2 : 1 } ?? 0)
        hash.add((scaling?.shifts ?? []) + (scaling?.factors ?? []))
      }
      switch data.values {
      case .bytes(let bytes, let divisor):
        hash.add(Int(divisor))
        hash.add(bytes)
      case .doubles(let numbers): hash.add(numbers)
      }
      switch data.targets {
      case .classes(let labels, _): hash.add(labels)
      case .values(let numbers, _): hash.add(numbers)
      }
      text = hash.text
    }

    init(text: String) { self.text = text }
  }

  /// The largest data set that a database keeps, in bytes. A run with a larger one contains only its description.
  static let limit = 16 << 20

  static let tables = ["data", "data_columns", "data_parts"]

  static let creation = [
    "CREATE TABLE IF NOT EXISTS data (id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, samples INTEGER NOT NULL, "
      + "divisor INTEGER, classes INTEGER NOT NULL, input_scaling TEXT, target_scaling TEXT)",
    "CREATE TABLE IF NOT EXISTS data_columns (data TEXT NOT NULL, role TEXT NOT NULL, number INTEGER NOT NULL, "
      + "name TEXT NOT NULL, shift REAL, factor REAL)",
    "CREATE TABLE IF NOT EXISTS data_parts (data TEXT NOT NULL, role TEXT NOT NULL, part INTEGER NOT NULL, "
      + "bytes BLOB NOT NULL)",
  ]

  /// Stores a data set unless the database contains it, or it is too large.
  static func write(_ data: DataSet, _ id: ID, into connection: any DatabaseConnection) throws(Complaint) {
    guard data.memory <= limit, try connection.first("SELECT 1 FROM data WHERE id = ?", [.text(id.text)]) == nil
    else { return }
    func scaling(_ scaling: Scaling?) -> DatabaseValue {
      scaling.map { .text($0.isStandard ? "standard" : "factors") } ?? .null
    }
    var divisor: DatabaseValue = .null
    if case .bytes(_, let number) = data.values { divisor = .integer(Int(number)) }
    try connection.run(
      "INSERT INTO data VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        .text(id.text), .text(data.name), .integer(data.samples), divisor, .integer(data.isClassification ? 1 : 0),
        scaling(data.inputScaling), scaling(data.targetScaling),
      ])
    func columns(_ names: [String], _ role: String, _ scaling: Scaling?) throws(Complaint) {
      try connection.run(
        "INSERT INTO data_columns VALUES (?, ?, ?, ?, ?, ?)",
        rows: names.enumerated().lazy.map { index, name in
          [
            .text(id.text), .text(role), .integer(index + 1), .text(name),
            scaling.map { .real($0.shifts[index]) } ?? .null,
            scaling.map { .real($0.factors[index]) } ?? .null,
          ]
        })
    }
    try columns(data.inputNames, "input", data.inputScaling)
    try columns(data.isClassification ? data.classNames : data.targetNames, "target", data.targetScaling)
    func content(_ bytes: [UInt8], _ role: String) throws(Complaint) {
      try connection.run(
        "INSERT INTO data_parts VALUES (?, ?, ?, ?)",
        rows: bytes.parts.map { [.text(id.text), .text(role), .integer($0), .bytes($1)] })
    }
    switch data.values {
    case .bytes(let bytes, _): try content(bytes, "input")
    case .doubles(let numbers): try content(numbers.memoryBytes, "input")
    }
    switch data.targets {
    case .classes(let labels, _): try content(labels.memoryBytes, "target")
    case .values(let numbers, _): try content(numbers.memoryBytes, "target")
    }
  }

  /// Returns the data set with the given content, or nil if the database does not keep it.
  static func read(_ id: ID, from connection: any DatabaseConnection) throws(Complaint) -> DataSet? {
    let query = "SELECT name, samples, divisor, classes, input_scaling, target_scaling FROM data WHERE id = ?"
    guard let row = try connection.first(query, [.text(id.text)]) else { return nil }
    let damage = Complaint("damaged-file", "the data set of the run is damaged")
    guard let name = row[0].text, let samples = row[1].integer, samples > 0, let isClassification = row[3].integer
    else { throw damage }
    var columns: [String: (names: [String], shifts: [Double], factors: [Double])] = [:]
    try connection.query(
      "SELECT role, name, shift, factor FROM data_columns WHERE data = ? ORDER BY role, number", [.text(id.text)]
    ) { row throws(Complaint) in
      guard let role = row[0].text, let name = row[1].text else { throw damage }
      columns[role, default: ([], [], [])].names.append(name)
      columns[role]?.shifts.append(row[2].number ?? 0)
      columns[role]?.factors.append(row[3].number ?? 1)
    }
    func content(_ role: String) throws(Complaint) -> [UInt8] {
      var bytes: [UInt8] = []
      try connection.query(
        "SELECT bytes FROM data_parts WHERE data = ? AND role = ? ORDER BY part", [.text(id.text), .text(role)]
      ) { row throws(Complaint) in
        guard let part = row[0].bytes, bytes.count + part.count <= 2 * limit else { throw damage }
        bytes += part
      }
      return bytes
    }
    func scaling(_ value: DatabaseValue, _ role: String) -> Scaling? {
      guard let text = value.text, let own = columns[role] else { return nil }
      return Scaling(shifts: own.shifts, factors: own.factors, isStandard: text == "standard")
    }
    guard let inputs = columns["input"]?.names, let targets = columns["target"]?.names else { throw damage }
    let values: DataValues
    if let divisor = row[2].integer {
      guard let divisor = UInt8(exactly: divisor), divisor > 0 else { throw damage }
      values = .bytes(try content("input"), divisor: divisor)
    } else {
      values = .doubles([Double](memoryBytes: try content("input")))
    }
    let target = try content("target")
    let (width, isTooLarge) = samples.multipliedReportingOverflow(by: inputs.count)
    guard !isTooLarge, values.count == width else { throw damage }
    let goals: DataTargets
    if isClassification != 0 {
      let labels = [Int32](memoryBytes: target)
      guard labels.count == samples, labels.allSatisfy({ targets.indices.contains(Int($0)) }) else { throw damage }
      goals = .classes(labels: labels, names: targets)
    } else {
      let numbers = [Double](memoryBytes: target)
      guard numbers.count / targets.count == samples, numbers.count % targets.count == 0 else { throw damage }
      goals = .values(numbers, names: targets)
    }
    let data = DataSet(
      name: name, values: values, inputNames: inputs, targets: goals, inputScaling: scaling(row[4], "input"),
      targetScaling: scaling(row[5], "target"))
    // The stored content is used without further checks, so it must be what the program has written.
    let readID = ID(data)
    try Complaint.checkStop()
    guard readID == id else { throw damage }
    return data
  }

  /// Returns a stand-in for a data set that is not stored, with the same number of samples.
  static func placeholder(samples: Int, name: String) -> DataSet {
    DataSet(
      name: name, values: .bytes([], divisor: 1), inputNames: [],
      targets: .classes(labels: Array(repeating: 0, count: samples), names: [""]))
  }
}

/// FNV-1a over the bytes of a content, with the length of each part. Databases keep such hashes, so they must not change.
///
/// If a stop is requested, the hash is meaningless.
struct ContentHash {
  /// Returns the hash of some bytes.
  static func text(of bytes: [UInt8]) -> String {
    var hash = ContentHash()
    hash.add(bytes)
    return hash.text
  }

  private var state: UInt64 = 0xcbf2_9ce4_8422_2325
  private static let prime: UInt64 = 0x100_0000_01b3
  /// The number of bytes between checks for a stop. They take about a millisecond.
  private static let blockSize = 1 << 20

  mutating func add(_ number: Int) { add([UInt64(truncatingIfNeeded: number)].memoryBytes) }

  mutating func add(_ text: String) {
    add(text.utf8.count)
    add(Array(text.utf8))
  }

  mutating func add<Element: BitwiseCopyable>(_ elements: [Element]) {
    elements.withUnsafeBytes { bytes in
      let stop = StopToken.current
      var rest = bytes[...]
      while !rest.isEmpty, !stop.isRequested {
        let block = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.blockSize))
        rest = rest.dropFirst(block.count)
        for byte in block { state = (state ^ UInt64(byte)) &* Self.prime }
      }
      state = (state ^ UInt64(bytes.count)) &* Self.prime
    }
  }

  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Array where Element: BitwiseCopyable {
  /// The elements as they are in memory: little-endian on all supported machines.
  var memoryBytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  /// Creates an array from the bytes of its elements. Bytes at the end that do not fill an element are ignored.
  init(memoryBytes bytes: [UInt8]) {
    let count = bytes.count / MemoryLayout<Element>.stride
    self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source.prefix(count * MemoryLayout<Element>.stride)))
      }
      initialized = count
    }
  }
}

extension [UInt8] {
  /// Parts of at most 8 MiB, with their numbers from 1. Databases limit the size of a single value.
  var parts: some Sequence<(number: Int, bytes: [UInt8])> {
    let size = 8 << 20
    return (0..<Swift.max((count + size - 1) / size, 1)).lazy.map { part in
      (part + 1, Array(self[Swift.min(part * size, count)..<Swift.min((part + 1) * size, count)]))
    }
  }
}
