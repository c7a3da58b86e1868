// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// The values that a parameter accepts. Used by argument checking, messages, help and completion.
package indirect enum ParameterType: Sendable {
  case any
  /// A number within bounds.
  case number(Bounds = Bounds())
  /// A whole number in a range.
  case whole(ClosedRange<Int> = Int.min...Int.max)
  case string
  case boolean
  case list
  /// A list or range of numbers, which may contain missing values.
  case numbers
  case record
  case table
  /// A function of the language or a builtin.
  case function
  /// A domain object of the type with this name, such as `network`.
  case object(String)
  /// A choice of a family, bare (`sigmoid`) or called (`leaky_relu(0.2)`).
  case choice(Family)
  /// One choice of a family, or a list of them. The body receives a list.
  case choices(Family)
  /// One of a few words, written bare or as a string. The body receives a string.
  case word([String])
  /// The name of a column of the table argument, written bare or as a string. The body receives a string.
  case columnName
  /// The name of a column, or a list of names. The body receives a list of strings.
  case columnNames
  /// A word written bare or as a string, such as the name of a help page. The body receives a string.
  case anyWord
  case union([ParameterType])

  /// Returns a type that accepts `none` as well.
  package static func optional(_ type: ParameterType) -> ParameterType { .union([type, .exactlyNone]) }
  case exactlyNone

  /// A whole number of at least 1.
  package static let count = ParameterType.whole(1...Int.max)
}

/// The interval in which a number must lie.
package struct Bounds: Sendable, Hashable {
  /// The interval. An infinite end means that there is no bound.
  package let range: ClosedRange<Double>
  /// Whether the finite ends of the range are excluded.
  package let open: Bool

  package init(_ range: ClosedRange<Double> = -.infinity ... .infinity, open: Bool = false) {
    self.range = range
    self.open = open
  }

  /// The given number and all larger ones.
  package static func atLeast(_ number: Double) -> Bounds { Bounds(number ... .infinity) }
  /// All numbers larger than the given one.
  package static func above(_ number: Double) -> Bounds { Bounds(number ... .infinity, open: true) }
  /// From 0 to 1.
  package static let share = Bounds(0...1)

  func contains(_ number: Double) -> Bool {
    if number.isNaN { return range == -.infinity ... .infinity }
    guard range.contains(number) else { return false }
    // An infinite end means that there is no bound, so it is never excluded.
    return !open
      || ((number != range.lowerBound || number.isInfinite) && (number != range.upperBound || number.isInfinite))
  }

  /// Whether only infinity is above the bounds.
  fileprivate var isFinite: Bool { range.upperBound == .greatestFiniteMagnitude }

  /// The bounds as the end of a phrase, such as ` of at least 0` or ` from 0 to 1`. Empty without bounds.
  var description: String {
    switch (range.lowerBound.isFinite, range.upperBound < .greatestFiniteMagnitude, open) {
    case (false, false, _): ""
    case (true, false, false): " of at least \(literal(range.lowerBound))"
    case (true, false, true): " above \(literal(range.lowerBound))"
    case (false, true, false): " of at most \(literal(range.upperBound))"
    case (false, true, true): " below \(literal(range.upperBound))"
    case (true, true, false) where range.upperBound.rounded() == range.upperBound.nextUp:
      " of at least \(literal(range.lowerBound)) and below \(literal(range.upperBound.nextUp))"
    case (true, true, false): " from \(literal(range.lowerBound)) to \(literal(range.upperBound))"
    case (true, true, true): " between \(literal(range.lowerBound)) and \(literal(range.upperBound))"
    }
  }
}

extension ParameterType {
  /// The type with its article, as in messages and help.
  package var description: String {
    switch self {
    case .any: return "any value"
    case .number(let bounds): return "a \(bounds.isFinite ? "finite " : "")number\(bounds.description)"
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
    case .anyWord: return "a name"
    case .exactlyNone: return "none"
    case .union(let types):
      return alternatives(
        types.flatMap { type in
          switch type {
          case .boolean: ["true", "false"]
          case .word(let words): words
          default: [type.description]
          }
        })
    }
  }

  /// The members of a union, including those of nested unions, or else the type itself.
  var members: [ParameterType] {
    if case .union(let types) = self { types.flatMap(\.members) } else { [self] }
  }

  /// The words that are accepted without quotes.
  package var words: [String] {
    members.flatMap { member -> [String] in if case .word(let words) = member { words } else { [] } }
  }

  /// The families of choices that the type accepts.
  package var families: [Family] {
    members.compactMap { member in
      switch member {
      case .choice(let family), .choices(let family): family
      default: nil
      }
    }
  }

  /// Whether the type accepts domain objects by the name of their type, such as networks and data sets.
  var takesObjects: Bool {
    members.contains { if case .object = $0 { true } else { false } }
  }

  /// Whether every bare name is accepted as a string.
  var isAnyWord: Bool { if case .anyWord = self { true } else { false } }

  /// Whether a bare name refers to a column of the table argument.
  var namesColumns: Bool {
    members.contains { member in
      switch member {
      case .columnName, .columnNames: true
      default: false
      }
    }
  }
}
