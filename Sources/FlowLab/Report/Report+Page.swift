// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

extension Report {
  /// The report as one HTML page, which needs no other files, no scripts and no network.
  var page: String {
    let language: Markup.Attributes = ["lang": "en"]
    let head = Markup.block(
      "head", [:],
      [
        .empty("meta", ["charset": "utf-8"]),
        .empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        .empty("meta", ["name": "color-scheme", "content": "light dark"]),
        // A browser must not run or load anything, even if some text were not escaped.
        .empty(
          "meta",
          ["http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"]),
        .element("title", [:], Markup(title)), .element("style", [:], ReportStyle.sheet),
      ])
    let body = Markup.block(
      "body", [:],
      [
        .block("header", [:], [.element("h1", [:], Markup(title)), paragraph(provenance, "made")]),
        .block("main", [:], [verdictSection, networkSection, flowSection, plotSection, codeSection]),
      ])
    return "<!DOCTYPE html>\n" + Markup.block("html", language, [head, body]).source + "\n"
  }

  private func paragraph(_ text: String, _ style: String? = nil) -> Markup {
    .element("p", ["class": style], Markup(text))
  }

  private func code(_ text: String) -> Markup { .element("code", [:], Markup(text)) }

  private func section(_ name: String, _ heading: String, _ content: [Markup]) -> Markup {
    .block(
      "section", ["aria-labelledby": name], [.element("h2", ["id": name], Markup(heading))] + content)
  }

  private var verdictSection: Markup {
    let list = findings.map { finding -> Markup in
      var lines = [
        .element("h3", [:], Markup(finding.heading)), paragraph(finding.cause),
      ]
      if !finding.evidence.isEmpty { lines.append(paragraph("Evidence: \(finding.evidence)", "evidence")) }
      if !finding.test.isEmpty { lines.append(paragraph("Without the cause: \(finding.test)", "evidence")) }
      if !finding.remedies.isEmpty {
        lines.append(
          .block(
            "ul", [:],
            finding.remedies.map { .element("li", [:], Markup("\($0.remedy) (\($0.reason))")) }))
      }
      if !finding.change.isEmpty {
        lines.append(paragraph("Code of the first remedy:"))
        lines.append(.element("pre", [:], code(finding.change)))
      }
      return .block("li", [:], lines)
    }
    return section(
      "verdict", "Verdict",
      [paragraph(verdict, "verdict" + (isGood ? " good" : findings.isEmpty ? " fair" : ""))]
        + explanation.map { paragraph($0) }
        + (list.isEmpty ? [] : [.block("ol", ["class": "findings"], list)]))
  }

  private var networkSection: Markup {
    let list = facts.flatMap { fact -> [Markup] in
      [
        .element("dt", [:], Markup(fact.name)),
        .element("dd", [:], fact.isCode ? code(fact.value) : Markup(fact.value)),
      ]
    }
    let picture = diagram.map { diagram in
      figure(
        diagram.inlineSVG,
        "The network \(state). Blue edges are positive, orange ones negative; an edge is thicker the "
          + "larger its weight is.")
    }
    return section(
      "network", "Network and data",
      [.block("dl", ["class": "facts"], list)] + [picture].compactMap(\.self) + [layers.html(caption: "Layers")])
  }

  private var flowSection: Markup {
    let names = Set(flows.flatMap(\.table.columnNames))
    let meanings = flowColumns.filter { names.contains($0.heading.name) }.flatMap { entry -> [Markup] in
      [.element("dt", [:], code(entry.heading.name)), .element("dd", [:], Markup(entry.summary))]
    }
    return section(
      "flow", "Gradient flow",
      flows.map { $0.table.html(caption: $0.caption) } + [.block("dl", ["class": "glossary"], meanings)])
  }

  private var plotSection: Markup {
    let drawn = figures.compactMap { figure -> Markup? in
      let notes = figure.plot.pageNotes
      let caption = figure.caption + (notes.isEmpty ? "" : " Note: \(notes.joined(separator: "; ")).")
      return figure.plot.inlineSVG(description: figure.caption).map { self.figure($0, caption) }
    }
    return drawn.isEmpty ? Markup("") : section("plots", "Plots", drawn)
  }

  private func figure(_ picture: Markup, _ caption: String) -> Markup {
    .block("figure", [:], [picture, .element("figcaption", [:], Markup(caption))])
  }

  private var codeSection: Markup {
    section("code", "Code", [.element("pre", [:], code(self.code))])
  }
}
