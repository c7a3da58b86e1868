// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowTheory
import NetworkFixtures
import Testing

/// Tests mean-field theory over the plane of the two variances.
@Suite struct MeanFieldPlaneTests {
  @Test(arguments: TheoryReference.file.mean_field)
  func points(_ reference: TheoryReference.Field) throws {
    let point = MeanField(
      .of(reference.activation, reference.arguments), weightVariance: reference.weight_variance,
      biasVariance: reference.bias_variance
    ).point
    #expect(relativeError(point.q, reference.q) < 1e-10)
    #expect(relativeError(point.chi, reference.chi) < 1e-10)
    #expect(relativeError(try #require(point.factor), reference.factor) < 1e-10)
    #expect(relativeError(point.depthScale, reference.depth_scale) < 1e-7)
    #expect(point.depthBudget == 6 * point.depthScale)
  }

  /// The weight variance changes fastest, and the result does not depend on the number of threads.
  @Test func orderAndThreads() {
    let weights = [0.5, 1, 1.76095, 3]
    let biases = [0, 0.05, 0.4]
    let planes = [1, 2, 3].map {
      MeanField.plane(
        Fixture.activation("tanh"), weightVariances: weights, biasVariances: biases, pool: ThreadPool(threads: $0))
    }
    #expect(planes[0].map(\.weightVariance) == weights + weights + weights)
    #expect(planes[0].map(\.biasVariance) == biases.flatMap { [$0, $0, $0, $0] })
    for plane in planes { #expect(plane.map(\.chi) == planes[0].map(\.chi)) }
    #expect(abs(planes[0][6].chi - 1) < 1e-5)
    let stopped = stopped {
      MeanField.plane(
        Fixture.activation("tanh"), weightVariances: weights, biasVariances: biases, pool: Fixture.pool)
    }
    #expect(stopped.isEmpty)
  }

  /// If the variance grows without bound, the slopes are those far out, which for selu is 1.0507 on one side.
  @Test func withoutBound() {
    let point = MeanField(Fixture.activation("selu"), weightVariance: 2, biasVariance: 0.04).point
    #expect(point.q == .infinity && point.phase == .chaotic)
    #expect(relativeError(point.chi, 1.0507009873554805 * 1.0507009873554805) < 1e-12)
  }
}
