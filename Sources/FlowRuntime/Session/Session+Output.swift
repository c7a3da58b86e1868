// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables
import FlowText

extension Session {
  /// The form in which values are printed now.
  package var format: Format { settings.format ?? .automatic(isTerminal: host.width() != nil) }

  /// The ends of a long table that the window has room for: beside the rows stand the box, a note on columns and the next
  /// prompt, and then the mark of what is left out and two notes on it.
  private var elision: Layout.Elision {
    let room = host.height().map { max($0 - 6, 9) } ?? 28
    let rows = room - 3
    return Layout.Elision(
      head: rows * 4 / 5, tail: rows - rows * 4 / 5, most: host.height() == nil ? rows : room,
      hint: "print(_) shows all")
  }

  /// How much room there is now. At the prompt long tables show their ends only.
  private func layout(isElided: Bool) -> Layout {
    Layout(
      width: settings.width ?? host.width(), height: host.height(), isColored: host.usesColour(),
      elision: isElided ? elision : nil,
      usesUnicode: host.usesUnicode(), hasBars: host.width() != nil)
  }

  /// Prints a value in the format of the moment. `none` prints nothing, but in JSON where it was asked for.
  package func show(_ value: Value, isElided: Bool = false, isAsked: Bool = false) throws(Complaint) {
    let format = format
    if case .none = value, !(isAsked && format.isJSON) { return }
    try ValueLimits.checkWritten(value)
    let document = value.document(as: format)
    try write(isElided: isElided, isPaged: true) { writer, text in writer.print(document, to: &text) }
  }

  /// Shows one line about a value, as an assignment at the prompt does.
  func showSummary(_ value: Value) throws(Complaint) {
    let width = settings.width ?? host.width() ?? .max
    try write(value.summary.wrapped(width).joined(separator: "\n") + "\n")
  }

  /// Writes rows at once, under the header of the rows before if their columns are the same. A stop comes between two
  /// rows.
  package func emit(_ table: Table) throws(Complaint) {
    for start in stride(from: 0, to: table.rowCount, by: Self.rowsAtOnce) {
      let isAll = table.rowCount <= Self.rowsAtOnce
      let rows = isAll ? table : table.slice(start..<start + Self.rowsAtOnce)
      try write(isDocument: false) { writer, text in writer.emit(rows, to: &text) }
      try Complaint.checkStop()
    }
    try flush()
  }

  private static let rowsAtOnce = 1000

  /// Sees to it that what was written so far is out.
  func flush() throws(Complaint) {
    if let enclosure { return enclosure.keep(.flush) }
    try reporting("cannot write the output") { () throws(HostFailure) in try host.flush() }
  }

  /// Ends what `emit` left open; to be called when a program has ended, after errors too.
  func finishOutput() throws(Complaint) {
    try write(isDocument: false) { writer, text in writer.finish(to: &text) }
  }

  /// Writes text to the data stream.
  package func write(_ text: String) throws(Complaint) {
    try write { writer, output in
      writer.finish(to: &output)
      output.write(text)
    }
  }

  /// Writes what `body` makes of the stream's state, in a pager if it is long and may be; in an enclosure that is put
  /// off.
  ///
  /// - Parameter isDocument: whether it makes no sense when a stop has cut it short, and is left out then.
  func write(
    isElided: Bool = false, isPaged: Bool = false, isDocument: Bool = true,
    _ body: @escaping @Sendable (inout DocumentWriter, inout StyledText) -> Void
  ) throws(Complaint) {
    if let enclosure { return enclosure.keep(.data(isElided: isElided, body)) }
    let format = format
    let layout = layout(isElided: isElided)
    try writer.withLock { writer throws(Complaint) in
      writer.format = format
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
        // The pager may have taken a while to decide; a request now must not count as made before this text.
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
