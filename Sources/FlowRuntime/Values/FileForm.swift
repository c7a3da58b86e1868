// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// The conversion of values to the content of files.
package enum FileForm {
  /// Returns whether a path is meant as that of a database.
  package static func isDatabase(_ path: String) -> Bool {
    String(decoding: path.utf8.suffix(3), as: UTF8.self).lowercased() == ".db"
  }

  /// Returns whether the first line of a file may hold the names of columns, judging by its path.
  static func isDelimited(_ path: String) -> Bool { ["csv", "tsv", "txt"].contains(`extension`(of: path)) }

  /// Returns the extension of a path in lower case, without the dot.
  static func `extension`(of path: String) -> String {
    let slash = UInt8(ascii: "/")
    guard let end = path.utf8.lastIndex(where: { $0 != slash }) else { return "" }
    let bytes = path.utf8[...end]
    let name = bytes[(bytes.lastIndex(of: slash).map(bytes.index(after:)) ?? bytes.startIndex)...]
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return "" }
    return String(decoding: name[name.index(after: dot)...], as: UTF8.self).lowercased()
  }

  /// Returns the content of a file with the extension: a format of the object's own, a format of tables, or plain text.
  static func bytes(of value: Value, as fileExtension: String, _ options: FormatOptions) throws(Complaint) -> [UInt8] {
    if case .object(let object) = value, let bytes = try object.encoded(as: fileExtension) { return bytes }
    let format = fileExtension == "txt" ? nil : try tableFormat(of: value, as: fileExtension)
    try ValueLimits.checkWritten(value)
    if let format { return Array(DocumentWriter.text(of: value.document(as: format), format, options: options).utf8) }
    if case .table = value { return Array(DocumentWriter.text(of: value.document(as: .table), .table).utf8) }
    return Array((value.wholeText + "\n").utf8)
  }

  /// Returns the format of tables with the extension. Throws if there is none or the value cannot be saved in it.
  private static func tableFormat(of value: Value, as fileExtension: String) throws(Complaint) -> Format {
    let refusal =
      "\(value.kind) cannot be saved as \(fileExtension.isEmpty ? "a file without extension" : "'.\(fileExtension)'")"
    let own = value.ownExtensions
    guard let format = Format(fileExtension: fileExtension) else {
      let known = Format.allCases.map(\.rawValue).filter { Format(fileExtension: $0) != nil } + ["txt"]
      let note = own.isEmpty ? "tables can be saved as \(dotted(known))" : "it can be saved as \(dotted(own))"
      throw Complaint("unknown-format", refusal, notes: [note])
    }
    if let parts = value.partsToSave {
      let whole = own.isEmpty ? [] : ["it can be saved as \(dotted(own))"]
      let part = parts.isEmpty ? [] : ["save a part of it: \(parts.joined(separator: ", "))"]
      throw Complaint("unknown-format", refusal, notes: whole + part)
    }
    return format
  }

  private static func dotted(_ extensions: [String]) -> String { alternatives(extensions.map { ".\($0)" }) }

  /// Returns the size of a file, for the note that reports it.
  static func description(of value: Value, _ bytes: [UInt8]) -> String {
    if case .table(let table) = value { return counted(table.rowCount, "row") }
    return counted(bytes.count, "byte")
  }
}

extension Value {
  /// The extensions of the formats that only this kind of value has.
  fileprivate var ownExtensions: [String] { if case .object(let object) = self { object.fileExtensions } else { [] } }

  /// The fields that may be saved if the value itself has no rows or numbers, as a run; nil if the value can be saved.
  fileprivate var partsToSave: [String]? {
    switch self {
    case .function, .builtin: return []
    case .object(let object):
      switch object.portable {
      case .string, .object: return object.fieldNames.map { "x.\($0)" }
      default: return nil
      }
    default: return nil
    }
  }
}
