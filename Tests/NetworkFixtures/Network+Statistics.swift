// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

extension Network {
  /// The running means and variances of every batch normalisation, in order, for networks without other state.
  package var runningStatistics: [(mean: [Double], variance: [Double])] {
    let arrays = allState
    return stride(from: 0, to: arrays.count, by: 2).map { (arrays[$0], arrays[$0 + 1]) }
  }
}
