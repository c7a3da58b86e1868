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

  /// Throws if the run cannot be added to the file, because the file is of another kind, or contains a run of this name
  /// that is not to be replaced.
  func check(replacing: Bool, _ connection: any DatabaseConnection) throws(Complaint) {
    guard try ArchiveSchema.hasRuns(connection, path, for: .writing), !replacing,
      try connection.first("SELECT 1 FROM runs WHERE name = ?", [.text(name)]) != nil
    else { return }
    throw Complaint(
      "duplicate-name", "'\(path)' already contains a run '\(name)'",
      notes: ["name: \"...\" adds another one, and replace: true replaces it"])
  }

  /// Creates the entry of the run, with its network before the first step and its data. Throws if the file has a run of
  /// this name, unless it is to be replaced.
  func begin(
    before: Network, initial: Network, replacing: Bool, _ connection: any DatabaseConnection
  ) throws(Complaint) {
    try check(replacing: replacing, connection)
    try ArchiveSchema.create(connection, path)
    try delete(connection)
    try RunSummary.table.insert(
      CollectionOfOne(RunSummary(running: source, steps: 0, epochs: 0, epoch: nil, loss: nil)), of: name,
      into: connection)
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

  /// Updates the row of the run in the table of runs during training.
  func update(
    steps: Int, epochs: Int, epoch: EpochRecord?, loss: Double?, _ connection: any DatabaseConnection
  ) throws(Complaint) {
    try RunSummary.table.update(
      RunSummary(running: source, steps: steps, epochs: epochs, epoch: epoch, loss: loss), of: name, in: connection)
  }

  /// Replaces the network after the last step by the network as it is after the given step.
  func writeAfter(_ network: Network, step: Int, _ connection: any DatabaseConnection) throws(Complaint) {
    try connection.run("DELETE FROM networks WHERE run = ? AND moment = 'after'", [.text(name)])
    try write(network.file(source: source.networkSource), "after", step: step, connection)
  }

  /// Writes the parts that are known only at the end: the fault, the network, and what was thinned out.
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
    var summary = RunSummary(
      running: source, steps: run.stepCount, epochs: run.epochCount, epoch: run.epochs.last, loss: run.steps.last?.loss)
    summary.state = run.state.rawValue
    if isThinned { summary.strides = run.strides }
    try RunSummary.table.update(summary, of: name, in: connection)
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
  ///
  /// - Parameter version: The version of the program that trained the network.
  static func save(
    _ run: Run, _ registry: Registry, version: String, to path: String, name: String, replacing: Bool,
    _ database: any DatabaseFile
  ) throws(Complaint) {
    let before = run.networkBefore()
    var source = RunSource(run.network, run.data, run.options, run.loss, registry)
    source.version = version
    try Complaint.checkStop()
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
