// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// Writes the rows of a record to the data stream during training.
final class LiveRecord: Sendable {
  /// The tables of which rows can be written.
  enum Part: String, CaseIterable { case steps, epochs, flow }

  private let part: Part
  private let session: Session
  private let rates: RateCourse
  private let failure = Guarded<Complaint?>(nil)

  init(_ part: Part, _ session: Session, _ rates: RateCourse) {
    self.part = part
    self.session = session
    self.rates = rates
  }

  /// The error that prevents further writing, if any.
  var complaint: Complaint? { failure.withLock { $0 } }

  func finished(_ step: StepRecord, _ flow: () -> [FlowRecord]) {
    switch part {
    case .steps: emit(stepColumns.table([(step, rates)]))
    case .flow:
      let rows = flow()
      if rows.first?.step == step.step { emit(recordColumns.table(rows)) }
    case .epochs: break
    }
  }

  func finished(_ epoch: EpochRecord) {
    if part == .epochs { emit(epochColumns.table([epoch])) }
  }

  /// Writes the rows of a finished step or epoch, even if a stop has been requested since.
  private func emit(_ table: @autoclosure () -> Table) {
    do throws(Complaint) {
      try StopToken.shielded { () throws(Complaint) in try session.emit(table()) }
    } catch {
      // A stop also ends a write that waits for its reader. That is not a failure: training ends and keeps its run.
      if session.host.stopReason() != nil { return }
      let complaint = error
      failure.withLock { $0 = complaint }
    }
  }
}
