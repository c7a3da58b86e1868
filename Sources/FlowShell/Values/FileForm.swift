// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables
import OrderedCollections

/// How a value becomes a file.
enum FileForm {
  /// The formats of tables by the extension of a file.
  private static let formats: KeyValuePairs<String, Format> = [
    "tsv": .tsv, "csv": .csv, "json": .json, "jsonl": .jsonl, "md": .md,
  ]

  /// The extension of a path without its dot, in small letters.
  static func `extension`(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  /// The content of a file of that extension.
  static func bytes(of value: Value, as fileExtension: String) throws(Complaint) -> [UInt8] {
    if case .object(let object) = value {
      if let bytes = try object.encoded(as: fileExtension) { return bytes }
      if case .object = object.display {} else { return try bytes(of: object.display, as: fileExtension) }
    }
    if fileExtension == "txt" { return Array((value.text + "\n").utf8) }
    if let format = formats.first(where: { $0.key == fileExtension })?.value {
      if let table = value.tabular { return Array(render(table, as: format).utf8) }
      if format == .json || format == .jsonl { return Array((value.json + "\n").utf8) }
      if format == .md, case .string(let text) = value { return Array((text + "\n").utf8) }
    }
    let known = formats.map { ".\($0.key)" } + [".txt"]
    throw Complaint(
      "unknown-format", "\(value.kind) cannot be saved as '.\(fileExtension)'",
      notes: ["tables go to \(alternatives(known))"])
  }

  /// What a note says of a file that was written.
  static func description(of value: Value, _ bytes: [UInt8]) -> String {
    if let table = value.tabular { return counted(table.rowCount, "row") }
    return counted(bytes.count, "byte")
  }
}

extension Value {
  /// Whether the value is printed as a table.
  var isTabular: Bool {
    switch self {
    case .table, .record: true
    case .object(let object): if case .table = object.display { true } else { false }
    default: false
    }
  }

  /// The value as a table: a record is one row, a list one column, a matrix one column per place in its rows.
  var tabular: Table? {
    switch self {
    case .table(let table): return table
    case .record(let record): return Table(records: [record])
    case .list(let elements):
      if elements.isEmpty { return nil }
      let rows = elements.compactMap(\.elements)
      if rows.count == elements.count, let width = rows.first?.count, width > 0, rows.allSatisfy({ $0.count == width }) {
        return Table(
          columns: (0..<width).map { place in Column("c\(place + 1)", cells: rows.map { $0[place].cell }) })
      }
      return Table(columns: [Column("value", cells: elements.map(\.cell))])
    case .range(let range): return Table(columns: [Column("value", numbers: Array(range))])
    default: return nil
    }
  }
}
