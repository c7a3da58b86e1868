// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables
import FlowText

/// Reads a run from a database.
///
/// The file is not trusted: every value is checked, and the code of the network and of the training runs in an
/// interpreter that can do nothing else.
struct RunReader {
  private let call: Call
  private let path: String

  init(_ call: Call, _ path: String) { (self.call, self.path) = (call, path) }

  /// The parts of a stored run, read in one transaction.
  private struct Parts {
    var name = ""
    var summary: StoredRow?
    var networks: [String: [UInt8]] = [:]
    var networkStep: Int?
    var steps: [StepRecord] = []
    var data: DataSet?
    var validation: DataSet?
    var fault: Fault?
    var updates: [FlowRecords.LargestUpdate] = []
  }

  /// Returns the run of the given name, or the only one if `name` is nil.
  func read(name: String?, data: DataSet?, validation: DataSet?) throws(Diagnostic) -> RunObject {
    var result: RunObject?
    // A complaint has no location, but an error in the code of the file is reported at the call.
    var failure: Diagnostic?
    try call.attempt(at: "file") { () throws(Complaint) in
      let database = try call.session.openDatabase(path, for: .reading)
      try database.read { connection throws(Complaint) in
        try ArchiveSchema.hasRuns(connection, path, for: .reading)
        try connection.requireTables(ArchiveSchema.tablesOfRows + StoredData.tables, path)
        let name = try self.name(name, connection)
        do throws(Diagnostic) {
          result = try read(name, data, validation, connection)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    guard let result else { throw call.error("damaged-file", "'\(path)' does not contain the run", at: "file") }
    return result
  }

  /// Returns the name of the run to read.
  private func name(_ name: String?, _ connection: any DatabaseConnection) throws(Complaint) -> String {
    if let name, try connection.first("SELECT 1 FROM runs WHERE name = ?", [.text(name)]) != nil { return name }
    // A longer list of names would not help to find the right one.
    var names: [String] = []
    try connection.query("SELECT name FROM runs ORDER BY rowid LIMIT 10000", []) { row in
      if let name = row[0].text { names.append(name) }
    }
    guard !names.isEmpty else { throw ArchiveSchema.noRuns(path) }
    if let name {
      throw Complaint.unknown("run", name, of: "'\(path)'", code: "no-run", among: names, notes: [Self.list(names)])
    }
    if names.count == 1 { return names[0] }
    let count = try connection.first("SELECT count(*) FROM runs")?.first?.integer ?? names.count
    throw Complaint(
      "no-run", "'\(path)' contains \(count) runs",
      notes: [Self.list(names), "load(\(quoted(path)), name: \(quoted(names[0]))) reads one of them"])
  }

  private static func list(_ names: [String]) -> String {
    "it contains " + names.prefix(12).map { quoted($0) }.joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
  }

  private func read(
    _ name: String, _ data: DataSet?, _ validation: DataSet?, _ connection: any DatabaseConnection
  ) throws(Diagnostic) -> RunObject {
    var found: StoredRow?
    try attempt { () throws(Complaint) in
      try RunSummary.table.rows(of: name, in: connection) { row in found = row }
    }
    guard let row = found else { throw call.error("no-run", "'\(path)' does not contain '\(name)'", at: "file") }
    let own = try attempt { () throws(Complaint) in try dataSet(row, "data", given: data, connection) }
    var other: (data: DataSet, lost: String?)?
    if row.optionalText("validation_id") != nil {
      other = try attempt { () throws(Complaint) in try dataSet(row, "validation", given: validation, connection) }
    }
    var (options, loss) = try call.storedTraining(
      try attempt { () throws(Complaint) in try row.text("training") },
      loss: try attempt { () throws(Complaint) in try row.text("loss_function") }, validation: other?.data)
    try attempt { () throws(Complaint) in
      options.seed = UInt64(truncatingIfNeeded: try row.integer("seed"))
      options.number = UInt64(truncatingIfNeeded: try row.integer("stream"))
      if let steps = try row.optionalCount("planned_steps") { options.plannedLength = .steps(steps) }
      if let epochs = try row.optionalCount("planned_epochs") { options.plannedLength = .epochs(epochs) }
    }
    let numbers = try attempt { () throws(Complaint) in try self.numbers(name, connection) }
    let network = try madeNetwork(from: numbers.0.before, of: path, call)
    let assigned = Set(
      (row.optionalText("assigned") ?? "").split(separator: " ").compactMap {
        ParameterKind(rawValue: String($0))
      })
    var builder = try call.engine(at: "file") { () throws(NetworkError) in
      try RunBuilder(network, numbers.0, assigned: assigned, options: options)
    }
    try attempt { () throws(Complaint) in try append(to: &builder, name, connection) }
    let stored = try attempt { () throws(Complaint) in try row.text("state") }
    let fault = try attempt { () throws(Complaint) in try self.fault(name, connection) }
    let strides = try attempt { () throws(Complaint) in
      RecordStrides(
        steps: try row.integer("steps_stride"), epochs: try row.integer("epochs_stride"),
        flow: try row.integer("flow_stride"), units: try row.integer("units_stride"))
    }
    let updates = try attempt { () throws(Complaint) in try self.updates(name, connection) }
    try call.checkInterrupt()
    let run = try call.engine(at: "file") { () throws(NetworkError) in
      try builder.finish(
        state: RunState(rawValue: stored) ?? .interrupted, fault: fault, strides: strides, largestUpdates: updates,
        loss: loss, data: own.data)
    }
    if stored == RunSummary.runningState {
      let note =
        "the training of '\(name)' has not ended, or was killed; the file has \(counted(run.stepCount, "step")), and the "
        + "network after step \(numbers.step)"
      call.session.host.note(StyledText(note))
    }
    let lost = [own.lost, other?.lost].compactMap(\.self)
    for text in lost { call.session.host.note("\(text)") }
    return RunObject(
      run, call.registry, lost: lost.first, version: row.optionalText("version") ?? programVersion)
  }

  private func attempt<Result>(_ body: () throws(Complaint) -> Result) throws(Diagnostic) -> Result {
    try call.attempt(at: "file", body)
  }

  /// Returns a data set of the run: the one that the caller passed, or the one in the file. If there is neither, returns
  /// a stand-in and a note.
  private func dataSet(
    _ row: StoredRow, _ argument: String, given: DataSet?, _ connection: any DatabaseConnection
  ) throws(Complaint) -> (data: DataSet, lost: String?) {
    let isValidation = argument == "validation"
    let id = StoredData.ID(text: try row.text(isValidation ? "validation_id" : "data_id"))
    let description = try row.text(isValidation ? "validation_data" : "data")
    if let given {
      let givenID = StoredData.ID(given)
      try Complaint.checkStop()
      guard givenID == id else {
        throw Complaint(
          "data", "the run was trained with different \(isValidation ? "validation data" : "data")",
          notes: ["given: \(given.summary)", "in the file: \(description)"])
      }
      return (given, nil)
    }
    if let data = try StoredData.read(id, from: connection) { return (data, nil) }
    let samples = isValidation ? 1 : try row.integer("samples")
    guard 1...Int(Int32.max) ~= samples else { throw Complaint("damaged-file", "the run has no valid data") }
    try ValueLimits.requireMemory(Double(samples * 4))
    return (
      StoredData.placeholder(samples: samples, name: description),
      "the file does not contain the \(isValidation ? "validation data" : "data set") of the run (\(description)); "
        + "load(\(quoted(path)), \(argument): ...) adds it"
    )
  }

  private func numbers(
    _ name: String, _ connection: any DatabaseConnection
  ) throws(Complaint) -> (RunBuilder.Numbers, step: Int) {
    var files: [String: [UInt8]] = [:]
    var step = 0
    try connection.query("SELECT moment, step, bytes FROM networks WHERE run = ? ORDER BY moment, part", [.text(name)])
    {
      row throws(Complaint) in
      guard let moment = row[0].text, let bytes = row[2].bytes else { return }
      if moment == "after" { step = row[1].integer ?? 0 }
      try ValueLimits.requireMemory(Double(bytes.count))
      files[moment, default: []] += bytes
    }
    guard let before = files["before"] else {
      throw Complaint("damaged-file", "the file does not contain the network of the run")
    }
    return (RunBuilder.Numbers(before: before, after: files["after"] ?? before, initial: files["initial"]), step)
  }

  private func append(
    to builder: inout RunBuilder, _ name: String, _ connection: any DatabaseConnection
  ) throws(Complaint) {
    func checked(_ append: () throws(NetworkError) -> Void) throws(Complaint) {
      do throws(NetworkError) { try append() } catch { throw Complaint("damaged-file", error.message) }
    }
    try ArchiveSchema.steps.rows(of: name, in: connection) { row throws(Complaint) in
      let step = StepRecord(
        step: try row.integer("step"), epoch: try row.integer("epoch"), loss: try row.number("loss"),
        gradNorm: try row.number("grad_norm"), clippedNorm: try row.number("clipped_norm"),
        clipped: try row.truth("clipped"))
      try checked { () throws(NetworkError) in try builder.append(step) }
    }
    try ArchiveSchema.epochs.rows(of: name, in: connection) { row throws(Complaint) in
      let epoch = EpochRecord(
        epoch: try row.integer("epoch"), loss: try row.number("loss"), accuracy: try row.optionalNumber("accuracy"),
        validationLoss: try row.optionalNumber("validation_loss"),
        validationAccuracy: try row.optionalNumber("validation_accuracy"), seconds: try row.number("seconds"))
      try checked { () throws(NetworkError) in try builder.append(epoch) }
    }
    try ArchiveSchema.flow.rows(of: name, in: connection) { row throws(Complaint) in
      var flow = RunBuilder.LayerFlow()
      flow.weightNorm = try row.number("weight_norm")
      flow.gradNorm = try row.number("grad_norm")
      flow.biasGradNorm = try row.optionalNumber("bias_grad_norm") ?? .nan
      flow.deltaNorm = try row.number("delta_norm")
      flow.updateRatio = try row.number("update_ratio")
      flow.distance = try row.number("distance")
      flow.saturatedPairs = try row.optionalInteger("saturated_pairs")
      flow.deadUnits = try row.integer("dead_units")
      flow.underflows = try row.truth("underflows")
      let (layer, step, epoch) = (try row.integer("layer"), try row.integer("step"), try row.integer("epoch"))
      let (samples, hasLossGradient) = (try row.integer("samples"), try row.truth("has_loss_gradient"))
      try checked { () throws(NetworkError) in
        try builder.append(
          flow, layer: layer, step: step, epoch: epoch, samples: samples, hasLossGradient: hasLossGradient)
      }
    }
    try ArchiveSchema.units.rows(of: name, in: connection) { row throws(Complaint) in
      let units = UnitRecord(
        step: try row.integer("step"), epoch: try row.integer("epoch"), layer: try row.integer("layer"),
        units: try row.integer("units"), dead: try row.integer("dead"), died: try row.integer("died"),
        revived: try row.integer("revived"), saturated: try row.optionalNumber("saturated"))
      try checked { () throws(NetworkError) in try builder.append(units) }
    }
  }

  private func fault(_ name: String, _ connection: any DatabaseConnection) throws(Complaint) -> Fault? {
    var causes: [Fault.Cause] = []
    try ArchiveSchema.causes.rows(of: name, in: connection) { row throws(Complaint) in
      causes.append(Fault.Cause(quantity: try row.text("quantity"), value: try row.number("value")))
    }
    var fault: Fault?
    try ArchiveSchema.fault.rows(of: name, in: connection) { row throws(Complaint) in
      guard let quantity = Fault.Quantity(rawValue: try row.text("quantity")) else { return }
      fault = Fault(
        step: try row.integer("step"), layer: try row.optionalInteger("layer"), quantity: quantity,
        value: try row.number("value"), causes: causes)
    }
    return fault
  }

  private func updates(
    _ name: String, _ connection: any DatabaseConnection
  ) throws(Complaint) -> [FlowRecords.LargestUpdate] {
    var updates: [FlowRecords.LargestUpdate] = []
    try ArchiveSchema.updates.rows(of: name, in: connection) { row throws(Complaint) in
      updates.append(
        FlowRecords.LargestUpdate(
          step: try row.integer("step"), layer: try row.integer("layer"), ratio: try row.number("update_ratio")))
    }
    return updates
  }
}
