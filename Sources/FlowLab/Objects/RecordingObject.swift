// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowNet
import FlowRuntime
import FlowTables

/// A training run that another program recorded, as a value of the language.
final class RecordingObject: DomainObject {
  let recording: Recording
  /// The thresholds of the field `flow`: the defaults of the function.
  private let thresholds: FlowThresholds

  init(_ recording: Recording, _ thresholds: FlowThresholds) {
    (self.recording, self.thresholds) = (recording, thresholds)
  }

  var typeName: String { "recording" }
  var fieldNames: [String] { Self.fields.map(\.name) }
  static let glosses = fields.glosses()

  private static let fields: [FieldEntry<RecordingObject>] = [
    FieldEntry("steps", "one row per recorded step: loss, learning rate and norm of the whole gradient") {
      .table($0.steps)
    },
    FieldEntry("flow", "one row per recorded step and layer") { object in
      .table(object.flow(object.recording.steps.map(\.entries), object.thresholds))
    },
    FieldEntry("layers", "one row per layer: number, name and kind") { object in
      .table(recordedLayerColumns.filter { object.recording.has($0.heading.name) }.table(object.recording.layers))
    },
  ]

  func field(_ name: String) throws(Complaint) -> Value? { try Self.fields.value(name, of: self) }

  private var steps: Table {
    recordedStepColumns.filter { recording.has($0.heading.name) }.table(
      recording.steps.map { RecordedStep(recording: recording, step: $0.step, entries: $0.entries) })
  }

  /// Returns the flow of the given step, or of the last recorded one. Throws if there is none. Without thresholds, those
  /// of the field are used.
  func flow(step: Int?, _ thresholds: FlowThresholds? = nil) throws(Complaint) -> Table {
    let kept = recording.steps.map(\.step)
    let wanted = step ?? kept.last ?? 0
    if wanted == recording.omittedStep {
      throw Complaint("no-record", "step \(wanted) was left out, because it is missing layers")
    }
    guard let found = recording.steps.first(where: { $0.step == wanted }) else {
      let below = kept.last { $0 < wanted }
      let above = kept.first { $0 > wanted }
      throw Complaint(
        "no-record", "step \(wanted) is not recorded",
        notes: ["the nearest are \([below, above].compactMap(\.self).map(String.init).joined(separator: " and "))"])
    }
    return flow([found.entries], thresholds ?? self.thresholds)
  }

  private func flow(_ steps: [[Recording.Entry]], _ thresholds: FlowThresholds) -> Table {
    recordedFlowColumns.filter { recording.has($0.heading.name) }.table(
      steps.untilStopped.flatMap { recording.flow($0, thresholds) })
  }

  var identity: String {
    let rows = recording.steps.untilStopped.flatMap { step in
      step.entries.map { entry in "\(entry.step) \(entry.layer) \(entry.text)" }
    }
    return "\(summary), content \(ContentHash.text(of: Array(rows.joined(separator: "\n").utf8)))"
  }

  var summary: String {
    let steps = recording.steps
    let last = recording.losses.last.map { ", loss \(NumberStyle.significant($0.loss))" } ?? ""
    let layers = recording.hasLayers ? " of \(counted(recording.layers.count, "layer"))" : ""
    return "recorded: \(counted(steps.count, "step"))\(layers), "
      + "from step \(steps.first?.step ?? 0) to \(steps.last?.step ?? 0)\(last)"
  }
}

extension Recording {
  /// Whether a column has values: one that was not recorded is left out.
  fileprivate func has(_ column: String) -> Bool {
    switch column {
    case "name": layers.contains { $0.name != nil }
    case "kind": layers.contains { $0.kind != nil }
    case "layer": hasLayers
    case "log10_total": measure != nil && hasLayers
    default: RecordedQuantity(rawValue: column).map(quantities.contains) ?? true
    }
  }
}

/// A row of the steps of a recording.
struct RecordedStep {
  let recording: Recording
  let step: Int
  let entries: [Recording.Entry]
}

let recordedStepColumns: [ColumnEntry<RecordedStep>] = [
  .integer("step", "step as it was recorded", importance: 2) { $0.step },
  .number("loss", "loss as it was recorded", importance: 2) { $0.recording.value(.loss, of: $0.entries) },
  .number("grad_norm", "norm of the whole gradient: of all layers and biases that were recorded", importance: 1) {
    $0.recording.gradNorm(of: $0.entries)
  },
  .number("rate", "learning rate as it was recorded") { $0.recording.value(.rate, of: $0.entries) },
]

let recordedLayerColumns: [ColumnEntry<Recording.Layer>] = [
  .integer("layer", "layer in the order of computation, counted from 1", importance: 2) { $0.number },
  ColumnEntry("name", .text, "name of the layer") { $0.name.map(Cell.text) ?? .missing },
  ColumnEntry("kind", .text, "kind of the layer") { $0.kind.map(Cell.text) ?? .missing },
]

/// The columns of the flow of a recording: those that were recorded, and what follows from them.
let recordedFlowColumns: [ColumnEntry<RecordedFlow>] =
  [
    .integer("step", "step as it was recorded", importance: 3) { $0.entry.step },
    .integer("layer", "layer in the order of computation, counted from 1", importance: 3) { $0.layer.number },
    ColumnEntry("name", .text, "name of the layer", importance: 2) { $0.layer.name.map(Cell.text) ?? .missing },
    ColumnEntry("kind", .text, "kind of the layer") { $0.layer.kind.map(Cell.text) ?? .missing },
  ]
  + RecordedQuantity.allCases.filter { !$0.isOfStep }.map { quantity in
    .number(quantity.rawValue, "as it was recorded", importance: quantity == .gradNorm ? 2 : 0) { $0.entry[quantity] }
  } + [
    .number(
      "log10_total",
      "log10 of the size of the gradient relative to that of the last layer, where the size is grad_norm/weight_norm, or "
        + "else grad_norm or delta_rms; empty for normalisations, embeddings and biases, whose sizes differ",
      importance: 2
    ) { $0.log10Total },
    ColumnEntry("state", .state, ColumnMeaning.state + "; empty if nothing was recorded that shows it", importance: 3) {
      $0.state.map { .text($0.rawValue) } ?? .missing
    },
  ]
