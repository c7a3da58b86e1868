// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Table {
  /// Returns the table as HTML, with the numbers as in the terminal. The first column names the rows. Rows in the middle
  /// of a long table are left out.
  package func html(caption: String) -> Markup {
    let most = 60
    let shown: [Int?] =
      rowCount <= most
      ? Array(0..<rowCount) : Array(0..<most / 2) + [nil] + Array(rowCount - most / 2..<rowCount)
    let texts = columns.map { column -> [String] in
      let cells = shown.compactMap(\.self).map { BoxColumn.visible(column[$0], column.role) }
      return column.role.isNumeric ? cells.alignedAtPoint : cells
    }
    func style(_ role: Role, _ text: String = "") -> String? {
      switch role {
      case .integer, .number, .share: "number"
      case .state where !text.isEmpty && !["ok", "inside"].contains(text): "bad"
      default: nil
      }
    }
    let header = columns.map { column -> Markup in
      // A long name may continue on the next line after an underscore.
      let parts = column.name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
      let pieces = parts.enumerated().map { place, part in
        place + 1 < parts.count ? Markup(part + "_") + .empty("wbr") : Markup(part)
      }
      return Markup.element("th", ["scope": "col", "class": style(column.role)], pieces.joined)
    }
    var next = 0
    let body = shown.map { row -> Markup in
      guard row != nil else {
        let note = "\(rowCount - most) rows are left out"
        return .element("tr", [:], .element("td", ["colspan": "\(columns.count)"], Markup(note)))
      }
      defer { next += 1 }
      let cells = columns.indices.map { place -> Markup in
        let (text, role) = (texts[place][next], columns[place].role)
        return place == 0
          ? .element("th", ["scope": "row", "class": style(role)], Markup(text))
          : .element("td", ["class": style(role, text)], Markup(text))
      }
      return .element("tr", [:], cells.joined)
    }
    return .block(
      "div", ["class": "scroll", "role": "region", "aria-label": caption, "tabindex": "0"],
      [
        .block(
          "table", [:],
          [
            .element("caption", [:], Markup(caption)),
            .element("thead", [:], .element("tr", [:], header.joined)), .block("tbody", [:], body),
          ])
      ])
  }
}
