// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowLanguage
import FlowNet
import FlowRuntime
import FlowTables
import FlowTheory

/// Measures a network or a run for a report. Problems are judged with the default thresholds of `diagnose`.
struct ReportBuilder {
  let call: Call

  init(_ call: Call) { self.call = call }

  /// Returns the title of the report about a network or a run with the given name.
  private func title(of name: String) throws(Diagnostic) -> String {
    guard let title = call.optionalString("title") else { return "Gradient flow of \(name)" }
    if title.allSatisfy(\.isWhitespace) {
      throw call.error(
        "out-of-range", "the title of a report must not be empty", at: "title",
        notes: ["without 'title' it is \(quoted("Gradient flow of \(name)"))"])
    }
    return title
  }

  func report(on network: Network) throws(Diagnostic) -> Report {
    let name = call.sourceName("net")
    let data = try call.data("data", for: network)
    let loss = call.loss("loss", for: data, network)
    let defaults = try call.defaults(of: "diagnose", for: "net")
    let limit = call.whole("limit")
    let found = try call.engine(at: "data") { () throws(NetworkError) in
      try network.diagnose(
        data, loss: loss, checksData: call.isGiven("data"), limit: limit, thresholds: defaults.diagnosisThresholds,
        pool: call.pool)
    }
    let plan = TrainingPlan(network.architecture.blueprint, try call.defaults(of: "train").trainingOptions)
    let dataSource = call.isGiven("data") ? call.sourceText("data") : nil
    let rows = DiagnoseBuiltins.rows(
      found, plan,
      TrialSource(network: name, reset: call.assignment(of: "net"), data: dataSource ?? "data"), call)
    let flow = try self.flow(of: network, data, loss, defaults)
    let made = statements(making: "net", unknown: "\(name) = \(source(network))")
    let code =
      ["# \(call.session.provenance.text)"] + made.lines
      + [reportCall(on: name, dataSource)]
    return Report(
      title: try title(of: name), story: [],
      findings: rows.map(Report.Finding.init), remark: nil, problems: DiagnoseBuiltins.columns.table(rows),
      facts: facts(network, data, loss, limit) + [("weights", made.state, false)], diagram: diagram(network, data),
      state: "with its current weights",
      layers: summaryColumns(network.precision).table(network.architecture.outline),
      flows: [("Flow of \(name)", Self.table([flow]))],
      figures: Self.figures([("measured", flow)]), code: code.joined(separator: "\n"),
      provenance: call.session.provenance.text)
  }

  func report(on object: RunObject) throws(Diagnostic) -> Report {
    let run = try call.runWithData("run")
    let name = call.sourceName("run")
    let data = call.optionalData("data") ?? run.data
    let dataSource = call.isGiven("data") ? call.sourceText("data") : nil
    let defaults = try call.defaults(of: "diagnose", for: "run")
    let limit = call.whole("limit")
    let verdict = try call.engine(at: "data") { () throws(NetworkError) in
      try run.diagnose(
        on: call.optionalData("data"), limit: limit, thresholds: defaults.runThresholds, pool: call.pool)
    }
    let rows = DiagnoseBuiltins.rows(verdict.diagnoses, run.plan, call.trialSource(ofRun: "run"), call)
    let (before, after) = (run.networkBefore(), run.networkAfter())
    let flows = [
      ("before training", try flow(of: before, data, run.loss, defaults)),
      ("after training", try flow(of: after, data, run.loss, defaults)),
    ]
    let training = CallWriter(call.evaluator).training(run.options)
    let made = statements(making: "run", unknown: "net = \(source(before))\n\(name) = \(training)")
    let code =
      ["# \(call.session.provenance.text)", "# the training: gradflow \(object.version), seed \(run.options.seed)"]
      + made.lines + [reportCall(on: name, dataSource)]
    let shown = run.fault == nil ? after : before
    return Report(
      title: try title(of: name), story: run.story,
      findings: rows.map(Report.Finding.init), remark: verdict.remark, problems: DiagnoseBuiltins.columns.table(rows),
      facts: [("training", training, true)] + facts(before, data, run.loss, limit)
        + (run.options.validation.map { [("validation data", $0.summary, false)] } ?? []),
      diagram: diagram(shown, data), state: run.fault == nil ? "after training" : "before training",
      layers: summaryColumns(before.precision).table(before.architecture.outline),
      flows: flows.map { ("Flow \($0.0)", Self.table([$0.1])) },
      figures: run.lossFigure + Self.figures(flows) + run.layerFigure, code: code.joined(separator: "\n"),
      provenance: call.session.provenance.text)
  }

  /// Returns the call that makes the report, with the arguments that determine its tables.
  private func reportCall(on subject: String, _ data: String?) -> String {
    let declared = call.builtin.parameters.map(\.name)
    let options = ["loss", "limit"].filter { declared.contains($0) && call.isGiven($0) }
      .map { "\($0): \(call.place(of: $0).text)" }
    return "report(\(([subject, data].compactMap(\.self) + options).joined(separator: ", ")))"
  }

  private func source(_ network: Network) -> String {
    CallWriter(call.evaluator).source(network.architecture.blueprint, precision: call.standardPrecision)
  }

  private func flow(
    of network: Network, _ data: DataSet, _ loss: Loss, _ defaults: Call
  ) throws(Diagnostic) -> [LayerFlow] {
    let rows = try call.engine(at: "data") { () throws(NetworkError) in
      try network.flow(
        data, loss: loss, limit: call.whole("limit"), thresholds: defaults.thresholds, isTraining: true,
        pool: call.pool)
    }
    try call.checkInterrupt()
    return rows
  }

  private func facts(_ network: Network, _ data: DataSet, _ loss: Loss, _ limit: Int) -> [Report.Fact] {
    [
      ("network", source(network), true),
      (
        "size",
        "\(counted(network.depth, "layer")), \(counted(network.parameters, "parameter")), \(network.precision.rawValue)",
        false
      ),
      ("data", data.summary, false), ("loss", loss.shortSourceText, true),
      ("measured on", counted(min(limit, data.samples), "sample"), false),
    ]
  }

  /// The largest number of layers of a network that is drawn.
  private static let mostDrawn = 8

  private func diagram(_ network: Network, _ data: DataSet) -> LayerDiagram? {
    network.depth <= Self.mostDrawn
      ? LayerDiagram(network, title: source(network), inputNames: data.inputNames) : nil
  }

  /// The columns of the flow that a report shows. A column without values is left out.
  private static let columns = [
    "layer", "activation", "grad_norm", "factor", "weight_gain", "slope_gain", "shortcut_gain",
    "norm_gain", "dropout_gain", "theory", "log10_total", "state",
  ]

  private static func table(_ flows: [[LayerFlow]]) -> Table {
    let table = flowColumns.table(flows.flatMap(\.self))
    let optional: Set = ["shortcut_gain", "norm_gain", "dropout_gain"]
    return Table(
      columns: columns.compactMap { table[column: $0] }.filter { column in
        !optional.contains(column.name) || column.cells.contains { $0 != .missing }
      })
  }
}

extension Report.Finding {
  init(_ row: DiagnosisRow) {
    self.init(
      heading: row.own.symptom.rawValue + (row.own.layer.map { " in layer \($0)" } ?? ""), cause: row.own.causeText,
      evidence: row.own.evidenceText, test: row.own.helpedBy == "not tested" ? "" : row.own.helpedBy,
      remedies: row.own.prescriptions.map { ($0.remedy, $0.reason) }, change: row.change)
  }
}
