// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Data with a few numbers far from the others, and data that only look like it.
struct StrayValuesTests {
  private func data(_ bend: (_ row: Int, _ column: Int, _ x: Double) -> Double, targets: Double = 1) -> DataSet {
    let plain = Fixture.regression(400, 4, 1)
    return DataSet(
      name: "bent",
      inputs: plain.inputLists.enumerated().flatMap { row, numbers in
        numbers.enumerated().map { bend(row, $0.offset, $0.element) }
      }, inputWidth: 4,
      targets: plain.targetLists.enumerated().map { $0.offset % 100 == 7 ? targets : $0.element[0] }, outputWidth: 1)
  }

  private func findings(_ data: DataSet) throws -> [Diagnosis] {
    try Fixture.mlp([4, 16, 1], "tanh").diagnose(data, loss: Fixture.mse, checksData: true, pool: Fixture.pool)
  }

  /// The numbers stay far away when the data are standardized.
  @Test(arguments: [false, true]) func codesForMissingValuesAreFound(_ isStandardized: Bool) throws {
    let plain = data { row, column, x in column > 1 && row % 100 == 3 ? -999_999 : x }
    let found = try findings(isStandardized ? plain.standardized() : plain)
    #expect(found.map(\.explanation) == ["4 values of x3 are very far from the others, as in 1 more column"])
    #expect(found[0].evidence.map(\.quantity) == ["farthest_value", "lower_quartile", "upper_quartile"])
    #expect(found[0].repair.map { [$0.before, $0.after] } == [8, 0])
    #expect(found[0].prescriptions.map(\.remedy) == ["leave out or replace such values"])
  }

  /// A code that many samples have, and that is not far away compared with the spread of the others.
  @Test(arguments: [20, 5, 3]) func frequentCodesAreFound(_ every: Int) throws {
    let found = try findings(data { row, column, x in column == 2 ? (row % every == 0 ? 30 : x) : x }.standardized())
    #expect(found.first?.explanation == "\((399 + every) / every) values of x3 are very far from the others")
  }

  @Test func targetsAreExaminedToo() throws {
    let found = try findings(data({ $2 }, targets: 3000))
    #expect(found.map(\.explanation) == ["4 values of y1 are very far from the others"])
  }

  /// Heavy tails, columns that are nearly always 0, clusters, and other scales are no strays.
  @Test func otherDistributionsAreNot() throws {
    let shapes: [(Int, Int, Double) -> Double] = [
      { Real.exp($2) }, { $2 * $2 * $2 }, { row, _, x in row % 50 == 0 ? x : 0 },
      { row, _, x in row % 5 == 0 ? 9e5 + x : x },
      { row, _, x in Double(row) + x }, { row, _, _ in row % 9 == 0 ? 99 : Double(row % 7) },
      { $2 / Real.power(abs($2) + 1e-3, 0.5) },
    ]
    for (number, shape) in shapes.enumerated() {
      let found = try findings(data(shape))
      #expect(!found.contains { $0.explanation.contains("far from the others") }, "\(number)")
    }
  }
}
