// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

extension Plots {
  package static let yLog = Parameter(
    "log", .union([.word(["auto", "x", "y", "xy"]), .exactlyNone]), default: "auto",
    "logarithmic axes; auto makes y logarithmic if it is a norm, an rms, a loss or a ratio and spans more than one power "
      + "of ten, or if it is positive and spans more than two; none for linear axes")

  /// The parameters of plots with lines.
  package static let smoothing = [
    Parameter(
      "smooth", .optional(.whole(2...1_000_000)), default: "none",
      "number of points over which to smooth the lines; the data remain faintly visible"),
    Parameter(
      "smoother", .word(Smoothing.Form.allCases.map(\.rawValue)), default: "average",
      "how to smooth: average is the exponentially weighted mean of the points so far, median that of the nearby points"
    ),
  ]

  /// The parameters of every plot.
  package static let looks = [
    Parameter("title", .optional(.string), default: "none", "title above the plot"),
    Parameter("x_label", .optional(.string), default: "none", "label of the horizontal axis; none uses the column"),
    Parameter("y_label", .optional(.string), default: "none", "label of the vertical axis; none uses the column"),
    Parameter(
      "x_range", .optional(.numbers), default: "none",
      "ends of the horizontal axis, such as [0, 0.5] or 1..100; none shows all numbers"),
    Parameter(
      "y_range", .optional(.numbers), default: "none",
      "ends of the vertical axis; none shows all numbers within x_range"),
    Parameter(
      "width", .optional(.whole(16...1000)), default: "none",
      "width in characters; none uses the width of the window, or 80 without one; save takes the width of pictures, in "
        + "centimetres"),
    Parameter(
      "height", .optional(.whole(5...1000)), default: "none", "height in lines; none fits the window, or 24 lines"),
  ]

  /// Returns the plot with the looks that the arguments select. A plot with lines is smoothed, and its axes are made
  /// logarithmic, if the arguments or its quantities require it; `quantities` are the names of what y shows, if that is
  /// not just the label of the axis.
  package static func finished(
    _ plot: Plot, _ call: Call, quantities: [String] = []
  ) throws(Diagnostic) -> Plot {
    var plot = plot
    plot.title = call.optionalString("title")
    plot.x.title = call.optionalString("x_label")
    plot.y.title = call.optionalString("y_label")
    plot.width = call.optionalWhole("width")
    plot.height = call.optionalWhole("height")
    try plot.setLimits(by: call)
    switch plot.content {
    case .series(let all, let mark): plot.setLogarithmic(by: call, all, mark, quantities)
    case .panels(let panels, let mark): plot.setLogarithmic(by: call, panels.flatMap(\.series), mark, quantities)
    case .histogram, .heat: break
    }
    try call.check(plot.x, "x_range")
    try call.check(plot.y, "y_range")
    if call.builtin.parameters.contains(where: { $0.name == "smooth" }), let span = call.optionalWhole("smooth") {
      plot.smooth(Smoothing(span: span, Smoothing.Form(rawValue: call.string("smoother")) ?? .average))
    }
    return plot
  }
}

extension Call {
  /// Returns the ends of an axis, or nil for none. Throws unless they ascend.
  func limits(_ name: String) throws(Diagnostic) -> ClosedRange<Double>? {
    if isNone(name) { return nil }
    let numbers = self.numbers(name)
    let isRange = zip(numbers, numbers.dropFirst()).untilStopped.allSatisfy { $1 - $0 == 1 }
    guard let low = numbers.first, let high = numbers.last, low < high, low.isFinite, high.isFinite,
      numbers.count == 2 || isRange
    else {
      throw error(
        "invalid-range", "'\(name)' must be two finite numbers, the smaller one first", at: name,
        notes: ["\(name): [0, 1]"])
    }
    return low...high
  }

  /// Throws if an axis is logarithmic but does not begin above 0. `name` is the argument with its limits.
  func check(_ axis: Plot.Axis, _ name: String) throws(Diagnostic) {
    guard axis.isLogarithmic, let limits = axis.limits, limits.lowerBound <= 0 else { return }
    throw error(
      "invalid-range", "a logarithmic axis cannot begin at \(NumberStyle.shortest(limits.lowerBound))", at: name,
      notes: ["log: none makes the axes linear"])
  }
}

extension Plot {
  /// Sets the ends of the axes. Heat maps then contain only the cells within them.
  fileprivate mutating func setLimits(by call: Call) throws(Diagnostic) {
    for name in ["x_range", "y_range"] {
      guard let limits = try call.limits(name) else { continue }
      let isHorizontal = name == "x_range"
      if !(isHorizontal ? x : y).names.isEmpty {
        throw call.error("wrong-kind", "a text axis has no range", at: name, notes: ["where(...) selects rows"])
      }
      switch content {
      case .heat(let grid):
        content = .heat(isHorizontal ? grid.limited(x: limits) : grid.limited(y: limits))
      case .series, .panels, .histogram:
        if isHorizontal { x.limits = limits } else { y.limits = limits }
      }
    }
  }

  /// Makes the axes logarithmic that the argument `log` selects, or if it is `auto`, those whose quantities need it.
  fileprivate mutating func setLogarithmic(by call: Call, _ all: [Series], _ mark: Mark, _ quantities: [String]) {
    let log = call.optionalString("log") ?? ""
    x.isLogarithmic = log == "x" || log == "xy"
    y.isLogarithmic = log == "y" || log == "xy"
    // The length of a bar means something only if it begins at 0.
    guard log == "auto", mark != .bar else { return }
    func canBe(_ axis: Axis) -> Bool { axis.names.isEmpty && (axis.limits.map { $0.lowerBound > 0 } ?? true) }
    x.isLogarithmic =
      canBe(x) && Magnitude.isNamed(by: x.label)
      && Magnitude.needsLogarithm(all.lazy.flatMap(\.x), isMagnitude: true)
    let names = quantities.isEmpty ? [y.label] : quantities
    y.isLogarithmic =
      canBe(y)
      && Magnitude.needsLogarithm(all.lazy.flatMap(\.y), isMagnitude: names.allSatisfy(Magnitude.isNamed))
  }
}
