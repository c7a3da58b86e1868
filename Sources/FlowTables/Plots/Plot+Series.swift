// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Plot {
  /// A sequence of points, in the order in which a line connects them.
  public struct Series: Sendable {
    /// The name in the legend.
    public var name: String
    /// The x coordinates, one per point; nil for a missing one.
    public let x: [Double?]
    /// The y coordinates, one per point; nil for a missing one.
    public internal(set) var y: [Double?]
    /// The range around each point that is shaded, or nil for none.
    public internal(set) var band: Band?
    /// The y coordinates before smoothing, drawn faintly behind the line, or nil if the series is not smoothed.
    public internal(set) var raw: [Double?]?

    /// The lower and the upper ends of a band, one per point; nil for a missing one.
    public struct Band: Sendable {
      public let low: [Double?]
      public let high: [Double?]

      public init(low: [Double?], high: [Double?]) { (self.low, self.high) = (low, high) }
    }

    /// Creates a series from coordinates. Traps if there are not equally many, unless a stop is requested.
    public init(_ name: String, x: [Double?], y: [Double?], band: Band? = nil) {
      precondition(
        x.count == y.count && band.map { $0.low.count == y.count && $0.high.count == y.count } ?? true
          || StopToken.current.isRequested, "a point has two coordinates")
      self.name = name
      self.x = x
      self.y = y
      self.band = band
    }
  }

  /// One of several plots with the same axes and the same series, some of which may be empty.
  public struct Panel: Sendable {
    /// The title of the panel.
    public var name: String
    public var series: [Series]

    public init(_ name: String, _ series: [Series]) { (self.name, self.series) = (name, series) }
  }

  /// The ends of a band at a point.
  typealias Span = (x: Double, low: Double, high: Double)

  /// Returns the points of a series, with nil for those that cannot be shown on the axes. A line is broken there.
  func points(_ series: Series) -> [(x: Double, y: Double)?] { points(series, series.y) }

  /// Returns the points of a smoothed series before smoothing, and none for another series.
  func rawPoints(_ series: Series) -> [(x: Double, y: Double)?] { series.raw.map { points(series, $0) } ?? [] }

  private func points(_ series: Series, _ numbers: [Double?]) -> [(x: Double, y: Double)?] {
    zip(series.x, numbers).untilStopped.map { x, y in
      guard let x, let y, self.x.shows(x), self.y.shows(y) else { return nil }
      return (x, y)
    }
  }

  /// Returns the ends of the band of a series, with nil where there is a gap. On a logarithmic axis, ends that are not
  /// positive are moved to `floor`.
  func spans(_ series: Series, floor: Double?) -> [Span?] {
    guard let band = series.band else { return [] }
    return series.y.indices.untilStopped.map { index in
      guard let x = series.x[index], self.x.shows(x), let high = band.high[index], self.y.shows(high),
        let low = band.low[index], low.isFinite, low <= high
      else { return nil }
      if self.y.shows(low) { return (x, low, high) }
      return floor.map { (x, min($0, high), high) }
    }
  }

  /// The smallest number of the series that can be shown on the y axis, including bands and numbers before smoothing.
  func floor(_ all: [Series]) -> Double? {
    let lists = all.lazy.flatMap { [$0.y, $0.raw ?? [], $0.band?.low ?? [], $0.band?.high ?? []] }
    return lists.joined().untilStopped.lazy.compactMap { $0.flatMap { y.shows($0) ? $0 : nil } }.min()
  }

  /// The series of all panels, or of the plot if it has none. Empty if the plot has no series.
  var allSeries: [Series] {
    switch content {
    case .series(let all, _): all
    case .panels(let panels, _): panels.flatMap(\.series)
    case .histogram, .heat: []
    }
  }

  /// The names in the legend. A plot with a single series has none, and neither have panels whose titles name the only
  /// series that they show.
  var legend: [String] {
    switch content {
    case .series(let all, _): return all.count > 1 ? all.map(\.name) : []
    case .panels(let panels, _):
      let names = panels.first?.series.map(\.name) ?? []
      let isRepeated = panels.allSatisfy { panel in panel.series.allSatisfy { $0.name == panel.name || $0.x.isEmpty } }
      return names.count > 1 && !isRepeated ? names : []
    case .histogram, .heat: return []
    }
  }

  /// Returns the scales that show all of the given series: the limits of an axis if it has any, and otherwise the range
  /// of the data within the limits of the other axis. Returns nil if there is nothing to show.
  func scales(_ all: [Series]) -> (x: Scale, y: Scale)? {
    let floor = all.contains { $0.band != nil } ? floor(all) : nil
    var (xs, ys): ([Double], [Double]) = ([], [])
    func add(_ x: Double, _ y: Double) {
      guard self.x.contains(x), self.y.contains(y) else { return }
      xs.append(x)
      ys.append(y)
    }
    for series in all {
      for case let point? in points(series).untilStopped { add(point.x, point.y) }
      for case let point? in rawPoints(series).untilStopped { add(point.x, point.y) }
      for case let span? in spans(series, floor: floor).untilStopped {
        add(span.x, span.low)
        add(span.x, span.high)
      }
    }
    guard let x = x.scale(xs), let y = y.scale(ys) else { return nil }
    return (x, y)
  }

  /// Returns the scales of a picture. An automatic vertical axis is longer than the data, so that a curve that
  /// approaches a limit does not lie on the frame.
  func pictureScales(_ all: [Series]) -> (x: Scale, y: Scale)? {
    guard var scales = scales(all) else { return nil }
    if y.limits == nil, y.names.isEmpty { scales.y = scales.y.padded() }
    return scales
  }
}

extension Plot {
  /// The least part of a logarithmic axis that a bar covers, so that it is visible.
  static let leastBar = 0.01

  /// Returns the scale of bars of these lengths: from 0, or if the axis is logarithmic, from a power of ten below them,
  /// so that the shortest bar is visible. Returns nil if there are none.
  func barScale(_ values: [Double]) -> Scale? {
    guard let low = values.min(), let high = values.max() else { return nil }
    if let limits = y.limits { return Scale(limits.lowerBound, limits.upperBound, isLogarithmic: y.isLogarithmic) }
    guard y.isLogarithmic else {
      return low == 0 && high == 0
        ? Scale(0, 1, isLogarithmic: false) : Scale(min(0, low), max(0, high), isLogarithmic: false)
    }
    let power = Int(Real.log10(low).rounded(.down))
    let scales = [power, power - 1].compactMap { Double("1e\($0)") }.filter { $0 < low && $0 > 0 }
      .map { Scale($0, high, isLogarithmic: true) }
    return scales.first { $0.position(low) > Self.leastBar }
      ?? scales.last ?? Scale(max(low / 2, .leastNonzeroMagnitude), high, isLogarithmic: true)
  }
}

extension Plot.Axis {
  /// Returns the scale for numbers that the axis contains, or nil if there are none. An axis of words shows all of them.
  func scale(_ numbers: [Double]) -> Scale? {
    let scale = Scale(numbers, isLogarithmic: isLogarithmic)
    if scale == nil { return nil }
    if let limits { return Scale(limits.lowerBound, limits.upperBound, isLogarithmic: isLogarithmic) }
    return names.isEmpty ? scale : Scale(1, Double(names.count), isLogarithmic: isLogarithmic)
  }
}
