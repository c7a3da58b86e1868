// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables

extension Value {
  /// Returns the document to print in a format.
  package func document(as format: Format) -> Document {
    switch self {
    case .none: .scalar(.missing)
    case .number(let number): .scalar(.number(number))
    case .string(let text): .scalar(.text(text))
    case .boolean(let truth): .scalar(.boolean(truth))
    case .list(let elements):
      elements.numbers.map(Document.numbers) ?? .list(elements.untilStopped.map { $0.document(as: format) })
    case .range(let range): range.fitsList ? .numbers(Array(range)) : .scalar(.text(range.source))
    case .record(let record): .record(record.untilStopped.map { Document.Field($0.key, $0.value.document(as: format)) })
    case .table(let table): .table(table)
    case .function, .builtin: .text(summary)
    case .object(let object): Self.document(of: object, as: format)
    }
  }

  /// Returns the portable form of an object for JSON, which programs read, and its display otherwise.
  private static func document(of object: any DomainObject, as format: Format) -> Document {
    if let plot = object.plot { return .plot(plot) }
    if let drawing = object.drawing, !format.isJSON { return .drawing(drawing) }
    let form = format.isJSON ? object.portable : object.display
    return switch form {
    case .object(let inner): .text(inner.summary)
    case .string(let text): .text(text)
    case let form: form.document(as: format)
    }
  }
}
