// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables

/// Builds a table from records whose fields may differ. A field that a record lacks is a missing value.
struct RecordAssembler {
  private var names: [String] = []
  private var columns: [ColumnBuilder] = []
  private var places: [String: Int] = [:]
  /// The number of complete records.
  private(set) var rows = 0
  /// The column that comes next if the record has the same fields as the one before.
  private var next = 0

  /// The number of cells that were given.
  private var given = 0

  /// The largest number of cells of a table of records, whose files can be much smaller than the table.
  private static let mostCells = 250_000_000

  /// Above a million cells, a table may have at most this many for each given one. Fields that hardly ever recur are
  /// more likely keys of a dictionary than columns of a table.
  private static let sparsity = 200

  /// Adds a field to the current record. Returns false if the record already has it.
  mutating func add(_ name: String, _ cell: Cell) -> Bool {
    let place: Int
    if next < names.count, names[next] == name {
      place = next
    } else if let known = places[name] {
      place = known
    } else {
      place = names.count
      places[name] = place
      names.append(name)
      columns.append(ColumnBuilder(missing: rows))
    }
    next = place + 1
    if columns[place].count > rows { return false }
    fill(place, to: rows)
    columns[place].append(cell)
    given += 1
    return true
  }

  /// Ends the current record. Returns false if the table has become too large.
  mutating func endRecord() -> Bool {
    rows += 1
    next = 0
    return Double(rows) * Double(names.count) <= Double(min(Self.mostCells, 1_000_000 + Self.sparsity * given))
  }

  /// The table of all records.
  consuming func finish() -> Table {
    for place in columns.indices.untilStopped { fill(place, to: rows) }
    return Table(columns: zip(names, columns).map { $1.column($0).withNonfiniteNumbers })
  }

  private mutating func fill(_ place: Int, to count: Int) {
    while columns[place].count < count { columns[place].append(.missing) }
  }
}

extension Column {
  /// The column with the texts `inf`, `-inf` and `nan` as numbers, if there are numbers and no other texts. JSON has no
  /// such numbers, so programs write texts instead.
  package var withNonfiniteNumbers: Column {
    guard isMixed else { return self }
    var result = ColumnBuilder()
    result.reserveCapacity(count)
    for row in (0..<count).untilStopped {
      switch self[row] {
      case .text(let text):
        guard let number = Self.nonfinite[text] else { return self }
        result.append(.number(number))
      case let cell: result.append(cell)
      }
    }
    return result.column(name)
  }

  private static let nonfinite: [String: Double] = [
    "inf": .infinity, "-inf": -.infinity, "nan": .nan, "Infinity": .infinity, "-Infinity": -.infinity, "NaN": .nan,
  ]
}
