// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime
import FlowTables

/// Lets the host stop training, and optionally shows progress and writes the record while it grows.
struct HostObserver: TrainingObserver {
  // Stores only parts of the host, because the observer is copied in every step.
  private let stopReason: @Sendable () -> StopReason?
  private let clock: @Sendable () -> Double
  private let usesUnicode: Bool
  private let progress: Progress?
  private let live: LiveRecord?
  private let archive: LiveArchive?
  /// The position of this training run among several: its number, counted from 0, and the number of runs.
  private let part: (number: Int, of: Int, name: String)

  init(
    _ host: Host, _ progress: Progress?, live: LiveRecord? = nil, archive: LiveArchive? = nil,
    part: (number: Int, of: Int, name: String) = (0, 1, "")
  ) {
    stopReason = host.stopReason
    clock = host.clock
    usesUnicode = host.usesUnicode()
    self.progress = progress
    self.live = live
    self.archive = archive
    self.part = part
  }

  var wantsToStop: Bool { stopReason() != nil || live?.complaint != nil || archive?.complaint != nil }

  func begins() {
    live?.begin()
    if live?.complaint == nil { archive?.begin() }
  }

  func finished(_ step: StepRecord, of total: Int, epochs: Int, flow: () -> [FlowRecord]) {
    live?.finished(step, flow)
    archive?.finished(step, flow)
    guard let progress else { return }
    let done = Double(part.number) + Double(step.step) / Double(total)
    progress.report(done / Double(part.of)) { seconds in
      let pace = done * Double(total) / seconds
      let left = (Double(part.of) - done) * Double(total) / pace
      let sizes = flow().map(\.deltaRMS)
      let epoch = "\(part.name)epoch \(step.epoch)/\(epochs)"
      let place = "  step \(step.step)/\(total)"
      let loss = "  loss \(NumberStyle.significant(step.loss))"
      let picture = sizes.count > 1 ? "  flow \(FlowPicture.text(sizes, usesUnicode: usesUnicode))" : ""
      let times =
        "  \(NumberStyle.integer(pace.rounded())) steps/s  \(NumberStyle.integer(left.rounded(.up))) s left"
      return [epoch + place + loss + picture + times, epoch + loss + picture + times, epoch + loss + picture]
    }
  }

  func finished(_ epoch: EpochRecord) {
    live?.finished(epoch)
    archive?.finished(epoch)
  }

  func counted(_ units: [UnitRecord]) { archive?.counted(units) }

  func now() -> Double { clock() }
}
