// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// Selects the columns for a call of `plot` and creates the plot.
struct PlotColumns {
  let call: Call
  let table: Table

  init(_ call: Call, _ table: Table) {
    self.call = call
    self.table = table
  }

  /// A column to draw, with one value per row of the table. Its name is the label.
  struct Entry {
    private let column: Column

    init(_ column: Column) { self.column = column }

    var label: String { column.name }
    var cells: [Cell] { column.cells }
    var hasWords: Bool { column.numbers == nil && (0..<column.count).untilStopped.contains { column[$0].text != nil } }

    /// Whether all values are whole numbers, apart from missing ones.
    var isWhole: Bool {
      (column.numbers.map { .inferred(from: $0) } ?? Role.inferred(from: cells)) == .integer
    }

    /// Returns the values as numbers without the missing ones. Throws as `numbers` does.
    func presentNumbers() throws(Complaint) -> [Double] {
      if let numbers = column.numbers { return numbers }
      return try numbers().untilStopped.compactMap { $0 }
    }

    /// Returns the values as numbers, with true as 1 and false as 0. Throws if there is text.
    func numbers() throws(Complaint) -> [Double?] {
      if let numbers = column.numbers { return numbers.untilStopped.map { $0 } }
      var numbers: [Double?] = []
      for cell in cells.untilStopped {
        switch cell {
        case .number(let number): numbers.append(number)
        case .boolean(let truth): numbers.append(truth ? 1 : 0)
        case .missing: numbers.append(nil)
        case .text(let text):
          throw Complaint("wrong-type", "'\(label)' has no numbers to draw: it contains \(quoted(text))")
        }
      }
      return numbers
    }

    /// Returns the positions on an axis: numbers themselves, or 1, 2, 3, ... for distinct words in the order of their first
    /// occurrence.
    func places(asWords: Bool) throws(Complaint) -> (numbers: [Double?], axis: Plot.Axis) {
      guard asWords || hasWords else {
        return (try numbers(), Plot.Axis(label, isWhole: isWhole))
      }
      var known: [Cell: Double] = [:]
      var names: [String] = []
      let places = cells.untilStopped.map { cell -> Double? in
        if cell == .missing { return nil }
        if let place = known[cell] { return place }
        names.append(cell.placeName)
        known[cell] = Double(names.count)
        return Double(names.count)
      }
      return (places, Plot.Axis(label, names: names))
    }
  }

  /// Returns the finished plot.
  func plot() throws(Diagnostic) -> Plot {
    let z = try optionalColumn("z")
    let kind = call.string("kind")
    if kind == "heat" || kind == "auto" && z != nil { return try heat(try optionalColumn("x") ?? standardX, z) }
    if z != nil { throw call.error("wrong-kind", "only a heat map has z", at: "z", notes: ["kind: heat"]) }
    if call.optionalString("log") == "z" {
      throw call.error("wrong-kind", "only a heat map has z", at: "log", notes: ["z: column makes a heat map"])
    }
    let given = try optionalColumn("x")
    let hasSeries = call.isNone("by") && kind != "bar" && given?.hasWords != true
    let standard = hasSeries ? standardSeries : nil
    let by = try optionalColumn("by") ?? standard?.by
    let x = given ?? standard?.x ?? standardX
    let mark: Plot.Mark = kind == "bar" || kind == "auto" && x.hasWords ? .bar : kind == "points" ? .points : .line
    return try series(x, by, mark)
  }

  /// Returns the column for a required argument.
  func column(_ name: String) throws(Diagnostic) -> Entry { try entry(call.value(name), call.label(name), at: name) }

  func optionalColumn(_ name: String) throws(Diagnostic) -> Entry? {
    call.isNone(name) ? nil : try column(name)
  }

  func entry(_ value: Value, _ label: String, at name: String) throws(Diagnostic) -> Entry {
    try call.attempt(at: name) { () throws(Complaint) in
      if case .string(let column) = value {
        return Entry(try reporting { () throws(TableError) in try table.column(column) })
      }
      guard let elements = value.elements else {
        throw Complaint(
          "wrong-type",
          "'\(name)' of \(call.builtin.name) must be a column or a formula of columns, "
            + "but this is \(value.kind)")
      }
      guard elements.count == table.rowCount else {
        throw Complaint(
          "length-mismatch",
          "'\(name)' needs \(counted(table.rowCount, "value")), one per row, but there are \(elements.count)")
      }
      return Entry(elements.column(label))
    }
  }

  /// The column of the panels, if it is given by name.
  private var panelColumn: String? { call.isNone("panels") ? nil : call.label("panels") }

  /// The first column that does not divide the rows into panels, or the row numbers if the table has only one column.
  private var standardX: Entry {
    if table.columns.count > 1, let first = table.columns.first(where: { $0.name != panelColumn }) {
      return Entry(first)
    }
    return Entry(Column("row", integers: Array(1..<table.rowCount + 1)))
  }

  /// The default series, as for a table of `compare`: the text columns that the table begins with, if each combination
  /// of their values occurs in several rows, and the first numeric column that varies within them, such as the step of
  /// runs of different lengths.
  private var standardSeries: (by: Entry, x: Entry)? {
    let words = table.columns.prefix { Entry($0).hasWords }.filter { $0.name != panelColumn }
    guard !words.isEmpty else { return nil }
    let names = (0..<table.rowCount).untilStopped.map { row in
      words.map { $0[row].exactText }.joined(separator: ", ")
    }
    let rows = Dictionary(grouping: names.indices.untilStopped, by: { names[$0] })
    guard rows.values.allSatisfy({ $0.count > 1 }) else { return nil }
    let numbers = table.columns.filter(\.role.isNumeric)
    func varies(_ column: Column, in rows: [Int]) -> Bool { rows.contains { column[$0] != column[rows[0]] } }
    guard numbers.count(where: { varies($0, in: Array(names.indices)) }) > 1,
      let x = numbers.first(where: { column in rows.values.contains { varies(column, in: $0) } })
    else { return nil }
    return (Entry(Column(words.map(\.name).joined(separator: ", "), texts: names)), Entry(x))
  }

  private func heat(_ x: Entry, _ z: Entry?) throws(Diagnostic) -> Plot {
    guard let z else {
      throw call.error("missing-argument", "a heat map needs z, the column to show as colours", notes: ["z: column"])
    }
    let y: Entry
    if let given = try optionalColumn("y") {
      y = given
    } else if let second = table.columns.first(where: { $0.name != x.label && $0.name != z.label }) {
      y = Entry(second)
    } else {
      throw call.error("no-column", "there is no column left for y", notes: ["y: column"])
    }
    if !call.isNone("by") { throw call.error("wrong-kind", "a heat map has no series", at: "by") }
    if !call.isNone("panels") { throw call.error("wrong-kind", "a heat map has no panels", at: "panels") }
    let log = call.optionalString("log")
    if let log, log != "auto", log != "z" {
      throw call.error("wrong-kind", "only z can be logarithmic in a heat map", at: "log", notes: ["log: z"])
    }
    let numbers = try call.attempt(at: "z") { () throws(Complaint) in try z.numbers() }
    let isLogarithmic =
      log == "z" || log == "auto" && Magnitude.needsLogarithm(numbers, isMagnitude: Magnitude.isNamed(by: z.label))
    let (xs, ys) = try call.attempt { () throws(Complaint) in
      (try x.places(asWords: false), try y.places(asWords: false))
    }
    let axis = Plot.Axis(z.label, isLogarithmic: isLogarithmic, isWhole: z.isWhole)
    guard let grid = HeatGrid(x: xs.numbers, y: ys.numbers, z: numbers, axis) else {
      throw call.error("too-large", "a heat map of more than \(HeatGrid.mostCells) cells is too large")
    }
    return try Plots.finished(Plot(x: xs.axis, y: ys.axis, .heat(grid)), call)
  }
}

extension Cell {
  /// The name of a position on an axis.
  var placeName: String { number.map { NumberStyle.integer($0) } ?? exactText }
}
