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
    /// A Boolean value that indicates whether the axis is logarithmic.
    public var isLogarithmic: Bool
    /// A Boolean value that indicates whether the numbers are whole, such as counts.
    public var isWhole: Bool
    /// The words at 1, 2, 3 and so on, if the axis has words instead of numbers.
    public var names: [String]

    /// Creates an axis of words if there are names, and of numbers otherwise.
    public init(_ label: String, isLogarithmic: Bool = false, isWhole: Bool = false, names: [String] = []) {
      self.label = label
      self.isLogarithmic = isLogarithmic
      self.isWhole = isWhole
      self.names = names
    }

    /// Returns whether a number can be shown on the axis.
    func shows(_ number: Double) -> Bool { number.isFinite && (!isLogarithmic || number > 0) }

    /// The label, marked if the axis is logarithmic.
    var caption: String { isLogarithmic ? "\(label) (log)" : label }

    /// Returns the word at a position, or the number itself if the axis has no words.
    func text(at number: Double) -> String {
      guard !names.isEmpty else { return NumberStyle.integer(number) }
      return number >= 1 && number <= Double(names.count) ? names[Int(number) - 1] : ""
    }
  }

  public enum Content: Sendable {
    case series([Series], Mark)
    case histogram(Histogram)
    case heat(HeatGrid)
  }

  /// How the points of a series are drawn.
  public enum Mark: Sendable {
    case line, points, bar
  }

  /// A sequence of points, in the order in which a line connects them.
  public struct Series: Sendable {
    /// The name in the legend.
    public let name: String
    /// The x coordinates, one per point; nil for a missing one.
    public let x: [Double?]
    /// The y coordinates, one per point; nil for a missing one.
    public let y: [Double?]

    /// Creates a series from coordinates. Traps if there are not equally many, unless a stop is requested.
    public init(_ name: String, x: [Double?], y: [Double?]) {
      precondition(x.count == y.count || StopToken.current.isRequested, "a point has two coordinates")
      self.name = name
      self.x = x
      self.y = y
    }
  }
}

extension Plot {
  /// Returns the points of a series, with nil for those that cannot be shown on the axes. A line is broken there.
  func points(_ series: Series) -> [(x: Double, y: Double)?] {
    zip(series.x, series.y).untilStopped.map { x, y in
      guard let x, let y, self.x.shows(x), self.y.shows(y) else { return nil }
      return (x, y)
    }
  }

  /// Notes on what is left out and why.
  public var omissions: [String] {
    var (nonfinite, nonpositive) = (0, 0)
    let noun: String
    switch content {
    case .series(let all, let mark):
      noun = mark == .bar ? "bar" : "point"
      for series in all {
        for case (let x?, let y?) in zip(series.x, series.y).untilStopped {
          if !x.isFinite || !y.isFinite {
            nonfinite += 1
          } else if !self.x.shows(x) || !self.y.shows(y) {
            nonpositive += 1
          }
        }
      }
    case .histogram(let histogram):
      noun = "number"
      (nonfinite, nonpositive) = (histogram.nonfinite, histogram.nonpositive)
    case .heat(let grid):
      noun = "cell"
      for case let z? in grid.given.untilStopped {
        if !z.isFinite { nonfinite += 1 } else if !grid.axis.shows(z) { nonpositive += 1 }
      }
    }
    func sentence(_ count: Int, _ what: String) -> [String] {
      if count == 0 { return [] }
      return [count == 1 ? "1 \(noun) is \(what) and is left out" : "\(count) \(noun)s are \(what) and are left out"]
    }
    return sentence(nonfinite, "not finite") + sentence(nonpositive, "not above 0")
  }

  /// A description in one line.
  public var summary: String {
    func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
    switch content {
    case .series(let all, let mark):
      let count = all.reduce(0) { $0 + $1.y.count }
      return "plot of \(counted(count, mark == .bar ? "bar" : "point"))"
        + (all.count > 1 ? " in \(all.count) series" : "")
    case .histogram(let histogram): return "histogram of \(counted(histogram.total, "number"))"
    case .heat(let grid): return "heat map of \(grid.x.count) by \(grid.y.count) cells"
    }
  }

  /// The data as a table, for output formats that cannot draw plots.
  public var table: Table {
    switch content {
    case .series(let all, _):
      let hasNames = all.count > 1
      let places = all.flatMap(\.x.untilStopped)
      var columns = [Plot.column(x, places)]
      if hasNames {
        let names = all.flatMap { series in repeatElement(series.name, count: series.x.count).untilStopped }
        columns.insert(Column("series", texts: names), at: 0)
      }
      return Table(columns: Plot.distinct(columns + [Plot.column(y, all.flatMap(\.y.untilStopped))]))
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
