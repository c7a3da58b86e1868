// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowRuntime
import FlowTerminal

extension Registry {
  /// Everything that the program knows by name.
  static let program = Registry.standard.withProgramPages
}
