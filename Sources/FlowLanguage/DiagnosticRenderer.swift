// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

/// Returns a diagnostic as text: the message, the source lines with carets and labels, the notes, and the active calls.
/// The text does not end with a line break. No other code turns a diagnostic into text.
public func render(_ diagnostic: Diagnostic, style: DiagnosticStyle = DiagnosticStyle()) -> StyledText {
  let renderer = DiagnosticRenderer(diagnostic: diagnostic, style: style, width: style.width())
  let lines = style.form == .short ? [renderer.short] : renderer.full
  return lines.joined(separator: "\n")
}

private struct DiagnosticRenderer {
  let diagnostic: Diagnostic
  let style: DiagnosticStyle
  let width: Int?

  /// A label and the line it is drawn under.
  private struct Mark {
    let label: Diagnostic.Label
    let isPrimary: Bool
    let line: Int
    let lineRange: SourceRange
  }

  private var title: String { diagnostic.phase == .hint ? "note:" : "error:" }

  var short: StyledText {
    let place = diagnostic.labels.first.map { location($0.source, $0.range) + ": " } ?? ""
    return "\(place)\(style.paint(title, .error)) \(diagnostic.message.visible())"
  }

  var full: [StyledText] {
    let margin = String(repeating: " ", count: numberWidth + 1)
    let head = sentence(
      diagnostic.message.visible(), after: style.paint(title, .error), wide: title.utf8.count, .message)
    let notes = diagnostic.notes.flatMap { note in
      let lines = note.visible(keeping: ["\n"]).split(separator: "\n", omittingEmptySubsequences: false)
      return lines.enumerated().flatMap {
        let mark = $0.offset == 0 ? style.paint("=", .frame) : " "
        return sentence(String($0.element), after: StyledText(margin) + mark, wide: numberWidth + 2)
      }
    }
    return head + excerpts + notes + calls.map { StyledText(margin + $0) }
  }

  /// Returns a sentence after a mark that is `wide` columns wide, with continuation lines indented to match.
  private func sentence(
    _ text: String, after mark: StyledText, wide: Int, _ role: DiagnosticStyle.Role? = nil
  ) -> [StyledText] {
    // An indented line is code or a list. It is not wrapped.
    let lines = width.flatMap { text.hasPrefix(" ") ? nil : style.wrap(text, max(20, $0 - wide - 1)) } ?? [text]
    return lines.enumerated().map { index, line in
      let start = index == 0 ? mark : StyledText(String(repeating: " ", count: wide))
      return start + " " + (role.map { style.paint(line, $0) } ?? StyledText(line))
    }
  }

  private func location(_ source: Source, _ range: SourceRange) -> String {
    let location = source.location(at: range.start)
    return "\(source.name.visible()):\(location.line):\(location.column)"
  }

  // MARK: Source lines

  private var marks: [Mark] {
    diagnostic.labels.enumerated().map { index, label in
      let line = label.source.line(holding: label.range.start)
      return Mark(label: label, isPrimary: index == 0, line: line.number, lineRange: line.range)
    }
  }

  private var numberWidth: Int { marks.map { String($0.line).count }.max() ?? 1 }

  /// One excerpt per source, each with a header, in the order of their first labels.
  private var excerpts: [StyledText] {
    var remaining = marks
    var result: [StyledText] = []
    while let first = remaining.first {
      let own = remaining.filter { $0.label.source === first.label.source }
      remaining.removeAll { $0.label.source === first.label.source }
      let margin = String(repeating: " ", count: numberWidth + 1)
      result.append("\(margin)\(style.paint("┌─", .frame)) \(location(first.label.source, first.label.range))")
      result += lines(of: own)
    }
    return result
  }

  /// Returns the marked lines of one source in order, with `·` between lines that are not adjacent.
  private func lines(of marks: [Mark]) -> [StyledText] {
    var result: [StyledText] = []
    var previous: Int?
    for line in Set(marks.map(\.line)).sorted() {
      if let previous, line > previous + 1 { result.append(gutter("", "·")) }
      previous = line
      result += drawn(marks.filter { $0.line == line }.sorted { $0.label.range.start < $1.label.range.start })
    }
    return result
  }

  /// Returns one source line, followed by a row of carets for each label.
  private func drawn(_ marks: [Mark]) -> [StyledText] {
    guard let first = marks.first else { return [] }
    let line = first.label.source.text(in: first.lineRange)
    let excerpt = SourceExcerpt(
      line: line, startingAt: first.lineRange.start, characterWidth: style.characterWidth)
    let focus = marks.first(where: \.isPrimary) ?? first
    let room = max(20, (width ?? 120) - numberWidth - 3)
    let window = excerpt.window(around: excerpt.columns(of: focus.label.range), width: room)
    let text = excerpt.text(in: window)
    return [gutter(String(first.line), "│") + (text.isEmpty ? "" : " \(text)")]
      + marks.flatMap { mark -> [StyledText] in
        let columns = excerpt.columns(of: mark.label.range)
        let start = min(max(columns.lowerBound, window.lowerBound), window.upperBound)
        let end = max(start + 1, min(columns.upperBound, window.upperBound))
        let carets = String(repeating: mark.isPrimary ? "^" : "-", count: end - start)
        let lines = labelled(carets, mark.label.text.visible(), at: start - window.lowerBound, room: room)
        return lines.map { indent, text in
          let blanks = String(repeating: " ", count: indent + 1)
          return gutter("", "│") + StyledText(blanks) + style.paint(text, mark.isPrimary ? .primary : .secondary)
        }
      }
  }

  /// Returns the lines of a label, with their indentation: next to the carets if it fits there, possibly in several
  /// lines, or else below them.
  private func labelled(_ carets: String, _ text: String, at start: Int, room: Int) -> [(indent: Int, text: String)] {
    if text.isEmpty { return [(start, carets)] }
    let width = text.reduce(0) { $0 + style.characterWidth($1) }
    let space = room - start - carets.count - 1
    if self.width == nil || width <= space { return [(start, carets + " " + text)] }
    if space >= Self.leastLabel {
      let lines = style.wrap(text, space)
      return lines.enumerated().map { index, line in
        index == 0 ? (start, carets + " " + line) : (start + carets.count + 1, line)
      }
    }
    let lines = style.wrap(text, room)
    let widest = lines.map { $0.reduce(0) { $0 + style.characterWidth($1) } }.max() ?? 0
    return [(start, carets)] + lines.map { (max(0, min(start, room - widest)), $0) }
  }

  /// The number of columns next to the carets in which a label is broken into lines.
  private static let leastLabel = 30

  private func gutter(_ number: String, _ bar: String) -> StyledText {
    style.paint(String(repeating: " ", count: numberWidth - number.count) + number + " " + bar, .frame)
  }

  // MARK: Calls

  /// The number of calls shown at the inner and at the outer end. Deep recursion would fill the screen.
  private static let innerCalls = 6
  private static let outerCalls = 2

  private var calls: [String] {
    let lines = diagnostic.calledFrom.map { site in
      let by = site.function.map { "called from \($0.visible())" } ?? "included"
      return "\(by) at \(location(site.source, site.range))"
    }
    let hidden = lines.count - DiagnosticRenderer.innerCalls - DiagnosticRenderer.outerCalls
    guard hidden > 1 else { return lines }
    return lines.prefix(DiagnosticRenderer.innerCalls) + ["… \(hidden) more calls"]
      + lines.suffix(DiagnosticRenderer.outerCalls)
  }
}
