// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// Functions that draw. To add one, add an entry.
package enum Plots {
  package static let ofTables: [Builtin] = [
    Builtin(
      "plot", "Draws columns of a table as lines, points, bars or a heat map; save(plot(...), \"f.svg\") makes a file.",
      in: .plots,
      [
        TableVerbs.table,
        Parameter(
          "x", .any, default: "none", masking: .rows,
          "horizontal axis, a column or a formula of columns; none takes the first column, or "
            + "the first numeric column if the table begins with text that repeats"),
        Parameter(
          "y", .any, default: "none", masking: .rows,
          "vertical axis, or a list of several columns; none takes the other numeric columns, or only the most "
            + "important one if there are more than four"),
        Parameter(
          "by", .any, default: "none", masking: .rows,
          "column that divides the rows into series; none takes the text columns that the table "
            + "begins with, if each value occurs in several rows"),
        Parameter(
          "log", .union([.word(["auto", "x", "y", "xy", "z"]), .exactlyNone]), default: "auto",
          "logarithmic axes; auto makes an axis logarithmic if it shows a norm, an rms, a loss or a ratio and spans "
            + "more than one power of ten, and y or z if it is positive and spans more than two; none for linear axes"),
        Parameter(
          "kind", .word(["auto", "line", "points", "bar", "heat"]), default: "auto",
          "kind of plot; auto is heat if z is given, bar if x is text, and line otherwise"),
        Parameter(
          "z", .any, default: "none", masking: .rows, "column shown by the colours of a heat map over x and y"),
        Parameter(
          "panels", .any, default: "none", masking: .rows,
          "column that divides the rows into small plots with the same axes, one for each value"),
        Parameter(
          "bands", .boolean, default: "true",
          "whether to shade the range from y_low to y_high, if the table has columns of these names for y"),
      ] + smoothing + looks,
      gives: "a plot, which is drawn when printed; .data is the table of plotted values",
      example: "curve(tanh, from: -3, to: 3) |> plot(width: 40, height: 12)",
      seeAlso: ["hist", "save", "flow", "curve"]
    ) { call throws(Diagnostic) in
      .object(PlotObject(try PlotColumns(call, call.table("table")).plot()))
    }
  ]

  package static let ofNumbers: [Builtin] = [
    Builtin(
      "plot", "Draws numbers against their positions in the list, or one list against another.", in: .plots,
      [
        Parameter("numbers", .numbers, "the numbers to draw, or the horizontal axis if y is given"),
        Parameter("y", .optional(.numbers), default: "none", "vertical axis, as long as the first list"), yLog,
        Parameter("kind", .word(["line", "points"]), default: "line", "how to draw the points"),
      ] + smoothing + looks, gives: "a plot", example: "plot((1..20)^2, log: y, width: 40, height: 8)",
      seeAlso: ["hist"]
    ) { call throws(Diagnostic) in
      let first = call.list("numbers").optionalNumbers
      let hasX = !call.isNone("y")
      let y = hasX ? call.list("y").optionalNumbers : first
      let x = hasX ? first : first.indices.untilStopped.map { Double($0 + 1) }
      guard x.count == y.count else {
        throw call.error("length-mismatch", "there are \(x.count) numbers for x and \(y.count) for y", at: "y")
      }
      let mark: Plot.Mark = call.string("kind") == "line" ? .line : .points
      let plot = Plot(
        x: Plot.Axis(hasX ? call.sourceName("numbers") : "place", isWhole: !hasX),
        y: Plot.Axis(call.sourceName(hasX ? "y" : "numbers")), .series([Plot.Series("", x: x, y: y)], mark))
      return .object(PlotObject(try finished(plot, call)))
    },
    Builtin(
      "hist", "Draws a histogram of numbers.", in: .plots,
      [Parameter("numbers", .list, "numbers, or lists of numbers such as a layer's weight")] + binning + looks,
      gives: "a plot; .data is a table of the edges and counts", example: "hist([1, 2, 2, 3, 3, 3, 7], width: 40)",
      seeAlso: ["plot", "quantile"]
    ) { call throws(Diagnostic) in
      var numbers: [Double] = []
      try call.attempt(at: "numbers") { () throws(Complaint) in
        try collect(call.value("numbers"), into: &numbers)
      }
      return .object(
        PlotObject(try finished(try histogram(call, numbers, call.sourceText("numbers", unless: "[")), call)))
    },
    Builtin(
      "hist", "Draws a histogram of a column of a table.", in: .plots,
      [TableVerbs.table, Parameter("column", .any, masking: .rows, "a column, or a formula of columns")] + binning
        + looks, gives: "a plot; .data is a table of the edges and counts",
      example: "curve(sigmoid) |> hist(slope, bins: 5, width: 40)", seeAlso: ["plot", "quantile"]
    ) { call throws(Diagnostic) in
      let column = try PlotColumns(call, call.table("table")).column("column")
      let numbers = try call.attempt(at: "column") { () throws(Complaint) in try column.presentNumbers() }
      return .object(PlotObject(try finished(try histogram(call, numbers, column.label), call)))
    },
  ]

  private static let binning = [
    Parameter(
      "bins", .union([.word(["auto"]), .whole(1...Histogram.mostBins)]), default: "auto",
      "number of intervals; auto chooses round edges and more intervals for more numbers"),
    Parameter(
      "log", .optional(.word(["x", "y", "xy"])), default: "none",
      "logarithmic axes; x makes intervals of equal ratio, y shows the counts on a logarithmic axis"),
  ]

  private static func histogram(_ call: Call, _ numbers: [Double], _ label: String) throws(Diagnostic) -> Plot {
    let log = call.optionalString("log") ?? ""
    var x = Plot.Axis(label, isLogarithmic: log.contains("x"))
    x.limits = try call.limits("x_range")
    try call.check(x, "x_range")
    return Plot(
      x: x, y: Plot.Axis("count", isLogarithmic: log.contains("y"), isWhole: true),
      .histogram(
        Histogram(
          numbers, bins: call.optionalWhole("bins"), isLogarithmic: x.isLogarithmic, limits: x.limits)))
  }

  /// Appends the numbers of a value and of the lists inside it, skipping missing values.
  private static func collect(_ value: Value, into numbers: inout [Double]) throws(Complaint) {
    switch value {
    case .number(let number): numbers.append(number)
    case .none: return
    default:
      guard let elements = value.elements else {
        throw Complaint("wrong-type", "hist needs numbers, but this list contains \(value.kind)")
      }
      if let more = elements.numbers ?? elements.rows?.numbers {
        numbers += more
      } else {
        for element in elements.untilStopped { try collect(element, into: &numbers) }
      }
    }
  }
}
