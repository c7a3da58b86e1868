// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

/// Draws an error: the message, the source lines with carets and words, the notes, the calls that led there.
/// Does not end with a line break. This is the only place where a diagnostic becomes text.
public func render(_ diagnostic: Diagnostic, style: DiagnosticStyle = DiagnosticStyle()) -> StyledText {
  let renderer = DiagnosticRenderer(diagnostic: diagnostic, style: style, width: style.width())
  let lines = style.form == .short ? [renderer.short] : renderer.full
  return lines.joined(separator: "\n")
}

private struct DiagnosticRenderer {
  let diagnostic: Diagnostic
  let style: DiagnosticStyle
  let width: Int?

  /// A label with the line it is drawn on.
  private struct Mark {
    let label: Diagnostic.Label
    let isPrimary: Bool
    let line: Int
    let lineRange: SourceRange
  }

  var short: StyledText {
    let place = diagnostic.labels.first.map { location($0.source, $0.range) + ": " } ?? ""
    return "\(place)\(style.paint("error:", .error)) \(diagnostic.message.visible())"
  }

  var full: [StyledText] {
    let margin = String(repeating: " ", count: numberWidth + 1)
    let head = sentence(diagnostic.message.visible(), after: style.paint("error:", .error), wide: 6, .message)
    let notes = diagnostic.notes.flatMap { note in
      let lines = note.visible(keeping: ["\n"]).split(separator: "\n", omittingEmptySubsequences: false)
      return lines.enumerated().flatMap {
        let mark = $0.offset == 0 ? style.paint("=", .frame) : " "
        return sentence(String($0.element), after: StyledText(margin) + mark, wide: numberWidth + 2)
      }
    }
    return head + excerpts + notes + calls.map { StyledText(margin + $0) }
  }

  /// A sentence after a mark that is some columns wide; its further lines stand under its first one.
  private func sentence(
    _ text: String, after mark: StyledText, wide: Int, _ role: DiagnosticStyle.Role? = nil
  ) -> [StyledText] {
    // A line that is indented is code or a list, and stays as it is.
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

  /// The sources in the order of their first labels, each under a header.
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

  /// The lines of one source in their order, with `·` between those that do not follow one another.
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

  /// One source line and under it a row of carets for each label.
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
      + marks.map { mark in
        let columns = excerpt.columns(of: mark.label.range)
        let start = min(max(columns.lowerBound, window.lowerBound), window.upperBound)
        let end = max(start + 1, min(columns.upperBound, window.upperBound))
        let carets = String(repeating: mark.isPrimary ? "^" : "-", count: end - start)
        let words = mark.label.text.isEmpty ? "" : " " + mark.label.text.visible()
        let indent = String(repeating: " ", count: start - window.lowerBound)
        return gutter("", "│") + " \(indent)" + style.paint(carets + words, mark.isPrimary ? .primary : .secondary)
      }
  }

  private func gutter(_ number: String, _ bar: String) -> StyledText {
    style.paint(String(repeating: " ", count: numberWidth - number.count) + number + " " + bar, .frame)
  }

  // MARK: Calls

  /// How many calls are shown from the inner and from the outer end; deep recursion would fill the screen.
  private static let innerCalls = 6
  private static let outerCalls = 2

  private var calls: [String] {
    let lines = diagnostic.calledFrom.map { "called from \($0.function.visible()) at \(location($0.source, $0.range))" }
    let hidden = lines.count - DiagnosticRenderer.innerCalls - DiagnosticRenderer.outerCalls
    guard hidden > 1 else { return lines }
    return lines.prefix(DiagnosticRenderer.innerCalls) + ["… \(hidden) more calls"]
      + lines.suffix(DiagnosticRenderer.outerCalls)
  }
}
