// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

extension PlotColumns {
  /// Returns the columns of the argument `y`, or else the numeric columns that are not used otherwise.
  private func yColumns(besides others: [Entry?]) throws(Diagnostic) -> [Entry] {
    if !call.isNone("y") {
      let value = call.value("y")
      let elements = value.elements ?? []
      guard holdsColumns(elements) else { return [try column("y")] }
      var entries: [Entry] = []
      for (element, label) in zip(elements, call.labels("y")) {
        entries.append(try entry(element, label, at: "y"))
      }
      return entries
    }
    let taken = others.map { $0?.label }
    let numeric = table.columns.filter { column in
      column.role.isNumeric && !taken.contains(column.name)
        && (0..<column.count).untilStopped.contains { column[$0].number != nil }
    }.filter { !isEndOfBand($0.name) }
    let measured = numeric.filter { $0.role != .integer }
    let candidates = measured.isEmpty ? numeric : measured
    guard let first = candidates.first else {
      throw call.error(
        "no-column", "there is no numeric column to draw over '\(others.first??.label ?? "")'", notes: ["y: column"])
    }
    if candidates.count <= Self.mostColumns { return candidates.map(Entry.init) }
    let most = candidates.map(\.importance).max()
    return [Entry(candidates.first { $0.importance == most } ?? first)]
  }

  /// Returns whether the elements are columns, each a list or a name, and not the text values of a single column.
  private func holdsColumns(_ elements: List) -> Bool {
    let names = elements.compactMap { if case .string(let name) = $0 { name } else { nil } }
    let lists = elements.filter { $0.elementCount != nil }
    guard !elements.isEmpty, names.count + lists.count == elements.count else { return false }
    return !lists.isEmpty || names.contains { table[column: $0] != nil }
  }

  /// The maximum number of columns drawn by default.
  private static let mostColumns = 4

  /// Returns whether a column is the end of a band around another column, such as `factor_low`.
  private func isEndOfBand(_ name: String) -> Bool {
    ["_low", "_high"].contains { end in
      name.hasSuffix(end) && band(String(name.dropLast(end.count))) != nil
    }
  }

  /// Returns the columns that hold the ends of the band around a column, or nil if there are none.
  private func band(_ name: String) -> (low: Column, high: Column)? {
    guard table[column: name]?.role.isNumeric == true, let low = table[column: name + "_low"],
      let high = table[column: name + "_high"], low.role.isNumeric, high.role.isNumeric
    else { return nil }
    return (low, high)
  }

  /// Returns whether some of a band can be shaded.
  private func isVisible(_ band: (low: Column, high: Column)) -> Bool {
    (0..<table.rowCount).untilStopped.contains { row in
      guard let low = band.low[row].number, let high = band.high[row].number else { return false }
      return low <= high && low.isFinite && high.isFinite
    }
  }

  /// Returns the name of a column, and what it contains if that is known.
  private func described(_ column: Column) -> String {
    column.heading.meaning.map { "\(column.name) (\($0))" } ?? column.name
  }

  /// Returns the plot of y columns over x, with a series for each value of `by` and a panel for each value of the
  /// argument `panels`.
  func series(_ x: Entry, _ by: Entry?, _ mark: Plot.Mark) throws(Diagnostic) -> Plot {
    let panels = try optionalColumn("panels")
    if mark == .bar, panels != nil {
      throw call.error("wrong-kind", "bars have no panels", at: "panels", notes: ["kind: points"])
    }
    let ys = try yColumns(besides: [x, by, panels])
    // Each row has a bar. Bars with equal x are grouped only if a column distinguishes them.
    let places: (numbers: [Double?], axis: Plot.Axis) =
      mark == .bar && by == nil
      ? (
        (1..<table.rowCount + 1).untilStopped.map { Double($0) },
        Plot.Axis(x.label, names: x.cells.untilStopped.map(\.placeName))
      )
      : try call.attempt(at: "x") { () throws(Complaint) in try x.places(asWords: mark == .bar) }
    var curves: [Curve] = []
    var remarks: [String] = []
    for y in ys {
      let numbers = try call.attempt(at: call.isNone("y") ? nil : "y") { () throws(Complaint) in try y.numbers() }
      let band = mark != .bar && call.boolean("bands") ? band(y.label) : nil
      if let band, isVisible(band) { remarks.append("shaded: \(described(band.low)) to \(described(band.high))") }
      curves.append(
        Curve(
          name: ys.count > 1 ? y.label : nil, numbers: numbers,
          band: band.map { band in (band.low.cells.map(\.number), band.high.cells.map(\.number)) }))
    }
    let groups = groups(by)
    func all(in rows: (Int) -> Bool) -> [Plot.Series] {
      curves.flatMap { curve in
        groups.map { curve.series(group: $0.name, x: places.numbers, rows: $0.rows.untilStopped.filter(rows)) }
      }
    }
    let content: Plot.Content
    if let panels {
      let parts = self.groups(panels)
      guard parts.count <= Self.mostPanels else {
        throw call.error(
          "too-large",
          "'\(panels.label)' has \(parts.count) values, but at most \(Self.mostPanels) panels can be drawn",
          at: "panels", notes: ["where(...) selects rows"])
      }
      content = .panels(
        parts.map { panel in
          let rows = Set(panel.rows)
          return Plot.Panel(panel.name ?? "", all(in: rows.contains))
        }, mark)
    } else {
      content = .series(all { _ in true }, mark)
    }
    var plot = Plot(
      x: places.axis, y: Plot.Axis(ys.count == 1 ? ys[0].label : "", isWhole: ys.allSatisfy(\.isWhole)), content)
    plot.remarks = remarks
    return try Plots.finished(plot, call, quantities: ys.map(\.label))
  }

  private static let mostPanels = 64

  /// The numbers of a column to draw, one per row.
  private struct Curve {
    /// The name in the legend, or nil if there is only one column.
    let name: String?
    let numbers: [Double?]
    let band: (low: [Double?], high: [Double?])?

    func series(group: String?, x: [Double?], rows: [Int]) -> Plot.Series {
      func gathered(_ numbers: [Double?]) -> [Double?] { rows.untilStopped.map { numbers[$0] } }
      return Plot.Series(
        [name, group].compactMap(\.self).joined(separator: ", "), x: gathered(x), y: gathered(numbers),
        band: band.map { Plot.Series.Band(low: gathered($0.low), high: gathered($0.high)) })
    }
  }
  /// Returns the rows of each distinct value of a column, with a name for the legend. Without a column, returns all rows.
  private func groups(_ by: Entry?) -> [(name: String?, rows: [Int])] {
    guard let by else { return [(nil, Array(0..<table.rowCount))] }
    var order: [Cell] = []
    var rows: [Cell: [Int]] = [:]
    for (row, cell) in by.cells.enumerated().untilStopped {
      if rows[cell] == nil { order.append(cell) }
      rows[cell, default: []].append(row)
    }
    return order.map { cell in
      let name = cell.text ?? (cell == .missing ? "none" : cell.placeName)
      return (cell.text == nil ? "\(by.label) \(name)" : name, rows[cell] ?? [])
    }
  }
}
