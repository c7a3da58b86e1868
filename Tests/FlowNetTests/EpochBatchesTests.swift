// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import FlowNet

/// Tests the division of an epoch into batches.
@Suite struct EpochBatchesTests {
  @Test(arguments: [
    (33, 32, true, [32]), (33, 32, false, [32, 1]), (34, 32, true, [32, 2]), (64, 32, true, [32, 32]),
    (5, 32, false, [5]), (3, 1, false, [1, 1, 1]),
  ])
  func sizes(_ samples: Int, _ size: Int, _ needsTwoSamples: Bool, _ expected: [Int]) {
    let batches = EpochBatches(samples: samples, size: size, needsTwoSamples: needsTwoSamples)
    #expect((0..<batches.count).map { batches.places($0).count } == expected)
    let twoEpochs = (1...2 * expected.count).map { batches.samples(inStep: $0) }
    #expect(twoEpochs == expected + expected)
  }
}
