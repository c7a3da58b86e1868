// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowTables

@testable import FlowReading

/// Bytes in memory as a file that is read in parts.
struct MemoryStream: ByteStream {
  let path: String
  var bytes: [UInt8]
  var isRepeatable = true

  mutating func next(_ most: Int) -> [UInt8] {
    defer { bytes.removeFirst(min(most, bytes.count)) }
    return Array(bytes.prefix(most))
  }
}

/// Reads a text as the content of a file.
func read(_ text: String, as path: String, isRepeatable: Bool = true) throws -> Content {
  try read(Array(text.utf8), as: path, isRepeatable: isRepeatable).content
}

func read(_ bytes: [UInt8], as path: String, isRepeatable: Bool = true, _ notation: CSVNotation = CSVNotation()) throws
  -> (content: Content, notes: [String])
{
  var reader = FileReader(pool: ThreadPool(threads: 2), limit: 1 << 30, notation: notation)
  let content = try reader.read { () throws(ReadingError) in
    MemoryStream(path: path, bytes: bytes, isRepeatable: isRepeatable)
  }
  return (content, reader.notes)
}

/// Reads a table and returns it as JSON, in which types can be seen.
func table(_ text: String, as path: String = "x.csv", isRepeatable: Bool = true) throws -> String {
  guard case .table(let table) = try read(text, as: path, isRepeatable: isRepeatable) else { return "no table" }
  return DocumentWriter.text(of: .table(table), .jsonl)
}

/// Returns the message of the error in reading a text, or nil if there is none.
func fault(_ text: String, as path: String = "x.csv") -> String? { fault(Array(text.utf8), as: path) }

func fault(_ bytes: [UInt8], as path: String) -> String? {
  do {
    _ = try read(bytes, as: path)
    return nil
  } catch let error as ReadingError {
    return error.message
  } catch {
    return "\(error)"
  }
}
