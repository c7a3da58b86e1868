// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowRuntime
import FlowTables

/// A plot of quantities of training runs or of recordings, over the steps or over the layers.
struct CoursePlot {
  let call: Call
  /// The runs or recordings and their names. The names appear in the plot if there are several.
  private let subjects: [(name: String, object: any DomainObject)]

  /// Selects the runs or recordings that the call was given as its remaining arguments.
  init(_ call: Call) throws(Diagnostic) {
    self.call = call
    subjects = zip(call.subjectNames, call.rest).compactMap { name, value in
      if case .object(let object) = value { (name, object) } else { nil }
    }
  }

  /// The parameters of such plots. `words` are the names of the quantities that y can be.
  static func parameters(_ words: [String], standard: String) -> [Parameter] {
    var known: Set<String> = []
    return [
      Parameter(
        "y", .word(["auto"] + words.filter { known.insert($0).inserted }), default: "auto",
        "what to plot; auto is \(standard). A quantity of layers is drawn as one line per layer, or as a heat map for "
          + "one subject with more than \(mostLayers) layers"),
      Parameter(
        "x", .word(["step", "layer"]), default: "step",
        "step for the course of training, layer for the layers at the last recorded step"), Plots.yLog,
    ] + Plots.smoothing + Plots.looks
  }

  /// The number of layers for which each has a line.
  private static let mostLayers = 12

  func plot(_ y: String) throws(Diagnostic) -> Value {
    let x = call.string("x")
    var all: [Plot.Series] = []
    for (name, object) in subjects {
      let label = subjects.count > 1 ? name : nil
      let (flow, steps) = (try table("flow", of: object), try table("steps", of: object))
      if let column = flow[column: y], flow.rowCount > 0 {
        if x == "step", subjects.count == 1, let plot = heat(flow, column) {
          return .object(PlotObject(try Plots.finished(plot, call)))
        }
        all += x == "layer" ? atLastStep(flow, column, label) : byLayer(flow, column, label)
      } else if let column = steps[column: y], x == "step" {
        all.append(Plot.Series(label ?? y, x: Self.numbers(steps[column: "step"]), y: Self.numbers(column)))
      } else {
        let place = x == "layer" ? "layers of \(name) have" : "\(object.typeName) \(name) has"
        throw call.error("no-column", "the \(place) no '\(y)'", at: "y")
      }
      if y == "loss", let run = object as? RunObject { all += validation(run, label) }
    }
    let plot = Plot(x: Plot.Axis(x, isWhole: true), y: Plot.Axis(y), .series(all, .line))
    return .object(PlotObject(try Plots.finished(plot, call)))
  }

  private func table(_ field: String, of object: any DomainObject) throws(Diagnostic) -> Table {
    let value = try call.attempt { () throws(Complaint) in try object.field(field) }
    if case .table(let table)? = value { return table }
    return Table(columns: [])
  }

  private static func numbers(_ column: Column?) -> [Double?] { column?.cells.untilStopped.map(\.number) ?? [] }

  /// Returns a line over the steps for each layer, in the order of the layers.
  private func byLayer(_ flow: Table, _ y: Column, _ label: String?) -> [Plot.Series] {
    let (steps, values) = (Self.numbers(flow[column: "step"]), Self.numbers(y))
    let layers = Self.numbers(flow[column: "layer"])
    let rows = Dictionary(grouping: layers.indices.untilStopped, by: { layers[$0] ?? 0 })
    return rows.keys.sorted().map { layer in
      let rows = rows[layer] ?? []
      let name = rows.first.flatMap { flow[column: "name"]?[$0].text } ?? "layer \(NumberStyle.integer(layer))"
      return Plot.Series(
        [label, name].compactMap(\.self).joined(separator: ", "), x: rows.untilStopped.map { steps[$0] },
        y: rows.untilStopped.map { values[$0] })
    }
  }

  /// Returns a heat map over the steps and layers if there are many layers.
  private func heat(_ flow: Table, _ z: Column) -> Plot? {
    let (steps, values, layers) = (
      Self.numbers(flow[column: "step"]), Self.numbers(z), Self.numbers(flow[column: "layer"])
    )
    guard Set(layers.untilStopped).count > Self.mostLayers else { return nil }
    let isLogarithmic =
      call.optionalString("log") == "auto"
      && Magnitude.needsLogarithm(values, isMagnitude: Magnitude.isNamed(by: z.name))
    let axis = Plot.Axis(z.name, isLogarithmic: isLogarithmic)
    return HeatGrid(x: steps, y: layers, z: values, axis).map { grid in
      Plot(x: Plot.Axis("step", isWhole: true), y: Plot.Axis("layer", isWhole: true), .heat(grid))
    }
  }

  private func atLastStep(_ flow: Table, _ y: Column, _ label: String?) -> [Plot.Series] {
    let (steps, values, layers) = (
      Self.numbers(flow[column: "step"]), Self.numbers(y), Self.numbers(flow[column: "layer"])
    )
    let last = steps.untilStopped.lazy.compactMap { $0 }.max()
    let rows = steps.indices.untilStopped.filter { steps[$0] == last }
    return [Plot.Series(label ?? "", x: rows.map { layers[$0] }, y: rows.map { values[$0] })]
  }

  /// Returns the validation loss at the end of each epoch, if there is one.
  private func validation(_ object: RunObject, _ label: String?) -> [Plot.Series] {
    let run = object.run
    guard run.epochs.contains(where: { $0.validationLoss != nil }) else { return [] }
    // If the record was thinned out, the last kept step of an epoch represents its end.
    let lastSteps = Dictionary(run.steps.lazy.map { ($0.epoch, Double($0.step)) }.untilStopped, uniquingKeysWith: max)
    return [
      Plot.Series(
        [label, "validation_loss"].compactMap(\.self).joined(separator: ", "),
        x: run.epochs.untilStopped.map { lastSteps[$0.epoch] }, y: run.epochs.untilStopped.map(\.validationLoss))
    ]
  }
}
