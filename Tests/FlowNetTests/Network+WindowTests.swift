// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import Glibc
import NetworkFixtures
import Testing

@Suite struct NetworkWindowTests {
  /// Compares with the definition, connection by connection, with slopes from central differences.
  @Test(arguments: ["sigmoid", "tanh", "relu", "gelu"], [Precision.f32, .f64])
  func countsEveryConnection(_ activation: String, _ precision: Precision) throws {
    let network = try Fixture.chain(
      2, activation, width: 5, Fixture.options(Fixture.initializer("normal", 0, 3), precision: precision))
    let data = Fixture.regression(40, 5, 5)
    let rows = try network.windows(data, pool: Fixture.pool)
    let function = Fixture.activation(activation)
    var signals = data.inputLists
    for row in rows {
      let weights = try #require(network.numbers(layer: row.layer, .weight))
      var (inside, small, largest) = (0, 0, 0.0)
      var outputs: [[Double]] = []
      for x in signals {
        var own: [Double] = []
        for unit in 0..<5 {
          let z = (0..<5).reduce(0) { $0 + weights[unit * 5 + $1] * x[$1] }
          own.append(function.value(z))
          // At the kink of relu, a central difference would be half of the slope.
          let slope = z == 0 ? function.slope(0) : (function.value(z + 1e-6) - function.value(z - 1e-6)) / 2e-6
          for w in weights[unit * 5..<unit * 5 + 5] {
            largest = max(largest, abs(slope * w))
            if abs(slope * w) >= 1 { inside += 1 }
            if abs(slope * w) <= 0.25 { small += 1 }
          }
        }
        outputs.append(own)
      }
      signals = outputs
      // Rounding may move one or two pairs across the threshold.
      #expect(abs(row.share - Double(inside) / (40 * 25)) <= 0.002)
      #expect(abs(row.quarterShare - Double(small) / (40 * 25)) <= 0.002)
      #expect(relativeError(row.largestProduct, largest) < 1e-4)
      #expect(row.largestWeight == weights.map { abs($0) }.max())
    }
    #expect(rows.map(\.layer) == [1, 2])
  }

  @Test func nanIsReported() throws {
    let network = try Fixture.chain(2, "identity", width: 2)
    network.assign(layer: 1, .weight, [.nan, 1, 1, 1])
    let rows = try network.windows(Fixture.regression(5, 2, 2), pool: Fixture.pool)
    #expect(rows[0].quarterShare.isNaN)
    #expect(rows[0].share.isNaN && rows[0].largestWeight.isNaN && rows[0].largestProduct.isNaN)
  }

  /// With a sigmoid, weights below 4 never enlarge the gradient. Softmax has no row.
  @Test func aSigmoidNeedsWeightsAbove4() throws {
    let network = try Fixture.mlp(
      [5, 5, 3], "sigmoid", output: "softmax", Fixture.options(Fixture.initializer("uniform", -4, 4)))
    let rows = try network.windows(Fixture.regression(100, 5, 1), pool: Fixture.pool)
    #expect(rows.count == 1 && rows[0].share == 0 && rows[0].largestProduct < 1)
  }
}
