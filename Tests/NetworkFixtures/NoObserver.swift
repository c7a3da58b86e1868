// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// An observer that does nothing.
package struct NoObserver: TrainingObserver {
  package init() {}
  package var wantsToStop: Bool { false }
  package func finished(_ step: StepRecord, of total: Int, epochs: Int, flow: () -> [FlowRecord]) {}
  package func now() -> Double { 0 }
}
