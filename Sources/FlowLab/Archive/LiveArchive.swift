// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import FlowRuntime

/// Writes a run to a database during training: the rows of each second in one transaction.
final class LiveArchive: Sendable {
  private struct State {
    var steps: [StepRecord] = []
    var flow: [FlowRecord] = []
    var epochs: [EpochRecord] = []
    var units: [UnitRecord] = []
    var last: StepRecord?
    var lastEpoch: EpochRecord?
    var epochCount = 0
    /// The number of waiting rows to write before the interval is over.
    var enough = usualRows
    /// The number of steps in the file.
    var written = 0
    /// The time of the last transaction, and that of the last one that wrote the network.
    var time = 0.0
    var networkTime = 0.0
    /// How long it took to write the network.
    var networkCost = 0.0
    var complaint: Complaint?
    var hasBegun = false

    var waitingRows: Int { flow.count + steps.count + epochs.count + units.count }
  }

  private let database: any DatabaseFile
  private let path: String
  private let name: String
  private let writer: RunWriter
  private let network: Network
  private let isReplacing: Bool
  private let clock: @Sendable () -> Double
  private let state: Guarded<State>

  /// The number of seconds between transactions, and between the checks whether one is due.
  private static let interval = 1.0
  private static let checkInterval = 0.2
  /// The number of rows that are written before the interval is over, so that a stop need not wait for more.
  private static let usualRows = 1 << 13
  /// The number of waiting rows from which on to wait for other programs that use the file.
  private static let mostRows = 1 << 20
  /// The largest fraction of the time to be spent on writing the network during training.
  private static let networkShare = 0.05

  /// Opens the file, and throws if the run cannot be added to it. The run itself is added when the training begins.
  init(
    _ path: String, name: String, replacing: Bool, _ network: Network, _ data: DataSet, _ options: TrainingOptions,
    _ loss: Loss, _ call: Call
  ) throws(Complaint) {
    (self.path, self.name, self.isReplacing, self.network) = (path, name, replacing, network)
    database = try call.session.openDatabase(path, for: .writing)
    writer = RunWriter(
      path, name: name, RunSource(network, data, options, loss, call.registry), network.rates(data, options))
    clock = call.session.host.clock
    state = Guarded(State())
    try Complaint.checkStop()
    try database.read { connection throws(Complaint) in try writer.check(replacing: replacing, connection) }
  }

  /// The error that prevents further writing, if any.
  var complaint: Complaint? { state.withLock { $0.complaint } }

  /// Creates the entry of the run.
  func begin() {
    let now = clock()
    state.withLock { state in
      (state.time, state.networkTime) = (now, now)
      do throws(Complaint) {
        try database.write(waits: true) { connection throws(Complaint) in
          try writer.begin(
            before: network, initial: network.copyWithInitialValues(), replacing: isReplacing, connection)
        }
        state.hasBegun = true
      } catch {
        state.complaint = error
      }
    }
  }

  /// Runs `body`, which trains. New records are in the file after about a second, however long the next step takes.
  func committing<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    try repeating(every: Self.checkInterval, { self.commitIfDue() }, during: body)
  }

  /// Writes rows that have waited for long. The network is not written, because a step may be changing it.
  private func commitIfDue() {
    let now = clock()
    state.withLock { state in
      guard state.hasBegun, state.complaint == nil, state.waitingRows > 0, now - state.time >= Self.interval else {
        return
      }
      commit(&state, now, waits: false, mayWriteNetwork: false)
    }
  }

  func finished(_ step: StepRecord, _ flow: () -> [FlowRecord]) {
    let rows = flow()
    let now = clock()
    state.withLock { state in
      state.steps.append(step)
      state.last = step
      if rows.first?.step == step.step { state.flow += rows }
      let count = state.flow.count + state.steps.count
      if count >= state.enough || now - state.time >= Self.interval {
        commit(&state, now, waits: count >= Self.mostRows)
        state.enough = state.flow.count + state.steps.count + Self.usualRows
      }
    }
  }

  func finished(_ epoch: EpochRecord) {
    state.withLock { state in
      state.epochs.append(epoch)
      state.lastEpoch = epoch
      state.epochCount = epoch.epoch
    }
  }

  func counted(_ units: [UnitRecord]) { state.withLock { $0.units += units } }

  /// Writes the end of the run.
  func finish(_ run: Run) throws(Complaint) {
    let complaint = state.withLock { state -> Complaint? in
      if state.complaint != nil || !state.hasBegun { return state.complaint }
      // A stop ends the training, but not the record of it.
      return StopToken.shielded {
        transaction(&state, waits: true) { connection throws(Complaint) in
          try writer.finish(run, isThinned: false, connection)
        }
        return state.complaint
      }
    }
    if let complaint { throw complaint }
  }

  private func commit(_ state: inout State, _ now: Double, waits: Bool, mayWriteNetwork: Bool = true) {
    let isFirst = state.networkCost == 0
    let writesNetwork =
      mayWriteNetwork && (isFirst || state.networkCost < Self.networkShare * (now - state.networkTime))
    let step = state.last?.step ?? 0
    let (lastEpoch, last, epochs) = (state.lastEpoch, state.last, state.epochCount)
    var cost = 0.0
    StopToken.shielded {
      transaction(&state, waits: waits) { connection throws(Complaint) in
        if writesNetwork {
          let start = clock()
          try writer.writeAfter(network, step: step, connection)
          cost = max(clock() - start, 1e-6)
        }
        try writer.update(steps: step, epochs: epochs, epoch: lastEpoch, loss: last?.loss, connection)
      }
    }
    state.time = clock()
    if cost > 0 { (state.networkCost, state.networkTime) = (cost, state.time) }
  }

  /// Writes the waiting rows, and then what `body` writes. If another program uses the file, the rows wait for the next
  /// transaction.
  private func transaction(
    _ state: inout State, waits: Bool, _ body: (any DatabaseConnection) throws(Complaint) -> Void
  ) {
    let waiting = state
    do throws(Complaint) {
      let isDone = try database.write(waits: waits) { connection throws(Complaint) in
        guard try writer.isCurrent(steps: waiting.written, connection) else {
          throw Complaint(
            "duplicate-name", "another program has replaced the run '\(name)' in '\(path)'",
            notes: ["give each training its own name: \"...\""])
        }
        try writer.append(waiting.steps, connection)
        try writer.append(waiting.flow, connection)
        try writer.append(waiting.epochs, connection)
        try writer.append(waiting.units, connection)
        try body(connection)
      }
      guard isDone else { return }
      (state.steps, state.flow, state.epochs, state.units) = ([], [], [], [])
      state.written = state.last?.step ?? 0
    } catch {
      state.complaint = error
    }
  }
}
