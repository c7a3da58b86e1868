// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowLanguage
import FlowNet
import FlowRuntime
import FlowTables
import FlowText
import OrderedCollections

/// Functions for training runs that other programs recorded.
enum RecordedBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "recorded",
      "Makes a recording from a table that another program wrote: one row per step and layer, with any of the columns "
        + "\(RecordedQuantity.allCases.map(\.rawValue).joined(separator: ", ")), name and kind. Layers are given by "
        + "number, or by name in the order of computation. diagnose, plot, flow and compare work on recordings; "
        + "without the network, they cannot test a cause.",
      in: .flow,
      [
        Parameter("table", .table, "what was recorded"),
        Parameter("step", .columnName, default: "\"step\"", "column with the number of the step"),
        Parameter(
          "layer", .columnName, default: "\"layer\"",
          "column with the number or the name of the layer; without it, the rows describe the whole network"),
      ],
      gives: "a recording", example: sample + "\nr.flow |> select(step, name, log10_total, state)",
      seeAlso: ["read", "longer", "diagnose"]
    ) { call throws(Diagnostic) in
      let table = call.table("table")
      let (recording, unused) = try call.attempt(at: "table") { () throws(Complaint) in
        var reader = RecordingReader(table: table, step: call.string("step"), layer: call.string("layer"))
        return (try reader.recording(layerIsGiven: call.isGiven("layer")), reader.unusedColumns)
      }
      if !unused.isEmpty {
        call.session.host.note(
          "unused columns: \(unused.prefix(8).joined(separator: ", "))\(unused.count > 8 ? ", ..." : "")")
        let name = call.sourceName("table")
        for column in unused {
          guard let quantity = quantity(in: column), !recording.columns.contains(quantity) else { continue }
          call.session.host.note("to use \(column): \(name) |> with(\(quantity.rawValue): \(name)[\"\(column)\"])")
        }
      }
      if let step = recording.omittedStep {
        call.session.host.note("left out step \(step), which is missing layers; the file may still be growing")
      }
      return .object(RecordingObject(recording, try call.defaults(of: "flow", for: "recording").thresholds))
    },
    Builtin(
      "diagnose",
      "Finds the problems that a recording shows. Nothing can be measured again, so causes are not tested; a note "
        + "lists what cannot be seen because columns are missing. If there is no problem, the table is empty.",
      in: .flow,
      [Parameter("recording", .recording, "recording to examine", advice: advice), threshold, share]
        + DiagnoseBuiltins.ofTraining,
      gives: "a table with one row per cause, in the order in which the causes act",
      columns: columns.glosses(), example: sample + "\ndiagnose(r) |> select(layer, symptom)",
      seeAlso: ["recorded", "flow"]
    ) { call throws(Diagnostic) in
      let recording = call.object("recording", as: RecordingObject.self).recording
      let rows = recording.diagnose(call.runThresholds)
      try call.checkInterrupt()
      for note in notes(recording, hasProblems: !rows.isEmpty) { call.session.host.note("\(note)") }
      return .table(columns.table(rows.map { DiagnosisRow(own: $0, change: "") }))
    },
    Builtin(
      "flow", "Shows the flow of one step of a recording.", in: .flow,
      [
        Parameter("recording", .recording, "recording to show", advice: advice),
        Parameter("step", .optional(.whole(0...Int.max)), default: "none", "number of the step; none is the last one"),
        threshold, share,
      ],
      gives: "a table with one row per layer: what was recorded, and log10_total and state, which are derived from it",
      example: sample + "\nflow(r) |> select(name, grad_norm, log10_total)", seeAlso: ["recorded"]
    ) { call throws(Diagnostic) in
      let object = call.object("recording", as: RecordingObject.self)
      let step = call.optionalWhole("step")
      return .table(
        try call.attempt(at: step == nil ? nil : "step") { () throws(Complaint) in
          try object.flow(step: step, call.thresholds)
        })
    },
    Builtin(
      "plot",
      "Plots the loss of recordings over their steps, or the norm of the gradient if there is no loss, or another "
        + "quantity that was recorded.",
      in: .plots,
      [Parameter("recordings", .recording, rest: true, "recordings to plot, or a list or record of them")]
        + CoursePlot.parameters(quantities, standard: "the loss, or grad_norm without one"),
      gives: "a plot", example: sample + "\nplot(r, y: grad_norm, x: layer, width: 40, height: 8)",
      seeAlso: ["recorded", "flow", "compare"]
    ) { call throws(Diagnostic) in
      let y = call.string("y")
      let hasLosses = call.rest.contains { value in
        if case .object(let object as RecordingObject) = value { !object.recording.losses.isEmpty } else { false }
      }
      return try CoursePlot(call).plot(y == "auto" ? hasLosses ? "loss" : "grad_norm" : y)
    },
  ]

  /// The quantities that `plot` can draw.
  private static let quantities =
    (recordedStepColumns.map(\.heading) + recordedFlowColumns.map(\.heading))
    .filter { [.number, .share].contains($0.role) }.map(\.name)

  private static let advice = "recorded makes a recording from a table: recorded(read(\"log.csv\"))"

  private static let threshold = Parameter(
    "threshold", Parameter.threshold.type, default: "100",
    "a layer is vanishing or exploding if its grad_norm/weight_norm differs from the last layer's by more than this "
      + "factor, or by more than its square if the loss has halved")
  // A record does not contain the size of the batch, and few samples leave many units without a gradient.
  private static let share = Parameter(
    "share", .number(.share), default: "0.75",
    "a hidden layer is dead or saturated if more than this fraction of it is")

  /// Returns notes that qualify a verdict on a recording.
  private static func notes(_ recording: Recording, hasProblems: Bool) -> [String] {
    var notes: [String] = []
    let blind = recording.blindSpots
    if !blind.isEmpty {
      notes.append("the record cannot show \(blind.joined(separator: ", ")): the columns in parentheses are missing")
    }
    if let first = recording.recoveredSteps.first {
      let more = recording.recoveredSteps.count - 1
      let others = more > 0 ? " and of \(counted(more, "other step"))" : ""
      notes.append("some numbers of step \(first)\(others) are not finite, but the training recovered")
    }
    if recording.hasClearedGradients {
      notes.append("all gradients are 0 although weights change: they were cleared before they were recorded")
    } else if !hasProblems {
      notes.append(DiagnoseBuiltins.noProblems)
    }
    if !hasProblems, let (first, last) = recording.risenLoss {
      notes.append(
        "the loss has risen from \(NumberStyle.significant(first)) to \(NumberStyle.significant(last)), but there are "
          + "too few records to judge this")
    }
    return notes
  }

  /// Returns the quantity that a column may hold by its name, such as `train/loss`, or nil.
  private static func quantity(in column: String) -> RecordedQuantity? {
    let word = column.lowercased().split { "/.:- ".contains($0) }.last.map(String.init) ?? column
    return RecordedQuantity.allCases.first { word == $0.rawValue || word.hasSuffix("_" + $0.rawValue) }
  }

  /// The columns of `diagnose`. Nothing can be changed in a recording.
  private static let columns: [ColumnEntry<DiagnosisRow>] = {
    let layer = ColumnEntry<DiagnosisRow>.integer(
      "layer", "layer in the order of computation; empty if the problem does not concern one layer", importance: 3
    ) { $0.own.layer }
    return [layer] + DiagnoseBuiltins.columns.filter { !["layer", "change", "helped_by"].contains($0.heading.name) }
  }()

  private static let sample = """
    t = table([record(step: 1, layer: "conv", grad_norm: 1e-6, loss: 1), record(step: 1, layer: "head", grad_norm: 1, loss: 1)])
    r = recorded(t);
    """
}

/// Converts the rows of a table to a recording.
private struct RecordingReader {
  let table: Table
  let step: String
  let layer: String
  private(set) var unusedColumns: [String] = []

  init(table: Table, step: String, layer: String) {
    (self.table, self.step, self.layer) = (table, step, layer)
  }

  mutating func recording(layerIsGiven: Bool) throws(Complaint) -> Recording {
    guard let steps = table[column: step] else {
      let close = table.columnNames.first { $0.lowercased().hasSuffix("step") }
      throw Complaint(
        "unknown-column", "a recording needs a column \(step)",
        notes: [close.map { "name the column: recorded(table, step: \"\($0)\")" } ?? "the columns are \(names)"])
    }
    let layers = table[column: layer]
    if layers == nil, layerIsGiven {
      throw Complaint("unknown-column", "there is no column \(layer)", notes: ["the columns are \(names)"])
    }
    var quantities: [(RecordedQuantity, Column)] = []
    for quantity in RecordedQuantity.allCases {
      if let column = try column(of: quantity) { quantities.append((quantity, column)) }
    }
    guard !quantities.isEmpty else {
      throw Complaint(
        "unknown-column", "a recording needs at least one known column of numbers",
        notes: [
          "one of \(RecordedQuantity.allCases.map(\.rawValue).joined(separator: ", ")); the columns are \(names)",
          "if the layers are columns, as in grad_norm/conv1, put them into rows: "
            + "longer(t, \"grad_norm/*\", name: \"layer\", value: \"grad_norm\")",
        ])
    }
    let known = Set([step, layer, "name", "kind"] + quantities.map(\.1.name))
    unusedColumns = table.columnNames.filter { !known.contains($0) }
    guard table.rowCount > 0 else { throw Complaint("data", "there are no rows yet") }
    let places = try places(layers)
    // Logs may have a row for the loss and another for the gradient of the same step.
    var found: OrderedDictionary<Place, (row: Int, values: [RecordedQuantity: Double])> = [:]
    for row in (0..<table.rowCount).untilStopped {
      let values = quantities.compactMap { quantity, column in column[row].number.map { (quantity, $0) } }
      if values.isEmpty { continue }
      guard case .number(let number) = steps[row], let step = Int(exactly: number) else {
        throw Complaint("wrong-type", "row \(row + 1): the step must be a whole number")
      }
      let place = Place(step: step, layer: places.rows[row])
      let known = found[place]
      for (quantity, value) in values {
        if let known, let other = known.values[quantity], other != value, !(other.isNaN && value.isNaN) {
          throw Complaint(
            "duplicate-row", "rows \(known.row + 1) and \(row + 1) describe the same step and layer",
            notes: ["if the table has several runs, choose one of them: where(run == 1)"])
        }
        found[place, default: (row, [:])].values[quantity] = value
      }
    }
    let entries = found.map { Recording.Entry(step: $0.key.step, layer: $0.key.layer, $0.value.values) }
    if entries.isEmpty { throw Complaint("data", "no row contains a recorded number") }
    try Complaint.checkStop()
    return Recording(layers: places.layers, columns: Set(quantities.map(\.0)), entries)
  }

  /// A layer in a step.
  private struct Place: Hashable {
    let step: Int
    let layer: Int
  }

  private var names: String { table.columnNames.prefix(12).listed }

  /// Returns the column of a quantity, or nil if there is none.
  private func column(of quantity: RecordedQuantity) throws(Complaint) -> Column? {
    let others: [RecordedQuantity: [String]] = [.rate: ["learning_rate", "lr"]]
    let names = [quantity.rawValue] + others[quantity, default: []]
    guard let column = names.lazy.compactMap({ table[column: $0] }).first else { return nil }
    // A column of JSON in which no number is finite has texts only.
    if column.role == .text,
      (0..<column.count).allSatisfy({ column[$0] == .missing || Self.nonfinite(column[$0]) != nil })
    {
      return Column(column.name, optionalNumbers: (0..<column.count).map { Self.nonfinite(column[$0]) })
    }
    if let row = (0..<column.count).first(where: { column[$0].number == nil && column[$0] != .missing }) {
      throw Complaint(
        "wrong-type", "row \(row + 1), column \(column.name): '\(column[row].exactText)' is not a number",
        notes: [
          Self.hasDecimalComma(column[row])
            ? "decimal points are needed: t |> with(\(column.name): map(\(column.name), fn(x) = "
              + "number(replace(x, \",\", \".\"))))"
            : "leave such rows out with where, or the column with select"
        ])
    }
    return column
  }

  private static func hasDecimalComma(_ cell: Cell) -> Bool {
    guard let text = cell.text, text.contains(",") else { return false }
    return Double(text.replacing(",", with: ".", maxReplacements: 1)) != nil
  }

  private static func nonfinite(_ cell: Cell) -> Double? {
    switch cell.text {
    case "nan", "NaN": .nan
    case "inf", "Infinity": .infinity
    case "-inf", "-Infinity": -.infinity
    default: nil
    }
  }

  /// Returns the layers in the order of computation, and for each row the index of its layer.
  private func places(_ column: Column?) throws(Complaint) -> (layers: [Recording.Layer], rows: [Int]) {
    guard let column else {
      return ([Recording.Layer(number: nil, name: nil, kind: nil)], [Int](repeating: 0, count: table.rowCount))
    }
    var first: OrderedDictionary<Cell, Int> = [:]
    for row in (0..<table.rowCount).untilStopped {
      let cell = column[row]
      if cell == .missing {
        throw Complaint("missing-value", "row \(row + 1) has no layer", notes: ["leave such rows out with where"])
      }
      if let number = cell.number, Int(exactly: number) == nil {
        throw Complaint("wrong-type", "row \(row + 1): the layer must be a whole number or a name")
      }
      if first[cell] == nil { first[cell] = row }
    }
    let areNumbers = first.keys.allSatisfy { $0.number != nil }
    if areNumbers { first.sort { $0.key.number ?? 0 < $1.key.number ?? 0 } }
    let layers = first.enumerated().map { index, entry in
      Recording.Layer(
        number: areNumbers ? entry.key.number.flatMap { Int(exactly: $0) } : index + 1,
        name: text("name", entry.value) ?? entry.key.text, kind: text("kind", entry.value))
    }
    let places = Dictionary(uniqueKeysWithValues: first.keys.enumerated().map { ($1, $0) })
    return (layers, (0..<table.rowCount).map { places[column[$0]] ?? 0 })
  }

  private func text(_ column: String, _ row: Int) -> String? { table[column: column]?[row].text }
}
