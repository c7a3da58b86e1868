// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowNet
import FlowRuntime
import FlowTables

extension ReportBuilder {
  /// Returns the plots of the flow over the layers.
  static func figures(_ flows: [(name: String, rows: [LayerFlow])]) -> [Report.Figure] {
    func series(_ name: String, _ rows: [LayerFlow], _ value: (LayerFlow) -> Double?) -> Plot.Series {
      Plot.Series(name, x: rows.map { Double($0.layer) }, y: rows.map(value))
    }
    let norms = flows.map { series($0.name, $0.rows) { $0.gradNorm } }
    var factors = flows.map { series($0.name, $0.rows) { $0.factor } }
    if let first = flows.first?.rows, first.contains(where: { $0.theory != nil }) {
      factors.append(series("theory", first) { $0.theory })
    }
    return [
      figure(
        "layer", "grad_norm", norms, "Norm of the gradient of the weights of each layer, counted from the input."),
      figure(
        "layer", "factor", factors,
        "Size of the gradient at each layer divided by that at the next layer. Below 1 the gradient shrinks in the "
          + "backward pass, above 1 it grows."),
    ]
  }

  /// Returns a plot with axes that suit the numbers.
  fileprivate static func figure(
    _ x: String, _ y: String, _ series: [Plot.Series], _ caption: String
  ) -> Report.Figure {
    let isLogarithmic = Magnitude.needsLogarithm(series.lazy.flatMap(\.y), isMagnitude: Magnitude.isNamed(by: y))
    return Report.Figure(
      plot: Plot(
        x: Plot.Axis(x, isWhole: true), y: Plot.Axis(y, isLogarithmic: isLogarithmic), .series(series, .line)),
      caption: caption)
  }

  /// Returns a plot of the course of a training run. The curves of a long run are smoothed, because otherwise its noise
  /// fills the picture.
  fileprivate static func course(_ y: String, _ series: [Plot.Series], _ caption: String) -> Report.Figure {
    let rough = figure("step", y, series, caption)
    let count = series.lazy.map(\.y.count).max() ?? 0
    if count <= mostRough { return rough }
    let smoothing = Smoothing(span: count / smoothness, .median)
    var plot = rough.plot
    plot.smooth(smoothing)
    return Report.Figure(
      plot: plot, caption: caption + " The lines are medians of \(smoothing.span) points, with the data behind them.")
  }

  /// The largest number of points of a curve that is not smoothed, and the part of a longer curve that a median covers.
  private static let (mostRough, smoothness) = (300, 50)
}

extension Run {
  /// The validation loss has risen if it is at least this many times its smallest value.
  private static let overfitting = 1.1

  /// What happened, in sentences.
  var story: [String] {
    let length = "\(counted(stepCount, "step")), \(counted(epochCount, "epoch"))"
    var sentences: [String] = []
    switch state {
    case .finished: sentences.append("Training finished after \(length).")
    case .interrupted: sentences.append("Training was interrupted after \(length).")
    case .diverged:
      let fault = fault.map { fault in
        " at step \(fault.step): \(fault.quantity.rawValue)\(fault.layer.map { " in layer \($0)" } ?? "") became "
          + NumberStyle.shortest(fault.value) + (fault.causes.isEmpty ? "" : "; \(fault.cause)")
      }
      sentences.append("Training diverged\(fault ?? "").")
    }
    if let first = steps.first?.loss, let last = epochs.last?.loss ?? steps.last?.loss, first.isFinite {
      let kind = epochs.isEmpty ? "in the last step" : "on average in the last epoch"
      sentences.append(
        "The loss was \(NumberStyle.significant(first)) in the first step and \(NumberStyle.significant(last)) \(kind)."
      )
    }
    if let last = epochs.last?.validationLoss,
      let best = epochs.lazy.compactMap({ epoch in epoch.validationLoss.map { (epoch.epoch, $0) } }).min(by: {
        $0.1 < $1.1
      }),
      last > Self.overfitting * best.1
    {
      sentences.append(
        "The validation loss was lowest after epoch \(best.0), at \(NumberStyle.significant(best.1)), and has risen to "
          + "\(NumberStyle.significant(last)): from then on, the network has fitted the training data only.")
    }
    if let accuracy = epochs.last?.validationAccuracy {
      sentences.append("The accuracy on the validation data is \(NumberStyle.significant(accuracy)).")
    }
    return sentences
  }

  /// The plot of the loss, if there is more than one step.
  var lossFigure: [Report.Figure] {
    guard steps.count > 1 else { return [] }
    var series = [Plot.Series("loss", x: steps.map { Double($0.step) }, y: steps.map(\.loss))]
    if epochs.contains(where: { $0.validationLoss != nil }) {
      let lastSteps = Dictionary(steps.lazy.map { ($0.epoch, Double($0.step)) }, uniquingKeysWith: max)
      series.append(
        Plot.Series("validation_loss", x: epochs.map { lastSteps[$0.epoch] }, y: epochs.map(\.validationLoss)))
    }
    return [ReportBuilder.course("loss", series, "Mean loss of the batch of each step.")]
  }

  /// The plot of the gradients of some layers over the steps, if they were recorded.
  var layerFigure: [Report.Figure] {
    let depth = network.depth
    let most = 6
    let shown = depth <= most ? Array(1...depth) : (0..<most).map { 1 + $0 * (depth - 1) / (most - 1) }
    var points: [Int: (x: [Double?], y: [Double?])] = [:]
    for record in flow.untilStopped where shown.contains(record.layer) {
      points[record.layer, default: ([], [])].x.append(Double(record.step))
      points[record.layer, default: ([], [])].y.append(record.gradNorm)
    }
    let series = shown.compactMap { layer in
      points[layer].map { Plot.Series("layer \(layer)", x: $0.x, y: $0.y) }
    }
    guard series.contains(where: { $0.x.count > 1 }) else { return [] }
    let which = depth <= most ? "each layer" : "\(most) of \(depth) layers"
    return [
      ReportBuilder.course(
        "grad_norm", series, "Norm of the gradient of the weights of \(which) during training.")
    ]
  }
}
