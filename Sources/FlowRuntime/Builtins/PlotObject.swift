// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// A plot as a value of the language. Printing it draws it, and saving it writes the same picture to a file.
package struct PlotObject: DomainObject {
  let content: Plot

  package init(_ content: Plot) { self.content = content }

  package var typeName: String { "plot" }
  package var fieldNames: [String] { ["data", "title"] }

  package func field(_ name: String) -> Value? {
    switch name {
    case "data": .table(content.table)
    case "title": content.title.map(Value.string) ?? Value.none
    default: nil
    }
  }

  package var summary: String { content.summary }
  package var display: Value { .object(self) }
  package var plot: Plot? { content }
  package var portable: Value { .table(content.table) }

  package var fileExtensions: [String] { GnuplotScript.Picture.allCases.map(\.rawValue) + ["gp", "txt", "dat"] }

  package func encoded(as fileExtension: String) -> [UInt8]? {
    switch fileExtension {
    case "gp": Array(GnuplotScript(content).text.utf8)
    case "txt": Array(DocumentWriter.text(of: .plot(content), .table).utf8)
    case "dat": Array(DocumentWriter.text(of: .table(content.table), .gnuplot).utf8)
    default: nil
    }
  }

  package func isEqual(to other: any DomainObject) -> Bool {
    guard let other = other as? PlotObject else { return false }
    return content.title == other.content.title && content.table == other.content.table
  }
}
