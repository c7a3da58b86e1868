// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// JSON as RFC 8259 has it. There are no numbers for infinity and NaN, so they are null, as a missing value is.
package enum JSONText {
  /// A text in quotes with everything escaped that has to be, and what a display would act on: a terminal shows the
  /// document as it is, and a program reads the same text from it.
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

  static func value(_ cell: Cell) -> String {
    switch cell {
    case .number(let value): value.isFinite ? NumberStyle.shortest(value) : "null"
    case .text(let text): quoted(text)
    case .boolean(let value): value ? "true" : "false"
    case .missing: "null"
    }
  }

  /// An object on one line.
  static func object(_ cells: [Cell], _ headings: [Heading]) -> String {
    "{" + zip(headings, cells).map { "\(quoted($0.name)): \(value($1))" }.joined(separator: ", ") + "}"
  }

  /// Any document on one line.
  static func value(_ document: Document) -> String {
    switch document {
    case .scalar(let cell): value(cell)
    case .text(let text): quoted(text)
    case .list(let elements): "[" + elements.untilStopped.lazy.map { value($0) }.joined(separator: ", ") + "]"
    case .record(let fields):
      "{" + fields.untilStopped.map { "\(quoted($0.name)): \(value($0.value))" }.joined(separator: ", ") + "}"
    case .plot(let plot): value(.table(plot.table))
    case .table(let table):
      "[" + table.rows.untilStopped.lazy.map { object($0.cells, table.headings) }.joined(separator: ", ") + "]"
    }
  }
}
