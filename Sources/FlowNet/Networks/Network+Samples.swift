// SPDX-License-Identifier: GPL-3.0-or-later

extension Engine {
  /// Whether a pass in training mode needs two samples: a batch normalisation subtracts the batch's mean, which a single
  /// sample equals, so that nothing of the sample is left.
  var needsTwoSamples: Bool { !batchNorms.isEmpty }
}

extension Network {
  /// Throws if a pass in training mode cannot be made with the given number of samples, as in PyTorch.
  func checkTrainingPass(samples: Int) throws(NetworkError) {
    guard samples == 1, engine.needsTwoSamples else { return }
    throw NetworkError(
      "batch normalisation needs at least two samples in a training pass, but this pass has one",
      hint: "use a larger batch, limit or data set; layer normalisation works with single samples")
  }
}
