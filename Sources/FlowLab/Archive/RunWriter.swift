// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime

/// Writes a run to a database. Each method is a part of a transaction.
struct RunWriter {
  private let path: String
  /// The name of the run in the file.
  private let name: String
  private let source: RunSource
  private let rates: RateCourse

  init(_ path: String, name: String, _ source: RunSource, _ rates: RateCourse) {
    (self.path, self.name, self.source, self.rates) = (path, name, source, rates)
  }

  /// Creates the entry of the run, with its network before the first step and its data. Throws if the file has a run of
  /// this name, unless it is to be replaced.
  func begin(
    before: Network, initial: Network, replacing: Bool, _ connection: any DatabaseConnection
  ) throws(Complaint) {
    try ArchiveSchema.create(connection, path)
    if try connection.first("SELECT 1 FROM runs WHERE name = ?", [.text(name)]) != nil {
      guard replacing else {
        throw Complaint(
          "duplicate-name", "'\(path)' already contains a run '\(name)'",
          notes: ["name: \"...\" adds another one, and replace: true replaces it"])
      }
      try delete(connection)
    }
    try writeSummary(
      RunSummary(
        state: RunSummary.runningState, steps: 0, epochs: 0, epoch: nil, loss: nil,
        strides: RecordStrides(steps: 1, epochs: 1, flow: 1, units: 1), source: source), connection)
    try StoredData.write(source.data, source.dataID, into: connection)
    if let validation = source.options.validation, let id = source.validationID {
      try StoredData.write(validation, id, into: connection)
    }
    let file = before.file(source: source.networkSource)
    try write(file, "before", step: 0, connection)
    let initialFile = initial.file(source: source.networkSource)
    if initialFile != file { try write(initialFile, "initial", step: 0, connection) }
  }

  /// Returns whether the file still has the run as it was last written, with the given number of steps.
  func isCurrent(steps: Int, _ connection: any DatabaseConnection) throws(Complaint) -> Bool {
    try connection.first("SELECT steps, state FROM runs WHERE name = ?", [.text(name)])
      == [.integer(steps), .text(RunSummary.runningState)]
  }

  func append(_ steps: some Sequence<StepRecord>, _ connection: any DatabaseConnection) throws(Complaint) {
    let rates = rates
    try ArchiveSchema.steps.insert(steps.lazy.map { ($0, rates) }, of: name, into: connection)
  }

  func append(_ epochs: some Sequence<EpochRecord>, _ connection: any DatabaseConnection) throws(Complaint) {
    try ArchiveSchema.epochs.insert(epochs, of: name, into: connection)
  }

  func append(_ flow: some Sequence<FlowRecord>, _ connection: any DatabaseConnection) throws(Complaint) {
    try ArchiveSchema.flow.insert(flow, of: name, into: connection)
  }

  func append(_ units: some Sequence<UnitRecord>, _ connection: any DatabaseConnection) throws(Complaint) {
    try ArchiveSchema.units.insert(units, of: name, into: connection)
  }

  /// Replaces the row of the run in the table of runs.
  func writeSummary(_ summary: RunSummary, _ connection: any DatabaseConnection) throws(Complaint) {
    try connection.run("DELETE FROM runs WHERE name = ?", [.text(name)])
    try RunSummary.table.insert(CollectionOfOne(summary), of: name, into: connection)
  }

  /// Updates the row of the run in the table of runs during training.
  func update(
    state: String, steps: Int, epochs: Int, epoch: EpochRecord?, loss: Double?, _ connection: any DatabaseConnection
  ) throws(Complaint) {
    func value(_ number: Double?) -> DatabaseValue { number.map { $0.isNaN ? .null : .real($0) } ?? .null }
    let shown = epoch?.loss ?? loss
    try connection.run(
      "UPDATE runs SET state = ?, steps = ?, epochs = ?, loss = ?, accuracy = ?, validation_loss = ?, "
        + "validation_accuracy = ?, special = ? WHERE name = ?",
      [
        .text(state), .integer(steps), .integer(epochs), value(shown), value(epoch?.accuracy),
        value(epoch?.validationLoss), value(epoch?.validationAccuracy),
        shown?.isNaN == true ? .text("loss:nan") : .null,
        .text(name),
      ])
  }

  /// Replaces the network after the last step by the network as it is after the given step.
  func writeAfter(_ network: Network, step: Int, _ connection: any DatabaseConnection) throws(Complaint) {
    try connection.run("DELETE FROM networks WHERE run = ? AND moment = 'after'", [.text(name)])
    try write(network.file(source: source.networkSource), "after", step: step, connection)
  }

  /// Writes what is known only at the end: the fault, the network, and what was thinned out.
  ///
  /// - Parameter isThinned: Whether the rows were written as they are in the run, instead of during training.
  func finish(_ run: Run, isThinned: Bool, _ connection: any DatabaseConnection) throws(Complaint) {
    if let fault = run.fault {
      try ArchiveSchema.fault.insert(CollectionOfOne((fault, run.lastGoodStep)), of: name, into: connection)
      try ArchiveSchema.causes.insert(fault.causes, of: name, into: connection)
    }
    if isThinned, run.strides.flow > 1 {
      try ArchiveSchema.updates.insert(run.flow.largestUpdates, of: name, into: connection)
    }
    try writeAfter(run.networkAfter(), step: run.stepCount, connection)
    try writeSummary(
      RunSummary(
        state: run.state.rawValue, steps: run.stepCount, epochs: run.epochCount, epoch: run.epochs.last,
        loss: run.steps.last?.loss,
        strides: isThinned ? run.strides : RecordStrides(steps: 1, epochs: 1, flow: 1, units: 1), source: source),
      connection)
  }

  private func write(
    _ bytes: [UInt8], _ moment: String, step: Int, _ connection: any DatabaseConnection
  ) throws(Complaint) {
    try connection.run(
      "INSERT INTO networks VALUES (?, ?, ?, ?, ?)",
      rows: bytes.parts.map { [.text(name), .text(moment), .integer(step), .integer($0), .bytes($1)] })
  }

  /// Removes the run, and data sets that no other run uses.
  private func delete(_ connection: any DatabaseConnection) throws(Complaint) {
    for table in ArchiveSchema.tablesOfRows {
      try connection.run("DELETE FROM \(table) WHERE run = ?", [.text(name)])
    }
    try connection.run("DELETE FROM runs WHERE name = ?", [.text(name)])
    for (table, key) in [("data", "id"), ("data_columns", "data"), ("data_parts", "data")] {
      try connection.run(
        "DELETE FROM \(table) WHERE \(key) NOT IN (SELECT data_id FROM runs UNION ALL "
          + "SELECT validation_id FROM runs WHERE validation_id IS NOT NULL)")
    }
  }
}

extension RunWriter {
  /// Writes a whole run.
  static func save(
    _ run: Run, _ registry: Registry, to path: String, name: String, replacing: Bool, _ database: any DatabaseFile
  ) throws(Complaint) {
    let before = run.networkBefore()
    let source = RunSource(run.network, run.data, run.options, run.loss, registry)
    let writer = RunWriter(path, name: name, source, run.rates)
    try database.write(waits: true) { connection throws(Complaint) in
      try writer.begin(
        before: before, initial: run.network.copyWithInitialValues(), replacing: replacing, connection)
      try writer.append(run.steps, connection)
      try writer.append(run.epochs, connection)
      try writer.append(run.flow, connection)
      try writer.append(run.units, connection)
      try writer.finish(run, isThinned: true, connection)
    }
  }
}
