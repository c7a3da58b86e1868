// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTables
import FlowText

extension Report: Drawing {
  func draw(_ layout: Layout, to output: inout StyledText) {
    let width = max(20, layout.width ?? 100)
    func write(_ text: String, indent: Int = 0, _ style: StyledText.Style = .plain) {
      for line in text.visible(keeping: []).wrapped(width - indent) {
        output += StyledText(String(repeating: " ", count: indent))
        output += StyledText(line, layout.isColored ? style : .plain) + "\n"
      }
    }
    let bold = StyledText.Style(1)
    write(title, bold)
    write(verdict)
    for sentence in explanation { write(sentence) }
    for (number, finding) in findings.enumerated() {
      output.write("\n")
      write("\(number + 1). \(finding.heading)", bold)
      write(finding.cause, indent: 3)
      write("evidence: \(finding.evidence)", indent: 3)
      if !finding.test.isEmpty { write("without the cause: \(finding.test)", indent: 3) }
      for remedy in finding.remedies { write("remedy: \(remedy.remedy) (\(remedy.reason))", indent: 3) }
      if !finding.change.isEmpty { write("change: \(finding.change)", indent: 3) }
    }
    var layout = layout
    layout.elision = Layout.Elision(head: 10, tail: 10, hint: "flow(net) shows all")
    for part in flows {
      output.write("\n")
      write(part.caption)
      var writer = DocumentWriter(.table, layout: layout)
      writer.print(.table(part.table), to: &output)
    }
    output.write("\n")
    write("save(..., \"report.html\") writes a page with plots, the layers and the code")
  }

  var table: Table { problems }
  var summary: String { "report: \(verdict)" }
}
