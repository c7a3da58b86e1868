// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

@testable import FlowNet

/// Compares the entries that a thinned table keeps with the rule in its simplest form.
@Suite struct RecordTableTests {
  /// Returns the entries that the rule keeps out of `count`: the first, the last, and the multiples of the stride.
  private func kept(of count: Int, stride: Int) -> [Int] {
    (1...count).filter { $0 == 1 || $0 == count || $0 % stride == 0 }
  }

  @Test(arguments: [1, 2, 3, 5])
  func keepsFirstLastAndMultiples(_ width: Int) throws {
    var table = RecordTable<Int>(width: width, capacity: 2)
    for entry in 1...2000 {
      try table.reserve()
      table.begin()
      for row in 0..<width { table.append(10 * entry + row) }
      // Thin the table at even and odd numbers, at powers of two and at their neighbours.
      if [3, 4, 17, 64, 65, 500, 501, 1023, 1600].contains(entry) {
        let isThinner = table.thin()
        #expect(isThinner)
      }
      let expected = kept(of: entry, stride: table.stride).flatMap { entry in (0..<width).map { 10 * entry + $0 } }
      #expect(table.rows.elementsEqual(expected), "after entry \(entry)")
    }
    #expect(table.stride == 512)
    #expect(table.entries == 2000)
  }

  /// The first and the last entry are always kept.
  @Test func twoEntriesCannotBeThinned() throws {
    var table = RecordTable<Int>(capacity: 1)
    let isThinner = table.thin()
    #expect(!isThinner)
    for entry in 1...9 {
      try table.reserve()
      table.begin()
      table.append(entry)
    }
    while table.thin() {}
    #expect(table.rows.elementsEqual([1, 9]))
    #expect(table.stride == 16)
  }

  /// A training run that exceeds its budget keeps a part of its records, with the same values.
  @Test(arguments: [(2000, 1), (5000, 1), (12_000, 1), (12_000, 2), (12_000, 3), (30_000, 1)])
  func trainingKeepsWithinItsBudget(_ budget: Int, _ every: Int) throws {
    func run(_ budget: Int) throws -> Run {
      var options = TrainingOptions(steps: 200, batch: 10, recordEvery: every)
      options.unitsEvery = 7
      options.recordBudget = budget
      return try Fixture.mlp([4, 6, 5, 3], "tanh").train(
        Fixture.classes(40, 4, 3), options, observer: NoObserver(), pool: Fixture.pool)
    }
    let (whole, thinned) = (try run(.max), try run(budget))
    #expect(whole.strides == RecordStrides(steps: 1, epochs: 1, flow: 1, units: 1))
    #expect(thinned.stepCount == 200 && thinned.epochCount == 50)
    #expect(thinned.strides != whole.strides)
    #expect(thinned.network.allParameters == whole.network.allParameters)

    let steps = kept(of: 200, stride: thinned.strides.steps)
    #expect(thinned.steps.map(\.step) == steps)
    #expect(thinned.steps.map(\.loss) == steps.map { whole.steps[$0 - 1].loss })
    let recorded = kept(of: (200 + every - 1) / every, stride: thinned.strides.flow).map { ($0 - 1) * every + 1 }
    #expect(Array(thinned.flow.stepNumbers) == recorded)
    #expect(thinned.flow.map(\.step) == recorded.flatMap { [$0, $0, $0] })
    for step in recorded {
      #expect(
        thinned.flow.records(ofStep: step).map(\.gradNorm) == whole.flow.records(ofStep: step).map(\.gradNorm))
    }
    #expect(thinned.epochs.map(\.epoch) == kept(of: 50, stride: thinned.strides.epochs))
    let examined = kept(of: 29, stride: thinned.strides.units).flatMap { [Int](repeating: 7 * ($0 - 1), count: 3) }
    #expect(thinned.units.map(\.step) == examined)
    // The size of the rows, computed independently. The tables are thinned until they fit.
    let bytes =
      thinned.steps.count * 48 + thinned.epochs.count * 64 + recorded.count * (24 + 3 * 56) + thinned.units.count * 80
    #expect(bytes <= budget + budget / 4)
  }
}
