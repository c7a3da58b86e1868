// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// One value of a table. A missing value differs from a number that is not one (NaN).
public enum Cell: Sendable {
  case number(Double)
  case text(String)
  case boolean(Bool)
  case missing

  /// The number, if it is one.
  public var number: Double? { if case .number(let value) = self { value } else { nil } }

  /// The text, if it is one.
  public var text: String? { if case .text(let value) = self { value } else { nil } }
}

extension Cell: Hashable {
  /// Equality by value. NaN equals NaN here, so that rows can be grouped by any column.
  public static func == (left: Cell, right: Cell) -> Bool {
    switch (left, right) {
    case (.number(let a), .number(let b)): a == b || (a.isNaN && b.isNaN)
    case (.text(let a), .text(let b)): a == b
    case (.boolean(let a), .boolean(let b)): a == b
    case (.missing, .missing): true
    default: false
    }
  }

  /// Agrees with the equality: every NaN has the same hash.
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
  /// The order of sorting: numbers, texts by Unicode scalars, false before true; then NaN, and missing values last.
  func precedes(_ other: Cell) -> Bool {
    switch (self, other) {
    case (.number(let a), .number(let b)) where !a.isNaN && !b.isNaN: a < b
    case (.text(let a), .text(let b)): a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
    case (.boolean(let a), .boolean(let b)): !a && b
    default: rank < other.rank
    }
  }

  /// True for what stands at the end in either direction of sorting.
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

/// What a column is. Renderers decide from it how its cells look; no format stands in a table.
public enum Role: Hashable, Sendable {
  /// Whole numbers, always printed in full: a layer, a step, a count.
  case integer
  /// A measured or computed number.
  case number
  /// A part of a whole, between 0 and 1.
  case share
  /// A verdict in one word, such as `ok` or `vanishing`.
  case state
  case text
  /// Sentences, which a narrow column breaks into lines.
  case prose
  case boolean

  /// True where the cells are numbers.
  public var isNumeric: Bool { self == .integer || self == .number || self == .share }

  /// The role that suits cells of unknown origin: missing ones do not count, and a mixture is text.
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

  /// The role of a column that is put together from two.
  func merged(with other: Role) -> Role {
    if self == other { return self }
    return isNumeric && other.isNumeric ? .number : .text
  }
}
