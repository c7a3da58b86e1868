// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Registry {
  /// The registry with the help pages about the program.
  package var withProgramPages: Registry { adding(Concept.program + Concept.prompt) }
}
