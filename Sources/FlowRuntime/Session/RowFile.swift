// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables
import FlowText

/// A file to which the rows of tables are written as they are produced, in the format of its extension.
package final class RowFile: Sendable {
  private let path: String
  private let session: Session
  private let file: HostFile
  private let state: Guarded<(writer: DocumentWriter, rows: Int)>

  /// Throws if rows cannot be written to a file because of its extension, or because files are not allowed.
  package static func check(_ path: String, _ session: Session) throws(Complaint) {
    _ = try format(path)
    try session.allow("writing a file")
  }

  private static func format(_ path: String) throws(Complaint) -> Format {
    let form = FileForm.extension(of: path)
    if let format = Format(fileExtension: form) { return format }
    let known = Format.allCases.map(\.rawValue).filter { Format(fileExtension: $0) != nil }
    throw Complaint(
      "unknown-format", "rows cannot be written as \(form.isEmpty ? "a file without extension" : "'.\(form)'")",
      notes: ["use one of these extensions: \(known.map { ".\($0)" }.joined(separator: ", "))"])
  }

  /// Opens a file and discards its old content.
  package init(_ path: String, _ session: Session) throws(Complaint) {
    let format = try Self.format(path)
    try session.allow("writing a file")
    self.path = path
    self.session = session
    file = try session.reporting("cannot write '\(path)'") { () throws(HostFailure) in
      try session.host.openForWriting(path)
    }
    var writer = DocumentWriter(format)
    writer.options.nonfinite = session.settings.formatOptions.nonfinite
    state = Guarded((writer, 0))
  }

  /// Writes the rows of a table, under the header of the rows before them.
  package func emit(_ table: Table) throws(Complaint) {
    let table = session.marked(table)
    try write { state, text in
      state.writer.emit(table, to: &text)
      state.rows += table.rowCount
    }
  }

  /// Completes the file and reports it on the note stream.
  package func finish() throws(Complaint) {
    try write { state, text in state.writer.finish(to: &text) }
    session.host.note("wrote \(path) (\(counted(state.withLock { $0.rows }, "row")))")
  }

  private func write(
    _ body: (inout (writer: DocumentWriter, rows: Int), inout StyledText) -> Void
  ) throws(Complaint) {
    var text = StyledText("")
    state.withLock { body(&$0, &text) }
    if text.isEmpty { return }
    let bytes = Array(text.raw.utf8)
    try session.reporting("cannot write '\(path)'") { () throws(HostFailure) in try file.append(bytes) }
  }
}
