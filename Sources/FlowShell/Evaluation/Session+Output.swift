// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import OrderedCollections

/// What has been written to the data stream, as far as later writing depends on it.
struct StreamState: Sendable {
  /// Whether a table stands there, so that the next one is parted from it.
  var hasTable = false
  /// The columns that `emit` has written a header for.
  var emitted: [String]?
}

extension Session {
  /// The form in which values are printed now.
  public var format: Format { settings.format ?? (host.width() == nil ? .tsv : .table) }

  /// The width tables are fitted to; nil where nothing may be cut.
  public var width: Int? { settings.width ?? host.width() }

  /// Prints a value as a bare expression does; `none` prints nothing.
  public func show(_ value: Value) throws(Complaint) {
    let value = if case .object(let object) = value, format != .json, format != .jsonl { object.display } else { value }
    switch (value, format) {
    case (.none, _): return
    case (.table(let table), _): try show(table)
    case (_, .json), (_, .jsonl): try write(value.json + "\n")
    case (.record(let record), .table): try write(Self.vertical(record))
    case (.record(let record), _): try show(Table(records: [record]))
    default: try write(value.text + "\n")
    }
  }

  /// Shows one line about a value, as an assignment at the prompt does.
  func showSummary(_ value: Value) throws(Complaint) { try write(value.summary + "\n") }

  /// Prints a table in the format of the moment.
  private func show(_ table: Table) throws(Complaint) {
    let format = format
    try stream.withLock { state throws(Complaint) in
      let isParted = state.hasTable && [.tsv, .csv, .gnuplot].contains(format)
      state.hasTable = true
      state.emitted = nil
      let text = render(table, as: format, width: width, colored: host.usesColour())
      try writeUnlocked(isParted ? "\n\n" + text : text)
    }
  }

  /// Writes rows at once, under the header of the rows before if their columns are the same.
  func emit(_ table: Table) throws(Complaint) {
    let format = format
    try stream.withLock { state throws(Complaint) in
      let isContinued = state.emitted == table.columnNames
      let isParted = !isContinued && state.hasTable
      state.emitted = table.columnNames
      state.hasTable = true
      let text = emission(of: table, as: format, isContinued: isContinued, isParted: isParted)
      try writeUnlocked(text)
      try reporting("cannot write the output") { () throws(HostFailure) in try host.flush() }
    }
  }

  /// Writes text to the data stream.
  public func write(_ text: String) throws(Complaint) {
    try stream.withLock { _ throws(Complaint) in try writeUnlocked(text) }
  }

  private func writeUnlocked(_ text: String) throws(Complaint) {
    try reporting("cannot write the output") { () throws(HostFailure) in try host.output(text) }
  }

  /// A record for a reader: a line per field.
  private static func vertical(_ record: Record) -> String {
    let width = record.keys.map(\.count).max() ?? 0
    return record.map { name, value in
      let padding = String(repeating: " ", count: width - name.count)
      return "\(name)\(padding)  \(value.text)\n"
    }.joined()
  }
}
