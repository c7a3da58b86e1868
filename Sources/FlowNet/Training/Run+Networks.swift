// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Run {
  /// Returns a copy of the network as it was before the first step.
  package func networkBefore() -> Network { network(with: start) }

  /// Returns a copy of the network as it was after the last step.
  package func networkAfter() -> Network { network(with: end) }

  /// Returns a copy of the network with the given parameters.
  func network<Values: ParameterValues>(with values: Values) -> Network {
    let copy = network.copy()
    copy.compiled(Values.E.self).memory.values.copy(from: values.buffer)
    return copy
  }
}
