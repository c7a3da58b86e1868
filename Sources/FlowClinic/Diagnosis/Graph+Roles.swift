// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

extension Graph {
  /// The smallest fraction of units that any dropout keeps; nil if there is no dropout.
  var keptShare: Double? {
    nodes.compactMap { node -> Double? in
      if case .mask(let kept) = node.role { kept } else { nil }
    }.min()
  }

  /// Whether a normalisation uses the statistics of batches.
  var normalizesBatches: Bool {
    nodes.contains { node in
      if case .norm(.batch, _) = node.role { true } else { false }
    }
  }
}
