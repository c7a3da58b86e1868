// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The content of a plot, independent of the way it is drawn.
public struct Plot: Sendable {
  /// The title above the plot, or nil for none.
  public var title: String?
  public var x: Axis
  public var y: Axis
  public var content: Content
  /// The requested width in characters, or nil to use the available width.
  public var width: Int?
  /// The requested height in lines, or nil to use the available height.
  public var height: Int?
  /// Notes on how the data are shown.
  public var remarks: [String] = []

  /// Creates a plot that uses the available width and height.
  public init(title: String? = nil, x: Axis, y: Axis, _ content: Content) {
    self.title = title
    self.x = x
    self.y = y
    self.content = content
  }

  /// The label of an axis and the scale of its numbers.
  public struct Axis: Sendable {
    /// The name of the quantity; empty for none.
    public var label: String
    /// The text at the axis, or nil to show `label`.
    public var title: String?
    /// A Boolean value that indicates whether the axis is logarithmic.
    public var isLogarithmic: Bool
    /// A Boolean value that indicates whether the numbers are whole, such as counts.
    public var isWhole: Bool
    /// The words at 1, 2, 3 and so on, if the axis has words instead of numbers.
    public var names: [String]
    /// The ends of the axis, or nil to show all numbers.
    public var limits: ClosedRange<Double>?

    /// Creates an axis of words if there are names, and of numbers otherwise.
    public init(_ label: String, isLogarithmic: Bool = false, isWhole: Bool = false, names: [String] = []) {
      self.label = label
      self.isLogarithmic = isLogarithmic
      self.isWhole = isWhole
      self.names = names
    }

    /// Returns whether a number can be shown on the axis.
    func shows(_ number: Double) -> Bool { number.isFinite && (!isLogarithmic || number > 0) }

    /// Returns whether a number can be shown and is within the limits.
    func contains(_ number: Double) -> Bool { shows(number) && (limits?.contains(number) ?? true) }

    /// The text at the axis, marked if the axis is logarithmic.
    var caption: String { isLogarithmic ? "\(title ?? label) (log)" : title ?? label }

    /// Returns the word at a position, or the number itself if the axis has no words.
    func text(at number: Double) -> String {
      guard !names.isEmpty else { return NumberStyle.integer(number) }
      return number >= 1 && number <= Double(names.count) ? names[Int(number) - 1] : ""
    }
  }

  public enum Content: Sendable {
    case series([Series], Mark)
    /// Plots with lines or points that have the same axes.
    case panels([Panel], Mark)
    case histogram(Histogram)
    case heat(HeatGrid)
  }

  /// How the points of a series are drawn.
  public enum Mark: Sendable {
    case line, points, bar
  }
}

extension Plot {
  /// A description in one line.
  public var summary: String {
    func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
    switch content {
    case .series(let all, let mark):
      let count = all.reduce(0) { $0 + $1.y.count }
      return "plot of \(counted(count, mark == .bar ? "bar" : "point"))"
        + (all.count > 1 ? " in \(all.count) series" : "")
    case .panels(let panels, _):
      let count = allSeries.reduce(0) { $0 + $1.y.count }
      return "plot of \(counted(count, "point")) in \(counted(panels.count, "panel"))"
    case .histogram(let histogram): return "histogram of \(counted(histogram.total, "number"))"
    case .heat(let grid): return "heat map of \(grid.x.count) by \(grid.y.count) cells"
    }
  }

  /// The data as a table, for output formats that cannot draw plots.
  public var table: Table {
    switch content {
    case .series(let all, _): return Table(columns: Plot.distinct(columns(all)))
    case .panels(let panels, _):
      let names = panels.flatMap { panel in
        repeatElement(panel.name, count: panel.series.reduce(0) { $0 + $1.x.count }).untilStopped
      }
      return Table(columns: Plot.distinct([Column("panel", texts: names)] + columns(allSeries)))
    case .histogram(let histogram):
      return Table(columns: [
        Column("low", numbers: Array(histogram.edges.dropLast())),
        Column("high", numbers: Array(histogram.edges.dropFirst())), Column("count", integers: histogram.counts),
      ])
    case .heat(let grid):
      let xs = grid.y.indices.flatMap { _ in grid.x.map(Optional.init) }
      let ys = grid.y.flatMap { y in repeatElement(Optional(y), count: grid.x.count) }
      return Table(
        columns: Plot.distinct([Plot.column(x, xs), Plot.column(y, ys), Plot.column(grid.axis, grid.given)]))
    }
  }

  /// Returns the columns of series: their names, unless there is a single one without a name, and their numbers.
  private func columns(_ all: [Series]) -> [Column] {
    var columns = [Plot.column(x, all.flatMap(\.x.untilStopped)), Plot.column(y, all.flatMap(\.y.untilStopped))]
    if Set(all.map(\.name)).count > 1 {
      let names = all.flatMap { series in repeatElement(series.name, count: series.x.count).untilStopped }
      columns.insert(Column("series", texts: names), at: 0)
    }
    func add(_ name: String, _ numbers: (Series) -> [Double?]?) {
      guard all.contains(where: { numbers($0) != nil }) else { return }
      let all = all.flatMap { series in numbers(series) ?? Array(repeating: nil, count: series.x.count) }
      columns.append(Column(name, optionalNumbers: all))
    }
    add("low") { $0.band?.low }
    add("high") { $0.band?.high }
    add("raw") { $0.raw }
    return columns
  }

  private static func column(_ axis: Axis, _ numbers: [Double?]) -> Column {
    let name = axis.label.isEmpty ? "value" : axis.label
    if axis.names.isEmpty { return Column(name, axis.isWhole ? .integer : .number, optionalNumbers: numbers) }
    return Column(name, .text, cells: numbers.lazy.map { $0.map { .text(axis.text(at: $0)) } ?? .missing })
  }

  /// Makes the names of columns distinct, as a table requires.
  private static func distinct(_ columns: [Column]) -> [Column] {
    var taken: Set<String> = []
    return columns.map { column in
      var name = column.name
      while !taken.insert(name).inserted { name += "_" }
      return column.renamed(name)
    }
  }
}
