// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Run {
  /// Returns a copy of the network as it was before the first step.
  package func networkBefore() -> Network { network(with: start) }

  /// Returns a copy of the network as it was after the last step.
  package func networkAfter() -> Network { network(with: end) }

  /// Returns a copy of the network with the given numbers.
  func network<Numbers: NetworkNumbers>(with numbers: Numbers) -> Network {
    let copy = network.copy()
    copy.compiled(Numbers.E.self).memory.copy(from: numbers.snapshot)
    return copy
  }
}
