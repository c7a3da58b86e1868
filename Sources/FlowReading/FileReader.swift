// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowTables

/// The formats of files that can be read.
package enum FileFormat: String, CaseIterable, Sendable {
  case tsv, csv, json, jsonl, vnl, gnuplot, safetensors, npy, npz

  /// Returns the format that belongs to the extension of a path, or nil if the extension is unknown. `.gz` is ignored.
  package init?(path: String) {
    let stem = path.hasSuffix(".gz") ? path.dropLast(3) : path[...]
    guard let dot = stem.lastIndex(of: "."), !stem[dot...].contains("/") else { return nil }
    let word = stem[stem.index(after: dot)...].lowercased()
    let others = ["tab": "tsv", "ndjson": "jsonl", "dat": "gnuplot"]
    guard let format = FileFormat(rawValue: others[word] ?? word) else { return nil }
    self = format
  }

  /// Returns the format that the first bytes of a file indicate, or nil if they may belong to a text with separated
  /// fields.
  init?(head: [UInt8]) {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = head.starts(with: byteOrderMark) ? head[3...] : head[...]
    if head.starts(with: NumPyReader.magic) {
      self = .npy
    } else if head.starts(with: ZipArchive.magic) {
      self = .npz
    } else if head.count > 8, head[8] == UInt8(ascii: "{"), head[4..<8].allSatisfy({ $0 == 0 }) {
      self = .safetensors
    } else {
      switch text.first(where: { $0 > 32 }) {
      case UInt8(ascii: "{"), UInt8(ascii: "["): self = .json
      case UInt8(ascii: "#"): self = .vnl
      default: return nil
      }
    }
  }
}

/// Reads a file in any of the formats.
package struct FileReader {
  private let pool: ThreadPool
  /// The largest number of bytes that a member of an archive may have.
  package let limit: Int
  private let notation: CSVNotation
  /// Notes on what was assumed or left out.
  package private(set) var notes: [String] = []

  package init(pool: ThreadPool, limit: Int, notation: CSVNotation = CSVNotation()) {
    (self.pool, self.limit, self.notation) = (pool, limit, notation)
  }

  /// Reads a file.
  ///
  /// - Parameter open: Opens the file. Called a second time if the file has to be read again and can be.
  package mutating func read<Stream: ByteStream>(
    _ open: () throws(ReadingError) -> Stream
  ) throws(ReadingError) -> Content {
    var stream = try Prefixed(open(), 512)
    let path = stream.path
    let known = FileFormat(path: path)
    // With comments to leave out, a text that begins with one is no vnlog.
    let found = FileFormat(head: stream.head).flatMap { $0 == .vnl && notation.leavesOutLines ? nil : $0 }
    switch known ?? found {
    case .json, .jsonl:
      var reader = JSONReader(path: path)
      defer { notes += reader.notes }
      return try reader.read(stream, isLines: known.map { $0 == .jsonl })
    case .safetensors:
      let bytes = try stream.rest()
      let file: SafetensorsFile
      do throws(SafetensorsError) {
        file = try SafetensorsFile(bytes)
      } catch {
        throw ReadingError("cannot read '\(path)': \(error.message)", hint: error.hint)
      }
      return .table(try file.contents())
    case .npy: return .array(try NumPyReader.array(stream.rest()[...], path: path))
    case .npz:
      let archive = try ZipArchive(stream.rest(), path: path)
      var fields: [(name: String, content: Content)] = []
      var names: Set<String> = []
      for member in archive.members where member.name.hasSuffix(".npy") {
        guard names.insert(member.name).inserted else {
          throw ReadingError(
            "'\(path)' contains two arrays named '\(member.name.dropLast(4))'",
            hint: "write it again with numpy.savez, with a different name for each array")
        }
        let bytes = try archive.content(member, limit: limit)
        let array = try NumPyReader.array(bytes[...], path: "\(path)/\(member.name)")
        fields.append((String(member.name.dropLast(4)), .array(array)))
      }
      return .record(fields)
    case .vnl, .gnuplot:
      let missing = known == .gnuplot ? "?" : "-"
      let columns = try CommentedColumns(notation.withoutLines(stream.rest()), path: path)
      var reader = DelimitedReader(
        path: path, separator: UInt8(ascii: " "), missing: missing, notation: notation, pool: pool)
      defer { notes += reader.notes }
      return try reader.read { () throws(ReadingError) in columns.stream }
    case .tsv, .csv, nil:
      if known == nil, String(decoding: stream.head, as: UTF8.self).contains("\n{\"") {
        throw ReadingError(
          "'\(path)' begins with text that is not JSON",
          hint: "a script whose records go to standard output must print to stderr: print(..., file=sys.stderr)")
      }
      var reader = DelimitedReader(path: path, isTabbed: known == .tsv, notation: notation, pool: pool)
      defer { notes += reader.notes }
      if notation.leavesOutLines {
        let lines = notation.withoutLines(try stream.rest())
        try ReadingError.checkStop()
        return try reader.read { () throws(ReadingError) in KeptBytes.replay(lines, path) }
      }
      var first: Prefixed<Stream>? = stream
      return try reader.read { () throws(ReadingError) in
        guard let head = first else { return try Prefixed(open(), 0) }
        first = nil
        return head
      }
    }
  }
}
