// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTables

/// A value that is drawn when printed, with fields from a table.
protocol DrawnObject: DomainObject {
  associatedtype Content: Drawing

  var content: Content { get }
  static var fields: [FieldEntry<Self>] { get }
}

extension DrawnObject {
  static var glosses: [Gloss] { fields.glosses() }
  var fieldNames: [String] { Self.fields.map(\.name) }
  func field(_ name: String) throws(Complaint) -> Value? { try Self.fields.value(name, of: self) }

  var summary: String { content.summary }
  var display: Value { .object(self) }
  var drawing: (any Drawing)? { content }

  /// The content of a text file with the drawing.
  var textFile: [UInt8] { Array(DocumentWriter.text(of: .drawing(content), .table).utf8) }
}
