// SPDX-License-Identifier: GPL-3.0-or-later

/// How the samples of an epoch are cut into batches, one for each step.
package struct EpochBatches {
  private let samples: Int
  /// The samples of a full batch.
  package let size: Int
  /// The number of batches, of which only the last may be smaller.
  let count: Int

  /// A last batch of one sample is left out if the network needs two.
  init(samples: Int, size: Int, needsTwoSamples: Bool) {
    self.samples = samples
    self.size = min(size, samples)
    let (full, left) = samples.quotientAndRemainder(dividingBy: self.size)
    count = full + (left > (needsTwoSamples ? 1 : 0) ? 1 : 0)
  }

  /// The places, in the order of the epoch, of the samples of a batch; batches are counted from 0.
  func places(_ batch: Int) -> Range<Int> { batch * size..<min((batch + 1) * size, samples) }

  /// The number of samples in a step; steps are counted from 1, through all epochs.
  package func samples(inStep step: Int) -> Int { places((step - 1) % count).count }
}

extension Run {
  /// The batches of an epoch.
  package var batches: EpochBatches {
    EpochBatches(samples: data.samples, size: options.batch, needsTwoSamples: network.engine.needsTwoSamples)
  }
}
