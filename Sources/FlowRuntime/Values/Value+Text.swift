// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables
import FlowText

extension Value {
  /// The value as it is printed inside a list: as source code if the language can read it back. The text is cut off if it
  /// becomes too long for a string of the language.
  package var source: String { source(atMost: ValueLimits.bytes) }

  private func source(atMost limit: Int) -> String {
    var text = ""
    writeSource(to: &text, atMost: limit)
    return text
  }

  /// The value as text in a string or on the terminal: a string without quotes, a matrix with one row per line. The text
  /// is cut off as `source` is.
  package var text: String { text(atMost: ValueLimits.bytes) }

  /// The complete text, for a value that has passed `ValueLimits.checkWritten`.
  var wholeText: String { text(atMost: .max) }

  private func text(atMost limit: Int) -> String {
    switch self {
    case .string(let text): return text
    case .list(let rows) where rows.count > 1 && rows.untilStopped.allSatisfy({ $0.elementCount != nil }):
      var text = ""
      Self.write(rows, separator: ",\n ", to: &text, atMost: limit)
      return text
    case .object(let object):
      switch object.display {
      case .object: return object.summary
      case let display: return display.text
      }
    case .builtin: return summary
    default: return source(atMost: limit)
    }
  }

  /// Appends the source to a text, but only its beginning if the text becomes longer than `limit` characters.
  private func writeSource(to text: inout String, atMost limit: Int) {
    switch self {
    case .none: text += "none"
    case .number(let number): text += literal(number)
    case .string(let string):
      let stop = StopToken.current
      text += quoted(string.utf8.count > limit ? String(string.prefix(limit + 1)) : string) { stop.isRequested }
    case .boolean(let truth): text += truth ? "true" : "false"
    case .list(let elements): Self.write(elements, separator: ", ", to: &text, atMost: limit)
    case .range(let range): text += range.source
    case .record(let record):
      text += "record("
      for (index, field) in record.enumerated().untilStopped where !Self.isLonger(text, than: limit) {
        text += (index > 0 ? ", " : "") + field.key + ": "
        field.value.writeSource(to: &text, atMost: limit)
      }
      text += ")"
    case .builtin(let overloads): text += overloads.name
    case .table, .function: text += summary
    case .object(let object): text += object.summary
    }
  }

  private static func write(_ elements: List, separator: String, to text: inout String, atMost limit: Int) {
    text += "["
    var isFirst = true
    for element in elements.untilStopped {
      if isLonger(text, than: limit) { break }
      if !isFirst { text += separator }
      isFirst = false
      element.writeSource(to: &text, atMost: limit)
    }
    text += "]"
  }

  private static func isLonger(_ text: String, than limit: Int) -> Bool {
    text.utf8.count > limit && text.count > limit + 1
  }

  /// A description on one line, which is printed after an assignment at the prompt.
  package var summary: String {
    switch self {
    case .table(let table):
      "table of \(counted(table.rowCount, "row")): \(table.columnNames.listed)"
    case .function(let function): function.signature
    case .builtin(let overloads): overloads.summary
    case .object(let object): object.summary
    case .list(let elements):
      shortened("list of \(counted(elements.count, "element"))")
    case .record(let record):
      shortened("record of \(record.keys.joined(separator: ", "))")
    case .string(let text): shortened("string of \(counted(text.characterCount, "character"))")
    default: source
    }
  }

  /// The length, in characters, up to which a summary is the complete source.
  private static let summaryWidth = 100

  private func shortened(_ description: @autoclosure () -> String) -> String {
    var text = ""
    writeSource(to: &text, atMost: Self.summaryWidth)
    return text.count <= Self.summaryWidth && !text.contains("\n") ? text : description()
  }
}

extension NumberRange {
  /// The range as source code.
  var source: String {
    "\(literal(lower))..\(literal(upper))" + (step == 1 ? "" : " step \(literal(step))")
  }
}

/// Returns a count with a noun, such as `1 row` or `2 rows`.
package func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

/// Returns the words as a phrase, such as `a`, `a or b` or `a, b or c`.
package func alternatives(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}
