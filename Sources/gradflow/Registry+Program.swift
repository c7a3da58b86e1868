// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowRuntime
import FlowTerminal

extension Registry {
  /// Everything in the program that has a name.
  static let program = Registry.standard.withProgramPages
}
