// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowReading
import FlowTables

/// Checks that a table that was read is the same after it is written and read again.
func brokenReading(_ bytes: [UInt8], path: String) -> String? {
  switch read(bytes, path) {
  case .failure(let error): return error.message.isEmpty ? "an error without a message" : nil
  case .success(.table(let table)):
    let text = DocumentWriter.text(of: .table(table), .tsv)
    // An empty text in a table of one column is written like a missing value.
    guard table.columns.count > 1 else { return nil }
    guard case .success(.table(let again)) = read(Array(text.utf8), "again.tsv") else {
      return "the rewritten file is rejected"
    }
    guard again.columnNames == table.columnNames, again.columns.map(\.cells) == table.columns.map(\.cells) else {
      return "the rewritten file reads differently"
    }
  case .success: break
  }
  return nil
}

private func read(_ bytes: [UInt8], _ path: String) -> Result<Content, ReadingError> {
  Result { () throws(ReadingError) in
    var reader = FileReader(pool: ThreadPool(threads: 1), limit: 1 << 26)
    return try reader.read { () throws(ReadingError) in WholeFile(path: path, bytes: bytes) }
  }
}

/// A file that is read in one piece.
private struct WholeFile: ByteStream {
  let path: String
  var bytes: [UInt8]
  var isRepeatable: Bool { true }

  mutating func next(_ most: Int) -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }
}
