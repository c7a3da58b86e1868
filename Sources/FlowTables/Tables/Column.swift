// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The description of a column: everything but its cells.
public struct Heading: Hashable, Sendable {
  public fileprivate(set) var name: String
  public let role: Role
  /// The priority of the column when a display is too narrow for all of them. Those of higher importance are kept.
  public let importance: Int
  /// How a display may show the numbers as bars next to the table, or nil for no bars.
  public let picture: Picture?
  /// What the column contains, as a phrase, or nil if that is not known.
  public let meaning: String?
  /// Whether the user has computed the column. A display that is too narrow for all columns keeps it first.
  package var isComputed = false

  /// Creates a heading. The default importance is 1 for a state and 0 otherwise.
  public init(_ name: String, _ role: Role, importance: Int? = nil, picture: Picture? = nil, meaning: String? = nil) {
    self.name = name
    self.role = role
    self.importance = importance ?? (role == .state ? 1 : 0)
    self.picture = picture
    self.meaning = meaning
  }

  /// The meaning of numbers that are shown as bars on a log scale. The largest number has a full bar.
  public enum Picture: Hashable, Sendable {
    /// The cells are the quantities themselves.
    case decades
    /// The cells are base-10 logarithms of the quantities.
    case decadesOfLog10
  }
}

/// A named column of cells. Numbers take eight bytes each.
public struct Column: Sendable {
  public let heading: Heading
  let storage: CellStorage

  init(_ heading: Heading, _ storage: CellStorage) {
    self.heading = heading
    self.storage = storage
  }

  /// Creates a column from cells. If `role` is nil, it is inferred from the cells.
  public init(_ name: String, _ role: Role? = nil, importance: Int? = nil, cells: some Sequence<Cell>) {
    let storage = CellStorage(cells)
    let role = role ?? Role.inferred(from: (0..<storage.count).lazy.map { storage[$0] })
    self.init(Heading(name, role, importance: importance), storage)
  }

  public init(_ heading: Heading, cells: some Sequence<Cell>) {
    self.init(heading, CellStorage(cells))
  }

  /// Creates a column of numbers without missing values.
  public init(_ name: String, _ role: Role = .number, importance: Int? = nil, numbers: [Double]) {
    self.init(Heading(name, role, importance: importance), CellStorage(numbers: numbers))
  }

  /// Creates a column of numbers, in which nil is a missing value.
  public init(_ name: String, _ role: Role = .number, importance: Int? = nil, optionalNumbers: [Double?]) {
    self.init(name, role, importance: importance, cells: optionalNumbers.lazy.map { $0.map(Cell.number) ?? .missing })
  }

  public init(_ name: String, importance: Int? = nil, integers: [Int]) {
    self.init(name, .integer, importance: importance, numbers: integers.untilStopped.map(Double.init))
  }

  /// Creates a column of texts. Other roles that have text cells, such as `state`, can be passed as `role`.
  public init(_ name: String, _ role: Role = .text, importance: Int? = nil, texts: [String]) {
    self.init(Heading(name, role, importance: importance), CellStorage(texts: texts))
  }

  public init(_ name: String, importance: Int? = nil, booleans: [Bool]) {
    self.init(Heading(name, .boolean, importance: importance), CellStorage(booleans: booleans))
  }

  /// Creates a column of `count` copies of a cell.
  public init(_ name: String, _ role: Role? = nil, repeating cell: Cell, count: Int) {
    self.init(name, role ?? Role.inferred(from: [cell]), cells: repeatElement(cell, count: count))
  }

  public var name: String { heading.name }

  public var role: Role { heading.role }

  public var importance: Int { heading.importance }

  /// The number of rows.
  public var count: Int { storage.count }

  /// The cell of a row. Rows count from 0.
  public subscript(row: Int) -> Cell { storage[row] }

  public var cells: [Cell] { (0..<count).untilStopped.map { storage[$0] } }

  /// The numbers, or nil if any cell is not a number. Takes constant time.
  public var numbers: [Double]? { storage.allNumbers }

  /// A Boolean value that indicates whether there are cells of different types.
  package var isMixed: Bool { storage.isMixed }

  /// A Boolean value that indicates whether any cell has a value.
  var hasValues: Bool { storage.hasValues }

  /// The memory that a cell takes in bytes, not counting the characters of long texts.
  package var bytesPerCell: Int { storage.bytesPerCell }

  /// Returns the column with another role and its default importance.
  public func inRole(_ role: Role) -> Column { Column(Heading(name, role), storage) }

  public func renamed(_ name: String) -> Column {
    var heading = heading
    heading.name = name
    return Column(heading, storage)
  }

  /// Returns the column as one that the user has computed.
  package var asComputed: Column {
    var heading = heading
    heading.isComputed = true
    return Column(heading, storage)
  }

  /// Returns a column of the cells in the given rows, in that order.
  public func gathered(_ rows: some Collection<Int>) -> Column {
    Column(heading, storage.gathered(rows))
  }
}

extension Column: Equatable {
  /// Compares headings and cells. NaN equals NaN.
  public static func == (left: Column, right: Column) -> Bool {
    left.heading == right.heading && left.count == right.count
      && (0..<left.count).untilStopped.allSatisfy { left[$0] == right[$0] }
  }
}
