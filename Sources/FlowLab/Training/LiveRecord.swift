// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables
import Synchronization

/// Writes the rows of a training's record to the data stream while the training goes on.
final class LiveRecord: Sendable {
  /// Which of its tables.
  enum Part: String, CaseIterable { case steps, epochs, flow }

  private let part: Part
  private let session: Session
  private let failure = Mutex<Complaint?>(nil)

  init(_ part: Part, _ session: Session) {
    self.part = part
    self.session = session
  }

  /// Why nothing more can be written.
  var complaint: Complaint? { failure.withLock { $0 } }

  func finished(_ step: StepRecord, _ flow: () -> [FlowRecord]) {
    switch part {
    case .steps: emit(stepColumns.table([step]))
    case .flow:
      let rows = flow()
      if rows.first?.step == step.step { emit(recordColumns.table(rows)) }
    case .epochs: break
    }
  }

  func finished(_ epoch: EpochRecord) {
    if part == .epochs { emit(epochColumns.table([epoch])) }
  }

  /// The rows of an epoch or step that was finished are written even if a stop has come since.
  private func emit(_ table: @autoclosure () -> Table) {
    do throws(Complaint) {
      try StopToken.shielded { () throws(Complaint) in try session.emit(table()) }
    } catch {
      // A stop also ends a write to a reader that has fallen asleep, and then the training keeps its run.
      if session.host.stopReason() != nil { return }
      let complaint = error
      failure.withLock { $0 = complaint }
    }
  }
}
