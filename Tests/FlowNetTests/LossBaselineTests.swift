// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import Foundation
import NetworkFixtures
import Testing

@testable import FlowNet

@Suite struct LossBaselineTests {
  private func data(_ targets: [[Double]]) -> DataSet {
    DataSet(
      name: "given", inputs: targets.map { _ in 0 }, inputWidth: 1, targets: targets.flatMap(\.self),
      outputWidth: targets[0].count)
  }

  private func baseline(_ loss: String, _ targets: [[Double]]) -> Double {
    Loss.named(loss)!.baseline(data(targets), samples: targets.count, outputs: targets[0].count)
  }

  /// The best constants are the mean for squares, the median for absolute values, and the mean for cross entropies.
  @Test func constantsHaveClosedForms() {
    let numbers = [[1.0, -2], [2, 0], [6, 5], [7, 1]]
    #expect(abs(baseline("mse", numbers) - (6.5 + 6.5) / 2) < 1e-9)
    #expect(abs(baseline("mae", [[1], [2], [9]]) - 8.0 / 3) < 1e-9)
    let shares = [[0.25], [0.5], [1], [0]]
    let p = 0.4375
    #expect(abs(baseline("bce", shares) + p * log(p) + (1 - p) * log(1 - p)) < 1e-9)
    let distributions = [[0.5, 0.5, 0], [0.25, 0.5, 0.25]]
    let entropy = [0.375, 0.5, 0.125].reduce(0.0) { $0 - $1 * log($1) }
    #expect(abs(baseline("cross_entropy", distributions) - entropy) < 1e-9)
  }

  /// Within `delta`, the Huber loss is half the square, so the mean is the best constant.
  @Test func huberIsHalfTheSquareInside() {
    #expect(abs(baseline("huber", [[0.1], [0.3], [0.5]]) - 0.04 / 3) < 1e-9)
  }

  /// Constant outputs fit constant targets perfectly, whatever the rounding errors are.
  @Test(arguments: ["mse", "mae", "huber"], [0.1, 3, -1e6])
  func constantTargetsHaveNone(_ loss: String, target: Double) {
    #expect(baseline(loss, Array(repeating: [target, 0], count: 1000)) == 0)
  }

  @Test func singleClassesHaveNone() {
    #expect(baseline("bce", [[1], [1]]) == 0 && baseline("bce", [[0], [0]]) == 0)
    #expect(baseline("cross_entropy", [[1, 0], [1, 0]]) == 0)
    #expect(baseline("mse", [[1e-6], [-1e-6]]) == 1e-12)
  }

  /// Constants are searched for on evenly spaced samples, and measured on all.
  @Test func manySamplesAreRepresented() {
    let count = 20_000
    let sorted = (0..<count).map { [Double($0) / Double(count)] }
    #expect(abs(baseline("huber", sorted) - 1.0 / 24) < 1e-5)
    #expect(abs(baseline("mae", sorted) - 0.25) < 1e-5)
    #expect(abs(baseline("mse", sorted) - 1.0 / 12) < 1e-5)
  }

  @Test func classesCountAsDistributions() {
    let labels: [Int32] = [0, 1, 1, 2]
    let classes = DataSet(
      name: "classes", inputs: [0, 0, 0, 0], inputWidth: 1, labels: labels, classes: ["a", "b", "c"])
    let entropy = -0.5 * log(0.25) - 0.5 * log(0.5)
    #expect(abs(Loss.named("cross_entropy")!.baseline(classes, samples: 4, outputs: 3) - entropy) < 1e-9)
  }

  /// Soft targets have an entropy that no network can beat.
  @Test func floorIsTheEntropyOfTheTargets() {
    let shares = [[0.25], [0.5], [1], [0]]
    let floor = Loss.named("bce")!.floor(data(shares), samples: 4, outputs: 1)
    let quarter = -0.25 * log(0.25) - 0.75 * log(0.75)
    let expected = (quarter + log(2.0)) / 4
    #expect(abs(floor - expected) < 1e-9)
    let distributions = [[0.5, 0.5, 0], [0.25, 0.5, 0.25]]
    let first = log(2.0)
    let other = 0.5 * log(4.0) + 0.5 * log(2.0)
    let second = Loss.named("cross_entropy")!.floor(data(distributions), samples: 2, outputs: 3)
    #expect(abs(second - (first + other) / 2) < 1e-9)
    #expect(Loss.named("mse")!.floor(data(shares), samples: 4, outputs: 1) == 0)
  }
}
