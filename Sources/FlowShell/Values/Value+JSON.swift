// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension Value {
  /// The value as one JSON document (RFC 8259) on one line, whatever the numbers: `nan` and infinities are null.
  public var json: String {
    switch self {
    case .none: "null"
    case .number(let number): number.isFinite ? literal(number) : "null"
    case .string(let text): jsonText(text)
    case .boolean(let truth): truth ? "true" : "false"
    case .list(let elements): "[\(elements.map(\.json).joined(separator: ", "))]"
    case .range(let range): "[\(range.map { Value.number($0).json }.joined(separator: ", "))]"
    case .record(let record):
      "{\(record.map { "\(jsonText($0.key)): \($0.value.json)" }.joined(separator: ", "))}"
    case .table(let table): Value.list(table.records.map(Value.record)).json
    case .function, .builtin: jsonText(summary)
    case .object(let object):
      switch object.portable {
      case .object(let inner): jsonText(inner.summary)
      case let portable: portable.json
      }
    }
  }
}

/// A JSON string with its quotes.
private func jsonText(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    case "\r": result += "\\r"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
