// SPDX-License-Identifier: GPL-3.0-or-later

/// The division of an epoch's samples into batches, one per step.
package struct EpochBatches {
  private let samples: Int
  /// The number of samples in a full batch.
  package let size: Int
  /// The number of batches. Only the last one may be smaller than `size`.
  let count: Int

  /// Divides the given number of samples into batches. If `needsTwoSamples` is true, a last batch of one sample is left
  /// out.
  init(samples: Int, size: Int, needsTwoSamples: Bool) {
    self.samples = samples
    self.size = min(size, samples)
    let (full, left) = samples.quotientAndRemainder(dividingBy: self.size)
    count = full + (left > (needsTwoSamples ? 1 : 0) ? 1 : 0)
  }

  /// Returns the positions of a batch's samples in the order of the epoch. Batches are counted from 0.
  func places(_ batch: Int) -> Range<Int> { batch * size..<min((batch + 1) * size, samples) }

  /// Returns the number of samples in a step. Steps are counted from 1 across all epochs.
  package func samples(inStep step: Int) -> Int { places((step - 1) % count).count }
}

extension Run {
  package var batches: EpochBatches {
    EpochBatches(
      samples: data.samples, size: options.batch, needsTwoSamples: network.architecture.graph.measuresSamples)
  }
}
