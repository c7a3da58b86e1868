// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// JSON text according to RFC 8259. JSON has no infinity and no NaN, so they are written as null, like missing values,
/// or as strings.
package enum JSONText {
  /// Returns a text as a JSON string. Characters that would control a terminal or reorder the text are escaped too, so
  /// that the document is safe to show, and programs that parse it still get the original text.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars.untilStopped {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.isDisturbing:
        for unit in String(scalar).utf16 {
          let hexadecimal = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
        }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  static func value(_ cell: Cell, _ nonfinite: FormatOptions.Nonfinite) -> String {
    switch cell {
    case .number(let value) where value.isFinite: NumberStyle.shortest(value)
    case .number(let value): nonfinite == .null ? "null" : quoted(NumberStyle.shortest(value))
    case .text(let text): quoted(text)
    case .boolean(let value): value ? "true" : "false"
    case .missing: "null"
    }
  }

  /// Returns a row as an object on one line.
  static func object(_ cells: [Cell], _ headings: [Heading], _ nonfinite: FormatOptions.Nonfinite) -> String {
    "{" + zip(headings, cells).map { "\(quoted($0.name)): \(value($1, nonfinite))" }.joined(separator: ", ") + "}"
  }

  /// Returns a document on one line.
  static func value(_ document: Document, _ nonfinite: FormatOptions.Nonfinite) -> String {
    switch document {
    case .scalar(let cell): value(cell, nonfinite)
    case .text(let text): quoted(text)
    case .list(let elements):
      "[" + elements.untilStopped.lazy.map { value($0, nonfinite) }.joined(separator: ", ") + "]"
    case .record(let fields):
      "{" + fields.untilStopped.map { "\(quoted($0.name)): \(value($0.value, nonfinite))" }.joined(separator: ", ")
        + "}"
    case .plot(let plot): value(.table(plot.table), nonfinite)
    case .drawing(let drawing): value(.table(drawing.table), nonfinite)
    case .table(let table):
      "[" + table.rows.untilStopped.lazy.map { object($0.cells, table.headings, nonfinite) }.joined(separator: ", ")
        + "]"
    }
  }
}

extension Document {
  /// The number of numbers that are not finite.
  package var nonfiniteCount: Int {
    func count(_ table: Table) -> Int {
      table.columns.reduce(0) { sum, column in
        sum + (0..<column.count).untilStopped.count { column[$0].number?.isFinite == false }
      }
    }
    return switch self {
    case .scalar(let cell): cell.number?.isFinite == false ? 1 : 0
    case .list(let elements): elements.untilStopped.reduce(0) { $0 + $1.nonfiniteCount }
    case .record(let fields): fields.untilStopped.reduce(0) { $0 + $1.value.nonfiniteCount }
    case .table(let table): count(table)
    case .plot(let plot): count(plot.table)
    case .drawing(let drawing): count(drawing.table)
    case .text: 0
    }
  }
}
