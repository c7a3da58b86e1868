// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTables

/// A report as a value of the language. Printing it shows a short text, and saving it writes a page.
struct ReportObject: DrawnObject {
  let content: Report

  init(_ content: Report) { self.content = content }

  var typeName: String { "report" }

  static let fields: [FieldEntry<ReportObject>] = [
    FieldEntry("title", "title of the report") { .string($0.content.title) },
    FieldEntry("verdict", "what diagnose found, in a sentence") { .string($0.content.verdict) },
    FieldEntry("problems", "the table of diagnose") { .table($0.content.problems) },
    FieldEntry("flow", "the flow of the network; for a run, that after training") {
      .table($0.content.flows.last?.table ?? Table(columns: []))
    },
    FieldEntry("code", "the code that makes the report") { .string($0.content.code) },
  ]

  var portable: Value {
    .record(
      Record(
        Self.fields.compactMap { field in (try? field.value(self)).map { (field.name, $0) } },
        uniquingKeysWith: { first, _ in first }))
  }
  var fileExtensions: [String] { ["html", "txt"] }

  func encoded(as fileExtension: String) -> [UInt8]? {
    switch fileExtension {
    case "html": Array(content.page.utf8)
    case "txt": textFile
    default: nil
    }
  }

  func isEqual(to other: any DomainObject) -> Bool {
    (other as? ReportObject).map { $0.content.page == content.page } ?? false
  }
}
