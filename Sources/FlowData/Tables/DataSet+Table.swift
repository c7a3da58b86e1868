// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A column of a table in memory.
public struct DataColumn: Sendable {
  /// A cell of a column.
  public enum Cell: Sendable {
    case number(Double)
    case text(String)
    case missing
  }

  public let name: String
  let storage: Storage

  enum Storage: Sendable {
    /// The numbers at `first`, `first + stride` and so on. nan is a missing value.
    case numbers([Double], first: Int, stride: Int)
    case cells([Cell])
  }

  /// Creates a column of numbers, in which nan is a missing value.
  public init(_ name: String, _ numbers: [Double]) { self.init(name: name, .numbers(numbers, first: 0, stride: 1)) }

  public init(_ name: String, cells: [Cell]) { self.init(name: name, .cells(cells)) }

  private init(name: String, _ storage: Storage) {
    self.name = name
    self.storage = storage
  }

  /// Returns the columns of a matrix, whose numbers are given row by row. nan is a missing value.
  public static func columns(_ names: [String], ofMatrix numbers: [Double]) -> [DataColumn] {
    names.enumerated().map { DataColumn(name: $1, .numbers(numbers, first: $0, stride: names.count)) }
  }

  /// Returns names that consist of a letter and a number from 1, such as x1 and x2.
  public static func names(_ letter: String, _ count: Int) -> [String] { DataSet.numbered(letter, count) }

  /// The number of rows.
  public var count: Int {
    switch storage {
    case .numbers(let numbers, _, let stride): numbers.count / stride
    case .cells(let cells): cells.count
    }
  }

  subscript(row: Int) -> Cell {
    switch storage {
    case .numbers(let numbers, let first, let stride): .number(numbers[first + row * stride])
    case .cells(let cells): cells[row]
    }
  }
}

extension DataSet {
  /// Creates a data set from the columns of a table in memory.
  ///
  /// Throws an error if the layout does not fit the columns, if the columns differ in length, or if a cell does not fit
  /// the use of its column. Errors count rows from 1.
  ///
  /// - Parameters:
  ///   - columns: The inputs, and if there are no `targets`, the columns that the layout names as targets.
  ///   - targets: Columns of targets.
  ///   - note: Called with what the user should know about the missing values and the inputs.
  public static func table(
    name: String, _ columns: [DataColumn], targets: [DataColumn] = [], _ layout: DataLayout,
    note: (String) -> Void = { _ in }
  ) throws(DataError) -> DataSet {
    for columns in [columns, targets] {
      var seen: Set<String> = []
      for column in columns where !seen.insert(column.name).inserted {
        throw .repeatedColumn(path: nil, name: column.name)
      }
    }
    let names = columns.map(\.name)
    let columns = columns + targets
    let rows = columns.first?.count ?? 0
    if let other = columns.first(where: { $0.count != rows }) {
      throw .unequalColumns(columns[0].name, rows, other.name, other.count)
    }
    let most = Double(rows) * Double(columns.count)
    try requireMemory(most * Double(1 + MemoryLayout<Double>.stride), orThrow: DataError.outOfMemory)
    var assembler = try TableAssembler(
      path: nil, names: names, targets: targets.map(\.name), layout: layout, capacity: Int(most))
    let stop = StopToken.current
    for row in 0..<rows {
      if stop.isRequested { throw .stopped }
      for (index, column) in columns.enumerated() { try assembler.append(column[row], column: index, line: row + 1) }
      try assembler.endRow()
    }
    return try assembler.finish(name: name, note: note)
  }
}

extension TableAssembler {
  fileprivate mutating func append(_ cell: DataColumn.Cell, column: Int, line: Int) throws(DataError) {
    switch uses[column] {
    case .dropped: break
    case .input:
      if case .number(let number) = cell, number.isFinite { return append(number) }
      try appendUnreadable(cell.text, column: column, line: line)
    case .oneHot, .target:
      var number: Double?
      if case .number(let value) = cell {
        guard !value.isInfinite else {
          throw .notNumber(path: path, line: line, column: names[column], text: cell.text)
        }
        number = value.isNaN ? nil : value
      }
      try append(cell.text, number: number, column: column, line: line)
    }
  }
}

extension DataColumn.Cell {
  /// The cell as the text of a class or of a message. Empty for a missing value.
  var text: String {
    switch self {
    case .number(let number): number.isNaN ? "" : DataColumn.text(number)
    case .text(let text): text
    case .missing: ""
    }
  }
}

extension DataColumn {
  /// Returns a number as the name of a class: the shortest text that reads back as the number.
  public static func text(_ number: Double) -> String {
    Int(exactly: number).map { abs($0) < 1 << 53 ? String($0) : number.description } ?? number.description
  }
}
