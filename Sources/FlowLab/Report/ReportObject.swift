// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTables

/// A report as a value of the language. Printing it shows a short text, and saving it writes a page.
struct ReportObject: DomainObject {
  let report: Report

  init(_ report: Report) { self.report = report }

  var typeName: String { "report" }
  var fieldNames: [String] { Self.fields.map(\.name) }
  static let glosses = fields.glosses()

  private static let fields: [FieldEntry<ReportObject>] = [
    FieldEntry("title", "title of the report") { .string($0.report.title) },
    FieldEntry("verdict", "what diagnose found, in a sentence") { .string($0.report.verdict) },
    FieldEntry("problems", "the table of diagnose") { .table($0.report.problems) },
    FieldEntry("flow", "the flow of the network; for a run, that after training") {
      .table($0.report.flows.last?.table ?? Table(columns: []))
    },
    FieldEntry("code", "the code that makes the report") { .string($0.report.code) },
  ]

  func field(_ name: String) throws(Complaint) -> Value? { try Self.fields.value(name, of: self) }

  var summary: String { report.summary }
  var display: Value { .object(self) }
  var drawing: (any Drawing)? { report }
  var portable: Value {
    .record(
      Record(
        Self.fields.compactMap { field in (try? field.value(self)).map { (field.name, $0) } },
        uniquingKeysWith: { first, _ in first }))
  }
  var fileExtensions: [String] { ["html", "txt"] }

  func encoded(as fileExtension: String) -> [UInt8]? {
    switch fileExtension {
    case "html": Array(report.page.utf8)
    case "txt": Array(DocumentWriter.text(of: .drawing(report), .table).utf8)
    default: nil
    }
  }

  func isEqual(to other: any DomainObject) -> Bool {
    (other as? ReportObject).map { $0.report.page == report.page } ?? false
  }
}
