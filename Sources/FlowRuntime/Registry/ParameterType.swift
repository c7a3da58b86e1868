// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// What an argument may be. Checking, messages, help and completion all read it.
package indirect enum ParameterType: Sendable {
  case any
  /// A number; `above` and `below` exclude the bound itself, `atLeast` and `atMost` include it.
  case number(Bounds = Bounds())
  /// A whole number from the first to the last, both included.
  case whole(ClosedRange<Int> = Int.min...Int.max)
  case string
  case boolean
  case list
  /// A list or range of numbers; missing values are let through.
  case numbers
  case record
  case table
  /// A function of the language or a builtin.
  case function
  /// A domain object by its type name, such as `network`.
  case object(String)
  /// A choice of a family, bare (`sigmoid`) or called (`leaky_relu(0.2)`).
  case choice(Family)
  /// One choice of a family, or a list of them; the body gets a list.
  case choices(Family)
  /// One of a few words, written bare or as a string; the body gets a string.
  case word([String])
  /// The name of a column of the table argument, written bare or as a string; the body gets a string.
  case columnName
  /// One or more names of columns: a name, or a list of names; the body gets a list of strings.
  case columnNames
  case union([ParameterType])

  /// The type, or `none`.
  package static func optional(_ type: ParameterType) -> ParameterType { .union([type, .exactlyNone]) }
  case exactlyNone

  /// A whole number of at least 1.
  package static let count = ParameterType.whole(1...Int.max)
}

/// The interval a number must lie in.
package struct Bounds: Sendable, Hashable {
  /// The interval; infinite ends are no bounds.
  package let range: ClosedRange<Double>
  /// True where the ends of the range are not allowed themselves.
  package let open: Bool

  /// All numbers, unless told otherwise.
  package init(_ range: ClosedRange<Double> = -.infinity ... .infinity, open: Bool = false) {
    self.range = range
    self.open = open
  }

  /// The number and those above.
  package static func atLeast(_ number: Double) -> Bounds { Bounds(number ... .infinity) }
  /// Only numbers above.
  package static func above(_ number: Double) -> Bounds { Bounds(number ... .infinity, open: true) }
  /// From 0 to 1.
  package static let share = Bounds(0...1)

  func contains(_ number: Double) -> Bool {
    if number.isNaN { return range == -.infinity ... .infinity }
    guard range.contains(number) else { return false }
    // An infinite end says that there is no bound, so it is never excluded.
    return !open
      || ((number != range.lowerBound || number.isInfinite) && (number != range.upperBound || number.isInfinite))
  }

  /// ` of at least 0`, ` from 0 to 1`, or nothing.
  var description: String {
    switch (range.lowerBound.isFinite, range.upperBound.isFinite, open) {
    case (false, false, _): ""
    case (true, false, false): " of at least \(literal(range.lowerBound))"
    case (true, false, true): " above \(literal(range.lowerBound))"
    case (false, true, false): " of at most \(literal(range.upperBound))"
    case (false, true, true): " below \(literal(range.upperBound))"
    case (true, true, false) where range.upperBound.nextUp.rounded() == range.upperBound.nextUp:
      " of at least \(literal(range.lowerBound)) and below \(literal(range.upperBound.nextUp))"
    case (true, true, false): " from \(literal(range.lowerBound)) to \(literal(range.upperBound))"
    case (true, true, true): " between \(literal(range.lowerBound)) and \(literal(range.upperBound))"
    }
  }
}

extension ParameterType {
  /// The type with its article, as messages and help say it.
  package var description: String {
    switch self {
    case .any: return "any value"
    case .number(let bounds): return "a number\(bounds.description)"
    case .whole(let range):
      switch (range.lowerBound == .min, range.upperBound == .max) {
      case (true, true): return "a whole number"
      case (false, true): return "a whole number of at least \(range.lowerBound)"
      case (true, false): return "a whole number of at most \(range.upperBound)"
      case (false, false): return "a whole number from \(range.lowerBound) to \(range.upperBound)"
      }
    case .string: return "a string"
    case .boolean: return "true or false"
    case .list: return "a list"
    case .numbers: return "a list of numbers"
    case .record: return "a record"
    case .table: return "a table"
    case .function: return "a function"
    case .object("data"): return "a data set"
    case .object(let name): return withArticle(name)
    case .choice(let family): return withArticle(family.name)
    case .choices(let family): return "\(withArticle(family.name)) or a list of them"
    case .word(let words): return alternatives(words)
    case .columnName: return "the name of a column"
    case .columnNames: return "one or more column names"
    case .exactlyNone: return "none"
    case .union(let types): return alternatives(types.map(\.description))
    }
  }

  /// The type and, for a union, each of its members.
  var members: [ParameterType] {
    if case .union(let types) = self { types.flatMap(\.members) } else { [self] }
  }

  /// The words that may stand bare for this type.
  package var words: [String] {
    members.flatMap { member -> [String] in if case .word(let words) = member { words } else { [] } }
  }

  /// The families of choices this type admits.
  package var families: [Family] {
    members.compactMap { member in
      switch member {
      case .choice(let family), .choices(let family): family
      default: nil
      }
    }
  }

  /// Whether it lets networks, data sets and the like in by name.
  var takesObjects: Bool {
    members.contains { if case .object = $0 { true } else { false } }
  }

  /// Whether a bare name stands for a column of the table argument.
  var namesColumns: Bool {
    members.contains { member in
      switch member {
      case .columnName, .columnNames: true
      default: false
      }
    }
  }
}
