// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables
import FlowText

extension Session {
  /// The current output format.
  package var format: Format { settings.format ?? .automatic(isTerminal: host.width() != nil) }

  /// The numbers of first and last rows of a long table that fit the window. Six lines are reserved for the box, a note on
  /// columns and the next prompt, and three more for the mark of the omission and two notes on it.
  private var elision: Layout.Elision {
    let room = host.height().map { max($0 - 6, 9) } ?? 28
    let rows = room - 3
    return Layout.Elision(
      head: rows * 4 / 5, tail: rows - rows * 4 / 5, most: host.height() == nil ? rows : room,
      hint: "print(_) shows all")
  }

  /// Returns the current layout. If `isElided`, as at the prompt, long tables show only their first and last rows.
  private func layout(isElided: Bool) -> Layout {
    Layout(
      width: settings.width ?? host.width(), height: host.height(), isColored: host.usesColour(),
      elision: isElided ? elision : nil,
      usesUnicode: host.usesUnicode(), hasBars: host.width() != nil, notes: notes)
  }

  /// Prints a value in the current output format. `none` prints nothing, except in a JSON format if `isAsked`.
  package func show(_ value: Value, isElided: Bool = false, isAsked: Bool = false) throws(Complaint) {
    let format = format
    if case .none = value, !(isAsked && format.isJSON) { return }
    try ValueLimits.checkWritten(value)
    let document = wrapped(marked(value).document(as: format))
    try write(isElided: isElided, isPaged: true) { writer, text in writer.print(document, to: &text) }
  }

  /// Prints a summary of a value, as after an assignment at the prompt.
  func showSummary(_ value: Value) throws(Complaint) {
    try write((textWidth.map { value.summary.wrapped($0) } ?? [value.summary]).joined(separator: "\n") + "\n")
  }

  /// The width of lines of text, or nil if they are not broken.
  private var textWidth: Int? { settings.width ?? host.width() }

  /// Returns the document with a text of one line, such as the summary of a network, broken into lines for a display.
  private func wrapped(_ document: Document) -> Document {
    guard case .text(let text) = document, format == .table, let width = textWidth, !text.contains("\n") else {
      return document
    }
    return .text(text.wrapped(width, cuttingWords: false).joined(separator: "\n"))
  }

  /// Writes rows immediately, under the header of the preceding rows if the columns are the same. A stop takes effect
  /// between two rows.
  package func emit(_ table: Table) throws(Complaint) {
    let table = marked(table)
    for start in stride(from: 0, to: table.rowCount, by: Self.rowsAtOnce) {
      let isAll = table.rowCount <= Self.rowsAtOnce
      let rows = isAll ? table : table.slice(start..<start + Self.rowsAtOnce)
      try write(isDocument: false) { writer, text in writer.emit(rows, to: &text) }
      try Complaint.checkStop()
    }
    try flush()
  }

  private static let rowsAtOnce = 1000

  /// Shows a note about one of several events, such as a training run. In a call that runs in parallel with others, the
  /// event is only counted, and one note says how many have the property. So does a note at the end of an entry, if it
  /// would repeat the note.
  ///
  /// - Parameters:
  ///   - line: The note, or nil if the event does not have the property.
  ///   - kind: The property.
  package func note(_ line: String?, counting kind: Tally.Kind) {
    if let deferred {
      deferred.tally.add(kind, line == nil ? 0 : 1, of: 1)
    } else if repeatedNotes.add(line, kind), let line {
      host.note("\(line)")
    }
  }

  /// Shows a note, such as one on a file that was read, unless the same entry has shown it before.
  package func noteOnce(_ line: String) {
    if let deferred {
      deferred.append(.noteOnce(line))
    } else if repeatedNotes.isFirst(line) {
      host.note("\(line)")
    }
  }

  /// Shows how many events of calls that ran in parallel have a property.
  func note(_ tally: Tally) {
    if let deferred { return deferred.tally.merge(tally) }
    for line in tally.notes { host.note("\(line)") }
  }

  /// Flushes the data stream.
  func flush() throws(Complaint) {
    if let deferred { return deferred.append(.flush) }
    try reporting("cannot write the output") { () throws(HostFailure) in try host.flush() }
  }

  /// Completes output that `emit` left open. Call this when a program has ended, even after an error.
  func finishOutput() throws(Complaint) {
    for line in repeatedNotes.notes { host.note("\(line)") }
    repeatedNotes = RepeatedNotes()
    try write(isDocument: false) { writer, text in writer.finish(to: &text) }
  }

  /// Writes text to the data stream.
  package func write(_ text: String) throws(Complaint) {
    try write { writer, output in
      writer.finish(to: &output)
      output.write(text)
    }
  }

  /// Writes the text that `body` produces, or defers it if the session runs in parallel with others.
  ///
  /// - Parameters:
  ///   - isElided: Whether long tables show only their first and last rows.
  ///   - isPaged: Whether long text may be shown in a pager.
  ///   - isDocument: Whether the text must be complete. If a stop interrupts it, it is not written.
  func write(
    isElided: Bool = false, isPaged: Bool = false, isDocument: Bool = true,
    _ body: @escaping @Sendable (inout DocumentWriter, inout StyledText) -> Void
  ) throws(Complaint) {
    if let deferred { return deferred.append(.data(isElided: isElided, body)) }
    let format = format
    let layout = layout(isElided: isElided)
    try writer.withLock { writer throws(Complaint) in
      writer.format = format
      writer.options = settings.formatOptions
      writer.layout = layout
      writer.drawsPlots = settings.format == nil
      let before = writer
      var text = StyledText("")
      body(&writer, &text)
      if isDocument, StopToken.current.isRequested {
        writer = before
        try Complaint.checkStop()
      }
      if text.isEmpty { return }
      try reporting("cannot write the output") { () throws(HostFailure) in
        if isPaged, try host.page(text) { return }
        // The pager may have taken a while to decide. After a request to stop in that time, nothing may be written.
        if isDocument, StopToken.current.isRequested {
          writer = before
          return
        }
        try host.output(text)
      }
      if isDocument { try Complaint.checkStop() }
    }
  }
}
