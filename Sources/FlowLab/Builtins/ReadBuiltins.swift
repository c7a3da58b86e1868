// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowReading
import FlowRuntime
import FlowTables
import OrderedCollections

/// The function that reads files into values.
enum ReadBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "read",
      "Reads a table from a .tsv, .csv, .json, .jsonl, .vnl or .dat file, which may be gzipped, or from standard input "
        + "as \"-\". A column is text if one of its fields is. An asterisk in the name stands for any text: files with "
        + "equal columns are stacked, with their names in the column `file`. For .db files of a sweep, returns its "
        + "cells in the order of the sweep; for .safetensors, a table of its tensors; for .npy and .npz, numbers; for "
        + "other JSON, records and lists.",
      in: .tables,
      [
        Parameter(
          "file", .string, isPath: true, "path of the file, - for standard input, or a pattern such as \"run*.tsv\"")
      ] + Parameter.notation + [.maxSize],
      gives: "a table, or the numbers, lists and records of the file",
      example: """
        save(table([record(layer: 1, loss: 0.5), record(layer: 2, loss: inf)]), "loss.tsv")
        read("loss.tsv") |> where(loss < 1)
        """, seeAlso: ["save", "csv", "longer", "load"]
    ) { call throws(Diagnostic) in
      let path = call.string("file")
      let reader = FileReader(pool: call.pool, limit: call.whole("max_size"), notation: try call.notation())
      return try call.attempt(at: "file") { () throws(Complaint) in
        try call.session.allow("reading a file")
        if FileForm.isDatabase(path) { return .table(try cells(path, call)) }
        guard let pattern = PathPattern(path) else { return try read(path, reader, call) }
        let files = pattern.files(list: call.session.host.list)
        if files.isEmpty {
          throw Complaint(
            "input-output", "no file matches '\(path)'",
            notes: ["* stands for any text within a name; relative paths are resolved against the working directory"])
        }
        return .table(try joined(files, reader, call))
      }
    }
  ]

  /// Returns the cells of a sweep that one or several databases keep, as the sweep returned them.
  private static func cells(_ path: String, _ call: Call) throws(Complaint) -> Table {
    let files = PathPattern(path)?.files(list: call.session.host.list) ?? []
    return try call.session.sweepCells(at: files.isEmpty ? [path] : files)
  }

  /// Stacks the tables of several files.
  private static func joined(_ files: [String], _ reader: FileReader, _ call: Call) throws(Complaint) -> Table {
    var parts: [FileTable] = []
    for file in files {
      guard case .table(let table) = try read(file, reader, call) else {
        throw Complaint("wrong-type", "'\(file)' is not a table", notes: ["a pattern stacks tables"])
      }
      let part = FileTable(file: file, table: table)
      try part.check(against: parts.first)
      parts.append(part)
    }
    return try FileTable.concatenating(parts)
  }

  private static func read(_ path: String, _ reader: FileReader, _ call: Call) throws(Complaint) -> Value {
    var reader = reader
    let limit = reader.limit
    do throws(ReadingError) {
      let content = try reader.read { () throws(ReadingError) in try SessionStream(path, limit, call.session) }
      reader.notes.forEach(call.session.noteOnce)
      return Value(content)
    } catch {
      try Complaint.checkStop()
      throw Complaint(error.code, error.message, notes: error.notes)
    }
  }
}

/// A file of a session as a stream.
private struct SessionStream: ByteStream {
  let path: String
  private let file: OpenFile
  private let session: Session
  private let limit: Int
  private var count = 0

  init(_ path: String, _ limit: Int, _ session: Session) throws(ReadingError) {
    self.path = path == "-" ? "stdin" : path
    self.session = session
    self.limit = limit
    file = try Self.converting { () throws(Complaint) in try session.openFile(path, limit: limit) }
  }

  var isRepeatable: Bool { file.isRepeatable }

  mutating func next(_ most: Int) throws(ReadingError) -> [UInt8] {
    let bytes = try Self.converting { () throws(Complaint) in
      try session.reporting("cannot read '\(path)'") { () throws(HostFailure) in try file.next(most) }
    }
    count += bytes.count
    if count > limit {
      let error = FileError.tooLarge(limit: limit, isPacked: path.hasSuffix(".gz"))
      throw ReadingError("cannot read '\(path)': \(error.reason)", hint: error.hint, code: "input-output")
    }
    return bytes
  }

  private static func converting<Result>(
    _ body: () throws(Complaint) -> Result
  ) throws(ReadingError) -> Result {
    do throws(Complaint) {
      return try body()
    } catch {
      throw ReadingError(code: error.code, message: error.message, notes: error.notes)
    }
  }
}

extension Value {
  /// Creates a value from the content of a file.
  fileprivate init(_ content: Content) {
    switch content {
    case .cell(let cell): self = cell.value
    case .list(let elements): self = .list(of: elements.map { Value($0) })
    case .record(let fields):
      self = .record(Record(fields.map { ($0.name, Value($0.content)) }, uniquingKeysWith: { _, last in last }))
    case .table(let table): self = .table(table)
    case .array(let array): self = Value(array, array.numbers[...], array.shape[...])
    }
  }

  private init(_ array: NumberArray, _ numbers: ArraySlice<Double>, _ shape: ArraySlice<Int>) {
    guard let rows = shape.first else {
      let number = numbers.first ?? .nan
      self = array.isBoolean ? .boolean(number != 0) : .number(number)
      return
    }
    let rest = shape.dropFirst()
    if rest.isEmpty, array.isBoolean {
      self = .list(of: numbers.map { Value.boolean($0 != 0) })
    } else if rest.isEmpty {
      self = .list(List(Array(numbers)))
    } else if rest.count == 1, let columns = rest.first, !array.isBoolean {
      self = .list(List(matrix: Array(numbers), rows: rows, columns: columns))
    } else {
      let size = rest.reduce(1, *)
      self = .list(
        of: (0..<rows).map { row in
          Value(array, numbers.dropFirst(row * size).prefix(size), rest)
        })
    }
  }
}
