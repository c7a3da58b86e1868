// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import Testing

/// The scripts in `Cases`, whose faults have a known cure.
@Suite struct RemedyCaseTests {
  /// A remedy that must help, and what it must reach.
  struct Cure: Sendable, CustomStringConvertible {
    let script: String
    let remedies: [String]
    /// The smallest accuracy, or the largest fraction of the loss of constant outputs.
    let goal: Goal

    enum Goal: Sendable {
      case accuracy(above: Double)
      case loss(below: Double)
      case share(below: Double)
    }

    init(_ script: String, _ remedies: String..., reach goal: Goal) {
      (self.script, self.remedies, self.goal) = (script, remedies, goal)
    }

    var description: String { "\(script): \(remedies.joined(separator: ", "))" }
  }

  static let cures = [
    Cure("01_pixels", "standardize inputs", reach: .accuracy(above: 0.9)),
    Cure("02_prices", "scale targets", reach: .share(below: 0.05)),
    Cure("03_quartic", "standardize inputs + scale targets", reach: .share(below: 0.05)),
    Cure("04_output", "identity output", reach: .loss(below: 0.05)),
    Cure("06_copies", "he_normal", "xavier_normal", reach: .accuracy(above: 0.9)),
    Cure("09_too_small", "batch normalisation", "he_normal", reach: .accuracy(above: 0.8)),
    Cure("11_clip", "no clip", reach: .accuracy(above: 0.9)),
    Cure("12_momentum", "smaller momentum", reach: .accuracy(above: 0.5)),
    Cure("13_dropout", "no dropout", reach: .accuracy(above: 0.85)),
    Cure("14_penalty", "smaller penalty", reach: .accuracy(above: 0.85)),
  ]

  /// The cure ranks above the unchanged training, helped, and reaches its goal.
  @Test(arguments: cures) func curesHelp(_ cure: Cure) throws {
    let table = try DiagnosisCaseTests.table(
      cure.script, isRun: true, "t = remedies(run, seeds: \(cure.script.hasPrefix("09") ? 1 : 3), validation: data)")
    func row(_ remedy: String) throws -> Int {
      let names = (0..<table.rowCount).map { table[column: "remedy"]?[$0] }
      return try #require(names.firstIndex(of: .text(remedy)), "\(remedy)")
    }
    func number(_ column: String, _ row: Int) -> Double {
      if case .number(let number)? = table[column: column]?[row] { number } else { .nan }
    }
    let unchanged = try row("unchanged")
    for remedy in cure.remedies {
      let place = try row(remedy)
      #expect(place < unchanged && table[column: "helped"]?[place] == .boolean(true), "\(remedy)")
      switch cure.goal {
      case .accuracy(let least): #expect(number("accuracy", place) > least, "\(remedy)")
      case .loss(let most): #expect(number("loss", place) < most, "\(remedy)")
      case .share(let most): #expect(number("loss", place) < most * number("baseline", place), "\(remedy)")
      }
    }
  }

  /// Nothing helps where there is nothing to learn.
  @Test func nothingCuresNoise() throws {
    let table = try DiagnosisCaseTests.table("18_noise", isRun: true, "t = remedies(run, seeds: 2)")
    #expect((0..<table.rowCount).allSatisfy { table[column: "helped"]?[$0] == .boolean(false) })
  }
}
