// SPDX-License-Identifier: GPL-3.0-or-later

/// The name of a layer, as runs of digits and of other characters.
struct LayerName {
  private enum Run: Equatable {
    /// A number by its digits, without zeros at the start.
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

  /// Whether the layer comes before another one in the forward pass, as far as names tell: the first thing in which they
  /// differ is a number, and it is smaller here. So `block2.fc` comes before `block10.norm`, but neither of `head` and
  /// `stem` before the other.
  func comesBefore(_ other: LayerName) -> Bool {
    guard let (run, theirs) = zip(runs, other.runs).first(where: { $0 != $1 }),
      case (.number(let a), .number(let b)) = (run, theirs)
    else { return false }
    return (a.utf8.count, a) < (b.utf8.count, b)
  }

  /// Whether the names differ in a single number and in nothing else.
  func differsInOneNumber(from other: LayerName) -> Bool {
    guard runs.count == other.runs.count else { return false }
    let differences = zip(runs, other.runs).filter { $0 != $1 }
    guard differences.count == 1, case (.number, .number) = differences[0] else { return false }
    return true
  }

  /// A total order to list names in: that of a dictionary, but with numbers compared as numbers and before texts.
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
