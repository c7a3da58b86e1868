// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// One value of a table. A missing value is distinct from NaN.
public enum Cell: Sendable {
  case number(Double)
  case text(String)
  case boolean(Bool)
  case missing

  /// The number, or nil if the cell is not a number.
  public var number: Double? { if case .number(let value) = self { value } else { nil } }

  /// The text, or nil if the cell is not a text.
  public var text: String? { if case .text(let value) = self { value } else { nil } }
}

extension Cell: Hashable {
  /// Compares cells by value. NaN equals NaN, so that rows can be grouped by any column.
  public static func == (left: Cell, right: Cell) -> Bool {
    switch (left, right) {
    case (.number(let a), .number(let b)): a == b || (a.isNaN && b.isNaN)
    case (.text(let a), .text(let b)): a == b
    case (.boolean(let a), .boolean(let b)): a == b
    case (.missing, .missing): true
    default: false
    }
  }

  /// Hashes consistently with `==`: every NaN has the same hash.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .number(let value): hasher.combine(value.isNaN ? .nan : value)
    case .text(let value): hasher.combine(value)
    case .boolean(let value): hasher.combine(value)
    case .missing: hasher.combine(0 as UInt8)
    }
  }
}

extension Cell {
  /// Returns whether this cell sorts before another: numbers first, then texts by Unicode scalars, false, true, NaN,
  /// and missing values last.
  func precedes(_ other: Cell) -> Bool {
    switch (self, other) {
    case (.number(let a), .number(let b)) where !a.isNaN && !b.isNaN: a < b
    case (.text(let a), .text(let b)): a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
    case (.boolean(let a), .boolean(let b)): !a && b
    default: rank < other.rank
    }
  }

  /// A Boolean value that indicates whether the cell is NaN or missing, and so comes last in either sort direction.
  var sortsLast: Bool { rank >= Self.lastRank }

  private static let lastRank = 3

  private var rank: Int {
    switch self {
    case .number(let value): value.isNaN ? Self.lastRank : 0
    case .text: 1
    case .boolean: 2
    case .missing: Self.lastRank + 1
    }
  }
}

/// The kind of values in a column. Renderers use it to choose the format of cells; a table contains no formatting.
public enum Role: Hashable, Sendable {
  /// A whole number that is always printed in full, such as a layer, a step or a count.
  case integer
  /// A measured or computed number.
  case number
  /// A fraction between 0 and 1.
  case share
  /// A condition in one word, such as `ok` or `vanishing`.
  case state
  case text
  /// Sentences, which are wrapped in a narrow column.
  case prose
  case boolean

  /// A Boolean value that indicates whether the cells are numbers.
  public var isNumeric: Bool { self == .integer || self == .number || self == .share }

  /// Infers the role of a column from its cells. Missing cells are ignored; if there are no others, the role is
  /// `number`. Cells of different types make it `text`.
  public static func inferred(from cells: some Sequence<Cell>) -> Role {
    var found: Role?
    for cell in cells.untilStopped {
      let role: Role
      switch cell {
      case .number(let value): role = NumberStyle.isWhole(value) ? .integer : .number
      case .text: role = .text
      case .boolean: role = .boolean
      case .missing: continue
      }
      found = found.map { $0.merged(with: role) } ?? role
    }
    return found ?? .number
  }

  /// Infers the role of a column of numbers without missing values.
  public static func inferred(from numbers: [Double]) -> Role {
    !numbers.isEmpty && numbers.untilStopped.allSatisfy(NumberStyle.isWhole) ? .integer : .number
  }

  /// Returns the role of a column that combines two columns.
  func merged(with other: Role) -> Role {
    if self == other { return self }
    return isNumeric && other.isNumeric ? .number : .text
  }
}
