// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What is known of a column without its cells.
public struct Heading: Hashable, Sendable {
  /// The name by which the column is found.
  public let name: String
  /// What the cells are.
  public let role: Role
  /// Where a display is too narrow for all columns, those of higher importance stay.
  public let importance: Int
  /// How a display may picture the numbers beside them; nil for not at all.
  public let picture: Picture?

  /// A state has importance 1 unless told otherwise, everything else 0.
  public init(_ name: String, _ role: Role, importance: Int? = nil, picture: Picture? = nil) {
    self.name = name
    self.role = role
    self.importance = importance ?? (role == .state ? 1 : 0)
    self.picture = picture
  }

  /// A bar for each number, full for the largest, that gets shorter with each power of ten below it.
  public enum Picture: Hashable, Sendable {
    /// The numbers themselves are what is compared.
    case decades
    /// The numbers are logarithms already, to base 10.
    case decadesOfLog10
  }
}

/// A named column: what it is, and its cells. Numbers take eight bytes each.
public struct Column: Sendable {
  /// Name, role and importance.
  public let heading: Heading
  let storage: CellStorage

  init(_ heading: Heading, _ storage: CellStorage) {
    self.heading = heading
    self.storage = storage
  }

  /// A column from cells; without a role the cells tell it.
  public init(_ name: String, _ role: Role? = nil, importance: Int? = nil, cells: some Sequence<Cell>) {
    let storage = CellStorage(cells)
    let role = role ?? Role.inferred(from: (0..<storage.count).lazy.map { storage[$0] })
    self.init(Heading(name, role, importance: importance), storage)
  }

  /// A column from its heading and its cells.
  public init(_ heading: Heading, cells: some Sequence<Cell>) {
    self.init(heading, CellStorage(cells))
  }

  /// A column of numbers, none of them missing.
  public init(_ name: String, _ role: Role = .number, importance: Int? = nil, numbers: [Double]) {
    self.init(Heading(name, role, importance: importance), CellStorage(numbers: numbers))
  }

  /// A column of numbers, where nil is a missing value.
  public init(_ name: String, _ role: Role = .number, importance: Int? = nil, optionalNumbers: [Double?]) {
    self.init(name, role, importance: importance, cells: optionalNumbers.lazy.map { $0.map(Cell.number) ?? .missing })
  }

  /// A column of whole numbers.
  public init(_ name: String, importance: Int? = nil, integers: [Int]) {
    self.init(name, .integer, importance: importance, numbers: integers.untilStopped.map(Double.init))
  }

  /// A column of texts or states.
  public init(_ name: String, _ role: Role = .text, importance: Int? = nil, texts: [String]) {
    self.init(Heading(name, role, importance: importance), CellStorage(texts: texts))
  }

  /// A column of truth values.
  public init(_ name: String, importance: Int? = nil, booleans: [Bool]) {
    self.init(Heading(name, .boolean, importance: importance), CellStorage(booleans: booleans))
  }

  /// The same cell `count` times.
  public init(_ name: String, _ role: Role? = nil, repeating cell: Cell, count: Int) {
    self.init(name, role ?? Role.inferred(from: [cell]), cells: repeatElement(cell, count: count))
  }

  /// The name by which the column is found.
  public var name: String { heading.name }

  /// What the cells are.
  public var role: Role { heading.role }

  /// Columns of higher importance stay where a display is narrow.
  public var importance: Int { heading.importance }

  /// The number of rows.
  public var count: Int { storage.count }

  /// The cell of a row, counted from 0.
  public subscript(row: Int) -> Cell { storage[row] }

  /// All cells, from the first row to the last.
  public var cells: [Cell] { (0..<count).untilStopped.map { storage[$0] } }

  /// The numbers, if every cell is one; costs nothing.
  public var numbers: [Double]? { storage.allNumbers }

  /// Bytes that a cell takes in memory, apart from the characters of long texts.
  package var bytesPerCell: Int { storage.bytesPerCell }

  /// The same cells under another name.
  public func renamed(_ name: String) -> Column {
    Column(Heading(name, role, importance: importance, picture: heading.picture), storage)
  }

  /// The cells of the given rows, in that order.
  public func gathered(_ rows: some Collection<Int>) -> Column {
    Column(heading, storage.gathered(rows))
  }
}

extension Column: Equatable {
  /// Equal headings and equal cells; NaN equals NaN.
  public static func == (left: Column, right: Column) -> Bool {
    left.heading == right.heading && left.count == right.count
      && (0..<left.count).untilStopped.allSatisfy { left[$0] == right[$0] }
  }
}
