// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowTables

extension Fault {
  /// The causes in words; empty if there are none, for example if an input is not finite.
  var cause: String {
    causes.map { "the largest \($0.quantity) is \(NumberStyle.significant($0.value))" }.joined(separator: ", ")
  }
}
