// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension Value {
  /// The value as it stands inside a list: source text wherever the language can read it back.
  public var source: String {
    switch self {
    case .none: "none"
    case .number(let number): literal(number)
    case .string(let text): quoted(text)
    case .boolean(let truth): truth ? "true" : "false"
    case .list(let elements): "[\(elements.map(\.source).joined(separator: ", "))]"
    case .range(let range): range.source
    case .record(let record): "record(\(record.map { "\($0.key): \($0.value.source)" }.joined(separator: ", ")))"
    case .builtin(let overloads): overloads.name
    case .table, .function: summary
    case .object(let object): object.summary
    }
  }

  /// The value as text in a string or on the terminal: strings without quotes, a matrix row by row.
  public var text: String {
    switch self {
    case .string(let text): text
    case .list(let rows) where rows.count > 1 && rows.allSatisfy({ $0.elementCount != nil }):
      "[\(rows.map(\.source).joined(separator: ",\n "))]"
    case .object(let object):
      switch object.display {
      case .object: object.summary
      case let display: display.text
      }
    case .builtin: summary
    default: source
    }
  }

  /// One line about the value: what an assignment at the prompt shows.
  public var summary: String {
    switch self {
    case .table(let table):
      "table of \(counted(table.rowCount, "row")): \(table.columnNames.joined(separator: ", "))"
    case .function(let function): function.signature
    case .builtin(let overloads): overloads.summary
    case .object(let object): object.summary
    case .list(let elements):
      Self.shortened(source, "list of \(counted(elements.count, "element"))")
    case .record(let record):
      Self.shortened(source, "record of \(record.keys.joined(separator: ", "))")
    case .string: Self.shortened(source, "string of \(counted(text.count, "character"))")
    default: source
    }
  }

  /// The longest text that a summary shows whole, in characters.
  private static let summaryWidth = 100

  private static func shortened(_ whole: String, _ description: String) -> String {
    whole.count <= summaryWidth && !whole.contains("\n") ? whole : description
  }
}

extension NumberRange {
  /// The range as it is written.
  var source: String {
    "\(literal(lower))..\(literal(upper))" + (step == 1 ? "" : " step \(literal(step))")
  }
}

/// `1 row`, `2 rows`.
func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

/// `a`, `a or b`, `a, b or c`.
func alternatives(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}
