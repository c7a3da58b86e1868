// SPDX-License-Identifier: GPL-3.0-or-later

/// The seed of the random numbers and the number of streams drawn from it.
package struct RandomState: Equatable, Sendable {
  package private(set) var seed: UInt64
  /// The number of streams drawn so far.
  private var drawn: UInt64

  /// The difference between two states.
  package struct Change: Sendable {
    /// The new seed, or nil if only streams have been drawn.
    package var seed: UInt64?
    /// The number of streams drawn, with the new seed if there is one.
    package var drawn: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { seed == nil && drawn == 0 }

    /// Statements that make the same change.
    package var code: String {
      let draw = "draw(normal(0, 1), 1);"
      var statements: [String] = []
      if let seed { statements.append("seed(\(seed));") }
      if drawn == 1 { statements.append(draw) }
      if drawn > 1 { statements.append("for i in 1..\(drawn) { \(draw) }") }
      return statements.joined(separator: " ")
    }
  }

  /// Creates the state after the given number of streams was drawn.
  package init(seed: UInt64 = 0, drawn: UInt64 = 0) {
    self.seed = seed
    self.drawn = drawn
  }

  /// Returns the change from an earlier state to this one.
  func change(since earlier: RandomState) -> Change {
    var change = Change()
    if seed == earlier.seed, drawn >= earlier.drawn {
      change.drawn = drawn - earlier.drawn
    } else {
      (change.seed, change.drawn) = (seed, drawn)
    }
    return change
  }

  /// Returns a stream that was not drawn before.
  package mutating func next() -> (seed: UInt64, stream: UInt64) {
    defer { drawn += 1 }
    return (seed, drawn)
  }
}
