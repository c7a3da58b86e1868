// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime

/// The tables of a database of runs. They are described in the help page `databases`.
enum ArchiveSchema {
  /// The version of the tables. A file of a later version cannot be read.
  static let version = 1
  /// The application ID that marks a database of runs. Files of the first versions lack it and are recognized by their
  /// tables.
  private static let application = 0x4752_4657

  static let steps = ArchiveTable<(step: StepRecord, rates: RateCourse)>("steps", stepColumns.map(ArchiveColumn.init))
  static let epochs = ArchiveTable<EpochRecord>("epochs", epochColumns.map(ArchiveColumn.init))
  static let units = ArchiveTable<UnitRecord>("units", unitColumns.map(ArchiveColumn.init))
  static let fault = ArchiveTable<(fault: Fault, lastGoodStep: Int?)>("fault", faultColumns.map(ArchiveColumn.init))

  /// The columns of `run.flow`, and the measurements that they are computed from.
  static let flow = ArchiveTable<FlowRecord>(
    "flow",
    recordColumns.map(ArchiveColumn.init) + [
      .integer("samples") { $0.samples }, .truth("has_loss_gradient") { $0.hasLossGradient },
      .truth("underflows") { $0.underflows }, .number("delta_norm") { $0.deltaNorm },
      .number("distance") { $0.distance }, .integer("saturated_pairs") { $0.saturatedPairs },
      .integer("dead_units") { $0.deadUnits },
    ])

  /// The quantities that the value of a fault was computed from.
  static let causes = ArchiveTable<Fault.Cause>(
    "fault_causes", [.text("quantity") { $0.quantity }, .number("value") { $0.value }])

  /// The largest updates of a run whose flow was thinned out.
  static let updates = ArchiveTable<FlowRecords.LargestUpdate>(
    "largest_updates",
    [.integer("step") { $0.step }, .integer("layer") { $0.layer }, .number("update_ratio") { $0.ratio }])

  /// The names of the tables with a column `run`.
  static let tablesOfRows = [
    steps.name, epochs.name, flow.name, units.name, fault.name, causes.name, updates.name, "networks",
  ]

  private static let creation =
    RunSummary.table.creation + steps.creation + epochs.creation + flow.creation + units.creation + fault.creation
    + causes.creation + updates.creation + [
      "CREATE TABLE IF NOT EXISTS networks (run TEXT NOT NULL, moment TEXT NOT NULL, step INTEGER, part INTEGER NOT NULL, "
        + "bytes BLOB NOT NULL)",
      "CREATE INDEX IF NOT EXISTS networks_run ON networks (run)",
    ] + StoredData.creation

  /// Returns whether the file has the tables of runs. Throws if it was written by a later version of the program, if it
  /// is to be written but contains something else, or if it is to be read but contains no runs.
  @discardableResult
  static func hasRuns(
    _ connection: any DatabaseConnection, _ path: String, for access: DatabaseAccess
  ) throws(Complaint) -> Bool {
    var isOurs = try connection.hasTable(RunSummary.table.name)
    if isOurs, try connection.first("PRAGMA application_id")?.first != .integer(application) {
      for table in tablesOfRows where isOurs { isOurs = try connection.hasTable(table) }
    }
    if isOurs {
      let version = try connection.first("PRAGMA user_version")?.first?.integer ?? 0
      if version <= Self.version { return true }
      throw Complaint(
        "newer-file", "'\(path)' was written by a later version of gradflow",
        notes: ["update gradflow, or read its tables with another program, such as sqlite3"])
    }
    if access == .reading { throw noRuns(path) }
    guard try connection.first("SELECT 1 FROM sqlite_master") == nil else {
      throw Complaint(
        "other-file", "'\(path)' is a database, but not one of runs", notes: ["use another file for the runs"])
    }
    return false
  }

  /// Returns the error for a file that is to be read but contains no runs.
  static func noRuns(_ path: String) -> Complaint {
    Complaint("no-run", "'\(path)' contains no runs", notes: ["save(run, \"run.db\") writes one"])
  }

  /// Prepares the database for writing.
  static func create(_ connection: any DatabaseConnection, _ path: String) throws(Complaint) {
    try hasRuns(connection, path, for: .writing)
    for statement in creation { try connection.run(statement) }
    try connection.run("PRAGMA user_version = \(version)")
    try connection.run("PRAGMA application_id = \(application)")
  }
}
