// SPDX-License-Identifier: GPL-3.0-or-later

/// The name of a layer, divided into runs of digits and runs of other characters.
struct LayerName {
  private enum Run: Equatable {
    /// A number as its digits, without leading zeros.
    case number(Substring)
    case text(Substring)
  }

  private let name: String
  private let runs: [Run]

  init(_ name: String) {
    self.name = name
    var runs: [Run] = []
    var rest = name[...]
    while let first = rest.unicodeScalars.first {
      let isDigit = Self.isDigit(first)
      let run = rest.unicodeScalars.prefix { Self.isDigit($0) == isDigit }
      rest = rest[run.endIndex...]
      runs.append(isDigit ? .number(Substring(run.drop { $0 == "0" })) : .text(Substring(run)))
    }
    self.runs = runs
  }

  /// Returns whether the names place this layer before another one in the forward pass: the first run in which they
  /// differ is a number in both, and it is smaller here. So `block2.fc` comes before `block10.norm`, but `head` and
  /// `stem` are unordered.
  func comesBefore(_ other: LayerName) -> Bool {
    guard let (run, theirs) = zip(runs, other.runs).first(where: { $0 != $1 }),
      case (.number(let a), .number(let b)) = (run, theirs)
    else { return false }
    return (a.utf8.count, a) < (b.utf8.count, b)
  }

  /// Returns whether the names differ in exactly one run, which is a number in both.
  func differsInOneNumber(from other: LayerName) -> Bool {
    guard runs.count == other.runs.count else { return false }
    let differences = zip(runs, other.runs).filter { $0 != $1 }
    guard differences.count == 1, case (.number, .number) = differences[0] else { return false }
    return true
  }

  /// Returns whether this name precedes another one in lists. This is a total order: lexicographic, but with numbers
  /// compared as numbers and before text.
  func precedesInText(_ other: LayerName) -> Bool {
    guard let (run, theirs) = zip(runs, other.runs).first(where: { $0 != $1 }) else {
      return (runs.count, name) < (other.runs.count, other.name)
    }
    switch (run, theirs) {
    case (.number(let a), .number(let b)): return (a.utf8.count, a) < (b.utf8.count, b)
    case (.number, .text): return true
    case (.text, .number): return false
    case (.text(let a), .text(let b)): return a < b
    }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
