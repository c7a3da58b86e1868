// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A drawing before it has a form: what is to be seen, without a place, a character or a colour.
public struct Plot: Sendable {
  /// What stands above it; nil for nothing.
  public var title: String?
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// What stands between the axes.
  public var content: Content
  /// The columns of characters it was asked to take; nil for those there are.
  public var width: Int?
  /// The rows of characters it was asked to take; nil for those there are.
  public var height: Int?

  /// A drawing that takes the room there is.
  public init(title: String? = nil, x: Axis, y: Axis, _ content: Content) {
    self.title = title
    self.x = x
    self.y = y
    self.content = content
  }

  /// What an axis says and how its numbers stand on it.
  public struct Axis: Sendable {
    /// The quantity; empty for none.
    public var label: String
    /// Whether equal distances are equal ratios.
    public var isLogarithmic: Bool
    /// Whether the numbers count something, so that there is nothing between 1 and 2.
    public var isWhole: Bool
    /// The words at 1, 2, 3, ... where the axis has words in place of numbers.
    public var names: [String]

    /// An axis of numbers, unless there are names.
    public init(_ label: String, isLogarithmic: Bool = false, isWhole: Bool = false, names: [String] = []) {
      self.label = label
      self.isLogarithmic = isLogarithmic
      self.isWhole = isWhole
      self.names = names
    }

    /// Whether a number has a place on it.
    func shows(_ number: Double) -> Bool { number.isFinite && (!isLogarithmic || number > 0) }

    /// The label, and whether it is logarithmic.
    var caption: String { isLogarithmic ? "\(label) (log)" : label }

    /// The word or number at a place.
    func text(at number: Double) -> String {
      guard !names.isEmpty else { return NumberStyle.integer(number) }
      return number >= 1 && number <= Double(names.count) ? names[Int(number) - 1] : ""
    }
  }

  /// What is drawn.
  public enum Content: Sendable {
    case series([Series], Mark)
    case histogram(Histogram)
    case heat(HeatGrid)
  }

  /// How the points of a series are drawn.
  public enum Mark: Sendable {
    case line, points, bar
  }

  /// Points that belong together, in the order in which a line connects them.
  public struct Series: Sendable {
    /// What the legend says.
    public let name: String
    /// One per point; nil where there is none.
    public let x: [Double?]
    /// One per point; nil where there is none.
    public let y: [Double?]

    /// Points from their coordinates, of which there are equally many unless a stop is requested.
    public init(_ name: String, x: [Double?], y: [Double?]) {
      precondition(x.count == y.count || StopToken.current.isRequested, "a point has two coordinates")
      self.name = name
      self.x = x
      self.y = y
    }
  }
}

extension Plot {
  /// The points of a series; nil for those that have no place on the axes, where a line is broken.
  func points(_ series: Series) -> [(x: Double, y: Double)?] {
    zip(series.x, series.y).untilStopped.map { x, y in
      guard let x, let y, self.x.shows(x), self.y.shows(y) else { return nil }
      return (x, y)
    }
  }

  /// What is left out and why, in a sentence each.
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

  /// One line about it.
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

  /// The data as a table, which is what programs get of it.
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

  /// The same with names that differ, as a table needs them.
  private static func distinct(_ columns: [Column]) -> [Column] {
    var taken: Set<String> = []
    return columns.map { column in
      var name = column.name
      while !taken.insert(name).inserted { name += "_" }
      return column.renamed(name)
    }
  }
}
