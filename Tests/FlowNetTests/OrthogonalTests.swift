// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import NetworkFixtures
import Testing

/// The vectors along the shorter side are orthogonal, and their length is the gain.
@Suite struct OrthogonalTests {
  @Test(arguments: [(1, 1), (1, 6), (6, 1), (5, 5), (8, 3), (3, 8), (64, 64), (100, 37), (130, 200)], [1.0, 2.5])
  func vectors(_ shape: (Int, Int), _ gain: Double) throws {
    let (inputs, outputs) = shape
    let network = try Fixture.mlp(
      [inputs, outputs], "identity", Fixture.options(Fixture.initializer("orthogonal", gain)))
    let numbers = network.numbers(layer: 1, .weight)!
    let rows = (0..<outputs).map { Array(numbers[($0 * inputs)..<(($0 + 1) * inputs)]) }
    let columns = (0..<inputs).map { column in rows.map { $0[column] } }
    let vectors = outputs <= inputs ? rows : columns
    for i in vectors.indices {
      for j in 0...i {
        let dot = zip(vectors[i], vectors[j]).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(dot - (i == j ? gain * gain : 0)) < 1e-13 * gain * gain)
      }
    }
  }

  /// The Haar measure has no preferred sign or direction: over many draws, every element has mean 0 and variance 1/n.
  @Test func distribution() throws {
    let n = 3
    let draws = 4000
    var sums = [Double](repeating: 0, count: n * n)
    var squares = sums
    for seed in 0..<draws {
      let network = try Fixture.mlp(
        [n, n], "identity", seed: UInt64(seed), Fixture.options(Fixture.initializer("orthogonal")))
      for (index, number) in network.numbers(layer: 1, .weight)!.enumerated() {
        sums[index] += number
        squares[index] += number * number
      }
    }
    for index in sums.indices {
      #expect(abs(sums[index] / Double(draws)) < 0.04)
      #expect(abs(squares[index] / Double(draws) - 1 / 3.0) < 0.02)
    }
  }
}
