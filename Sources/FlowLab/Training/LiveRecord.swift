// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// Writes the rows of a record to the data stream or to files during training.
final class LiveRecord: Sendable {
  /// The tables of which rows can be written.
  enum Part: String, CaseIterable { case steps, epochs, flow }

  /// Where the rows of a table go.
  enum Target {
    case output
    case file(path: String)
  }

  private let targets: [Part: Target]
  private let session: Session
  private let rates: RateCourse
  private let files = Guarded<[Part: RowFile]>([:])
  private let failure = Guarded<Complaint?>(nil)

  /// Creates the writer. Files are opened, and lose their old content, only when the training begins.
  init(_ targets: [Part: Target], _ session: Session, _ rates: RateCourse) {
    self.targets = targets
    self.session = session
    self.rates = rates
  }

  /// The error that prevents further writing, if any.
  var complaint: Complaint? { failure.withLock { $0 } }

  /// Whether rows go to the data stream.
  var usesOutput: Bool { targets.values.contains { if case .output = $0 { true } else { false } } }

  /// Opens the files.
  func begin() {
    do throws(Complaint) {
      for part in Part.allCases {
        guard case .file(let path)? = targets[part] else { continue }
        let file = try RowFile(path, session)
        files.withLock { $0[part] = file }
      }
    } catch {
      let complaint = error
      failure.withLock { $0 = complaint }
    }
  }

  func finished(_ step: StepRecord, _ flow: () -> [FlowRecord]) {
    emit(.steps, stepColumns.table([(step, rates)]))
    guard targets[.flow] != nil else { return }
    let rows = flow()
    if rows.first?.step == step.step { emit(.flow, recordColumns.table(rows)) }
  }

  func finished(_ epoch: EpochRecord) { emit(.epochs, epochColumns.table([epoch])) }

  /// Completes the files. Call this after training. Throws the error that prevented writing, if there was one.
  func finish() throws(Complaint) {
    if let complaint { throw complaint }
    let files = files.withLock { $0 }
    for part in Part.allCases { try files[part]?.finish() }
  }

  /// Writes the rows of a finished step or epoch, even if a stop has been requested since.
  private func emit(_ part: Part, _ table: @autoclosure () -> Table) {
    guard let target = targets[part] else { return }
    do throws(Complaint) {
      try StopToken.shielded { () throws(Complaint) in
        switch target {
        case .output: try session.emit(table())
        case .file: try files.withLock { $0[part] }?.emit(table())
        }
      }
    } catch {
      // A stop also ends a write that waits for its reader. That is not a failure: training ends and keeps its run.
      if session.host.stopReason() != nil { return }
      let complaint = error
      failure.withLock { $0 = complaint }
    }
  }
}
