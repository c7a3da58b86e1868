// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// Reads a JSON document, or JSON Lines: one document per line.
struct JSONReader {
  let path: String
  /// Notes on what was assumed or left out.
  private(set) var notes: [String] = []

  init(path: String) {
    self.path = path
  }

  /// Reads a document, or lines if something follows the first one.
  ///
  /// - Parameter isLines: Whether a single line is a row of a table; nil if it is not known.
  mutating func read(_ stream: some ByteStream, isLines: Bool?) throws(ReadingError) -> Content {
    var stream = stream
    let bytes = try stream.rest()
    try CSVScanner.checkText(in: bytes, path)
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var json = JSONCursor<JSONError>(bytes[start...])
    if json.kind() == .end {
      guard isLines == true else { throw ReadingError(.emptyFile(path: path)) }
      throw ReadingError(
        "'\(path)' is empty: it has no rows, and so no columns either",
        hint: "a table without rows keeps its columns in a .tsv or .csv file")
    }
    if isLines == true { return try readLines(bytes, from: start) }
    do throws(JSONError) {
      let content = try JSONContent.value(&json, 0)
      let isOneLine = !bytes[start..<json.position].contains { $0.endsLine }
      let isRow = if case .record = content { isLines == nil && isOneLine } else { false }
      if json.kind() == .end, !isRow { return content }
    } catch {
      // The first line of JSON Lines ends before the fault, unless it is the fault.
      guard bytes[start...].prefix(error.byte).contains(.lineFeed), isObjectOnFirstLine(bytes[start...]) else {
        throw located(error, bytes, from: start)
      }
    }
    return try readLines(bytes, from: start)
  }

  /// Reads one document per line. Objects become the rows of a table, and other documents a list.
  private mutating func readLines(_ bytes: [UInt8], from start: Int) throws(ReadingError) -> Content {
    var records = RecordAssembler()
    var others: [Content] = []
    var position = start
    while position < bytes.count {
      let end = bytes[position...].firstIndex(of: .lineFeed) ?? bytes.count
      defer { position = end + 1 }
      let line = bytes[position..<end]
      if end == bytes.count, JSONContent.breaksOff(line), records.rows > 0 || !others.isEmpty {
        notes.append("left out the last line of \(path), which is incomplete")
        break
      }
      var json = JSONCursor<JSONError>(line)
      do throws(JSONError) {
        switch json.kind() {
        case .end: continue
        case .object:
          if !others.isEmpty { throw json.fault("an object after other values") }
          try JSONContent.addRecord(&json, to: &records)
        default:
          if records.rows > 0 { throw json.fault("expected an object, as on the lines before") }
          others.append(try JSONContent.value(&json, 0))
        }
        try json.end()
      } catch {
        var fault = error
        if fault.hint == JSONError.standardHint { fault.hint = JSONError.hintForLines }
        throw located(fault, bytes, from: position)
      }
    }
    return others.isEmpty ? .table(records.finish()) : JSONContent.list(others)
  }

  private func isObjectOnFirstLine(_ bytes: ArraySlice<UInt8>) -> Bool {
    var json = JSONCursor<JSONError>(bytes.prefix { $0 != .lineFeed })
    var records = RecordAssembler()
    return json.kind() == .object && (try? JSONContent.addRecord(&json, to: &records)) != nil
  }

  /// Returns the error with the line and the column of a fault.
  private func located(_ error: JSONError, _ bytes: [UInt8], from start: Int) -> ReadingError {
    if StopToken.current.isRequested { return .stopped }
    let before = bytes[..<min(start + error.byte, bytes.count)]
    let line = 1 + before.count { $0 == .lineFeed }
    let column = 1 + before.reversed().prefix { $0 != .lineFeed }.count
    return ReadingError("'\(path)' line \(line), byte \(column): \(error.detail)", hint: error.hint)
  }
}

/// A fault in JSON text.
struct JSONError: JSONFailure {
  let detail: String
  /// The position, in bytes from the start of the text.
  let byte: Int
  var hint: String? = standardHint

  static let standardHint = "check the file with 'python3 -m json.tool'"
  static let hintForLines = "check the file with 'python3 -m json.tool --json-lines'"

  static func json(_ detail: String, at byte: Int) -> JSONError { JSONError(detail: detail, byte: byte) }

  static var stopped: JSONError { JSONError(detail: "stopped", byte: 0) }
}
