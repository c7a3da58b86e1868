// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// The tables of a database with the cells of a sweep:
///
/// - `sweep` has one row, which describes the sweep;
/// - `done` has a row for every finished cell;
/// - `cells` has the rows of the cells, with a column for each axis and for each column of the results;
/// - `layouts` has the columns of the results of each kind.
struct SweepTables {
  struct StoredCell {
    let id: Int
    let key: String
    /// The number of the cell in the latest grid, counted from 0, or nil if that does not contain the cell.
    let number: Int?
    let axes: [Cell]
    let seed: Int
    let rows: SweepRows
  }

  private struct Layout: Hashable {
    let kind: String
    let headings: [Heading]
  }

  /// The version of the tables. A file of a later version cannot be read.
  static let version = 1

  private let axes: [String]
  /// The names of the columns of `cells` for the axes, and for each name of a column of the results.
  private var axisColumns: [String] = []
  private var columns: [String: String] = [:]
  /// The types of the columns of `cells`.
  private var types: [String: String] = [:]
  private var layouts: [Layout: Int] = [:]
  private var nextID = 1

  init(_ axes: [String]) { self.axes = axes }

  /// Returns whether the database has no tables.
  static func isEmpty(_ connection: any DatabaseConnection) throws(Complaint) -> Bool {
    try connection.first("SELECT 1 FROM sqlite_master") == nil
  }

  /// Throws if the database does not contain cells that this version can read.
  static func check(_ connection: any DatabaseConnection, _ path: String) throws(Complaint) {
    guard try connection.hasTable("sweep"), try connection.hasTable("done") else {
      throw Complaint(
        "other-file", "'\(path)' contains no cells of a sweep",
        notes: [
          "sweep(..., into: file) writes them, into a file of their own; runs(file) lists training runs"
        ])
    }
    try connection.requireTables(["axes", "layouts", "cells"], path)
    if try connection.first("SELECT format FROM sweep")?.first?.integer ?? 0 > version {
      throw Complaint("newer-file", "'\(path)' was written by a later version of gradflow", notes: ["update gradflow"])
    }
  }

  static func identity(_ connection: any DatabaseConnection, _ path: String) throws(Complaint) -> SweepIdentity {
    let row = try connection.first("SELECT code, variables, precision, version FROM sweep")
    guard let row, let code = row[0].text, let variables = row[1].text, let precision = row[2].text,
      let version = row[3].text
    else { throw damage }
    var axes: [String] = []
    try connection.query("SELECT name FROM axes ORDER BY position", []) { row in axes.append(row[0].text ?? "") }
    return SweepIdentity(code: code, axes: axes, variables: variables, precision: precision, version: version)
  }

  /// Creates the tables. The types of the columns of the axes are those of their first values.
  mutating func create(
    _ identity: SweepIdentity, _ first: [Cell?], _ connection: any DatabaseConnection
  ) throws(Complaint) {
    for statement in [
      "CREATE TABLE sweep (code TEXT, variables TEXT, precision TEXT, version TEXT, format INTEGER)",
      "CREATE TABLE axes (position INTEGER, name TEXT, column_name TEXT)",
      "CREATE TABLE done (id INTEGER PRIMARY KEY, key TEXT UNIQUE, cell INTEGER, layout INTEGER)",
      "CREATE TABLE layouts (layout INTEGER, kind TEXT, position INTEGER, name TEXT, column_name TEXT, role TEXT, "
        + "importance INTEGER, picture TEXT)",
      "CREATE TABLE cells (id INTEGER, cell INTEGER, row INTEGER, seed INTEGER, types TEXT)",
      "CREATE INDEX cells_id ON cells (id)",
    ] { try connection.run(statement) }
    try connection.run(
      "INSERT INTO sweep VALUES (?, ?, ?, ?, ?)",
      [
        .text(identity.code), .text(identity.variables), .text(identity.precision), .text(identity.version),
        .integer(Self.version),
      ])
    for (position, name) in axes.enumerated() {
      let column = try addColumn(name, first[position] ?? .missing, connection)
      axisColumns.append(column)
      try connection.run("INSERT INTO axes VALUES (?, ?, ?)", [.integer(position), .text(name), .text(column)])
    }
  }

  /// Reads the names and types of the columns.
  mutating func load(_ connection: any DatabaseConnection) throws(Complaint) {
    var (types, columns, axisColumns): ([String: String], [String: String], [String]) = ([:], [:], [])
    var headings: [Int: (kind: String, headings: [Heading])] = [:]
    try connection.query("SELECT name, type FROM pragma_table_info('cells')", []) { row in
      if let name = row[0].text, let type = row[1].text { types[name] = type }
    }
    try connection.query("SELECT column_name FROM axes ORDER BY position", []) { row throws(Complaint) in
      guard let name = row[0].text, types[name] != nil else { throw Self.damage }
      axisColumns.append(name)
    }
    try connection.query(
      "SELECT layout, kind, name, column_name, role, importance, picture FROM layouts ORDER BY layout, position", []
    ) { row throws(Complaint) in
      guard let layout = row[0].integer, let kind = row[1].text, let name = row[2].text, let column = row[3].text,
        column.isEmpty || types[column] != nil
      else { throw Self.damage }
      headings[layout, default: (kind, [])].kind = kind
      // A result without columns has one row in the table, without a name.
      if column.isEmpty { return }
      headings[layout]?.headings.append(Heading(name, stored: row[4...]))
      columns[name] = column
    }
    let taken = axes + ["seed"]
    let lastID = try connection.first("SELECT max(id) FROM done")?.first?.integer ?? 0
    guard axisColumns.count == axes.count, Set(taken).count == taken.count, lastID < .max,
      headings.values.allSatisfy({ Set($0.headings.map(\.name) + taken).count == $0.headings.count + taken.count })
    else { throw Self.damage }
    (self.types, self.columns, self.axisColumns) = (types, columns, axisColumns)
    for (number, layout) in headings { layouts[Layout(kind: layout.kind, headings: layout.headings)] = number }
    nextID = lastID + 1
  }

  /// Adds the rows of a finished cell, unless the database has the cell.
  mutating func insert(
    _ rows: SweepRows, key: String, number: Int, axes: [Cell], seed: UInt64, _ connection: any DatabaseConnection
  ) throws(Complaint) {
    guard try connection.first("SELECT 1 FROM done WHERE key = ?", [.text(key)]) == nil else { return }
    let (kind, headings, lines) = rows.stored
    let layout = try self.layout(kind, headings, lines.first ?? [], connection)
    try connection.run(
      "INSERT INTO done VALUES (?, ?, ?, ?)", [.integer(nextID), .text(key), .integer(number), .integer(layout)])
    let names = axisColumns + headings.map { columns[$0.name] ?? "" }
    let list = (["id", "cell", "row", "seed", "types"] + names.map(Self.quoted)).joined(separator: ", ")
    let marks = repeatElement("?", count: names.count + 5).joined(separator: ", ")
    let (id, types) = (nextID, types)
    try connection.run(
      "INSERT INTO cells (\(list)) VALUES (\(marks))",
      rows: lines.enumerated().lazy.map { row, line in
        let encoded = zip(names, axes + line).map { SweepCellCoder.encode($1, type: types[$0] ?? "") }
        return [
          .integer(id), .integer(number), .integer(row), .integer(Int(seed)),
          .text(String(encoded.map(\.letter))),
        ] + encoded.map(\.value)
      })
    nextID += 1
  }

  /// Changes the number of a cell, because the grid has changed.
  func setNumber(_ number: Int?, of cell: StoredCell, _ connection: any DatabaseConnection) throws(Complaint) {
    guard number != cell.number else { return }
    let value = number.map(DatabaseValue.integer) ?? .null
    for table in ["done", "cells"] {
      try connection.run("UPDATE \(table) SET cell = ? WHERE id = ?", [value, .integer(cell.id)])
    }
  }

  /// Returns all cells, in the order in which they were finished.
  func cells(_ connection: any DatabaseConnection) throws(Complaint) -> [StoredCell] {
    let forms = Dictionary(layouts.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let all = columns.values.sorted()
    let places = Dictionary(zip(all, all.indices), uniquingKeysWith: { first, _ in first })
    var lines: [Int: [(axes: [Cell], seed: Int, line: [Cell])]] = [:]
    var layoutOfCell: [Int: Layout] = [:]
    var done: [(id: Int, key: String, number: Int?)] = []
    try connection.query("SELECT id, key, cell, layout FROM done ORDER BY id", []) { row throws(Complaint) in
      guard let id = row[0].integer, let key = row[1].text, let layout = row[3].integer, let form = forms[layout]
      else { throw Self.damage }
      layoutOfCell[id] = form
      done.append((id, key, row[2].integer))
    }
    let list = (["id", "seed", "types"] + (axisColumns + all).map(Self.quoted)).joined(separator: ", ")
    let (axisCount, own) = (axisColumns.count, columns)
    try connection.query("SELECT \(list) FROM cells ORDER BY id, row", []) { row throws(Complaint) in
      guard let id = row[0].integer, let seed = row[1].integer, let types = row[2].text, let form = layoutOfCell[id]
      else { throw Self.damage }
      let indices =
        (0..<axisCount).map { $0 + 3 }
        + form.headings.map { (own[$0.name].flatMap { places[$0] } ?? 0) + 3 + axisCount }
      guard types.count == indices.count else { throw Self.damage }
      let cells = zip(indices, types).compactMap { SweepCellCoder.decode(row[$0], $1) }
      guard cells.count == indices.count else { throw Self.damage }
      lines[id, default: []].append((Array(cells.prefix(axisCount)), seed, Array(cells.dropFirst(axisCount))))
    }
    return done.map { cell in
      let own = lines[cell.id] ?? []
      let form = layoutOfCell[cell.id]!
      return StoredCell(
        id: cell.id, key: cell.key, number: cell.number, axes: own.first?.axes ?? [], seed: own.first?.seed ?? 0,
        rows: SweepRows(kind: form.kind, form.headings, own.map(\.line)))
    }
  }

  /// Returns the number of a layout, which is added to the database if it is new. `first` is a row of it.
  private mutating func layout(
    _ kind: String, _ headings: [Heading], _ first: [Cell], _ connection: any DatabaseConnection
  ) throws(Complaint) -> Int {
    let layout = Layout(kind: kind, headings: headings)
    if let known = layouts[layout] { return known }
    let number = layouts.count + 1
    func insert(_ position: Int, _ name: String, _ column: String, _ stored: [DatabaseValue]) throws(Complaint) {
      try connection.run(
        "INSERT INTO layouts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [.integer(number), .text(kind), .integer(position), .text(name), .text(column)] + stored)
    }
    if headings.isEmpty { try insert(0, "", "", [.text(""), .integer(0), .text("")]) }
    for (position, heading) in headings.enumerated() {
      if columns[heading.name] == nil {
        let cell = first.isEmpty ? (heading.role.isNumeric ? .missing : .text("")) : first[position]
        columns[heading.name] = try addColumn(heading.name, cell, connection)
      }
      try insert(position, heading.name, columns[heading.name] ?? "", heading.stored)
    }
    layouts[layout] = number
    return number
  }

  /// Adds a column to `cells` and returns its name, which differs from `name` if SQLite would confuse that with another.
  private mutating func addColumn(
    _ name: String, _ cell: Cell, _ connection: any DatabaseConnection
  ) throws(Complaint) -> String {
    let taken = Set(types.keys.map { $0.lowercased() } + ["id", "cell", "row", "seed", "types"])
    let base = name.utf8.contains(0) || name.isEmpty ? "column" : name
    var column = base
    var count = 1
    while taken.contains(column.lowercased()) {
      count += 1
      column = "\(base)_\(count)"
    }
    let type = SweepCellCoder.type(for: cell)
    try connection.run("ALTER TABLE cells ADD COLUMN \(Self.quoted(column)) \(type)")
    types[column] = type
    return column
  }

  private static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

  private static let damage = Complaint(
    "damaged-file", "the file of the sweep is damaged", notes: ["delete it to compute the cells again"])
}

extension SweepRows {
  /// The kind, the headings and the rows, as a file keeps them.
  fileprivate var stored: (kind: String, headings: [Heading], rows: [[Cell]]) {
    switch self {
    case .value(let cell): ("value", [Heading("value", .text)], [[cell]])
    case .record(let record):
      ("record", record.keys.map { Heading($0, .text) }, [record.values.map(\.cell)])
    case .table(let table):
      (
        // The meaning of a column is known to the builtin that makes the table, and is not a part of its form.
        "table",
        table.columns.map { Heading($0.name, $0.role, importance: $0.importance, picture: $0.heading.picture) },
        (0..<table.rowCount).map { row in table.columns.map { $0[row] } }
      )
    }
  }

  fileprivate init(kind: String, _ headings: [Heading], _ rows: [[Cell]]) {
    switch (kind, rows.first) {
    case ("value", let row?) where row.count == 1: self = .value(row[0])
    case ("record", let row?):
      self = .record(
        Record(zip(headings.map(\.name), row.map(\.value)).map { ($0, $1) }, uniquingKeysWith: { first, _ in first }))
    default:
      self = .table(
        Table(
          columns: headings.enumerated().map { index, heading in Column(heading, cells: rows.map { $0[index] }) }))
    }
  }
}
