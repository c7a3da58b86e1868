// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Reduces long series to what a picture of limited resolution shows of them. Extremes are kept.
struct Thinning {
  let x: Scale
  let y: Scale
  /// The number of places that can be distinguished along each axis.
  let columns: Int
  let rows: Int

  typealias Point = (x: Double, y: Double)

  /// Returns the points of a line: of those that follow each other in a column, the first, the lowest, the highest and
  /// the last. The lines between these cover the same places of the picture (M4: Jugel et al., Proceedings of the VLDB
  /// Endowment 7, 2014). A line stays broken at nil.
  func line(_ points: [Point?]) -> [Point?] {
    guard points.count > columns else { return points }
    let thinned = runs(points.untilStopped.map { $0?.x }).untilStopped.flatMap { run -> [Point?] in
      func isLower(_ left: Int, _ right: Int) -> Bool { (points[left]?.y ?? 0) < (points[right]?.y ?? 0) }
      guard points[run.lowerBound] != nil, let low = run.min(by: isLower), let high = run.max(by: isLower) else {
        return [nil]
      }
      let kept = [run.lowerBound, min(low, high), max(low, high), run.upperBound - 1]
      return kept.indices.filter { $0 == 0 || kept[$0] != kept[$0 - 1] }.map { points[kept[$0]] }
    }
    // A line that runs from left to right has no more points than this. A gap may divide a column.
    let most = 4 * columns + 5 * thinned.count { $0 == nil }
    return thinned.count <= most ? thinned : parts(thinned)
  }

  /// Returns the points or the ends of a band between two gaps, which no line or area reaches.
  static func alone<Element>(_ points: [Element?]) -> [Element?] {
    points.indices.untilStopped.filter { place in
      points[place] != nil && (place == 0 || points[place - 1] == nil)
        && (place + 1 == points.count || points[place + 1] == nil)
    }.map { points[$0] }
  }

  /// Returns the parts of a line that are visible behind each other: a part between two points is left out if other
  /// parts pass everywhere where it does, unless it ends at an extreme.
  private func parts(_ points: [Point?]) -> [Point?] {
    var grid = LineGrid(columns: columns, rows: rows)
    let (xs, ys) = (points.untilStopped.compactMap { $0?.x }, points.untilStopped.compactMap { $0?.y })
    let extremes = (Set([xs.min(), xs.max()]), Set([ys.min(), ys.max()]))
    var result: [Point?] = []
    var previous: Point?
    var isDrawn = false
    for point in points.untilStopped {
      guard let point else {
        if isDrawn { result.append(nil) }
        (previous, isDrawn) = (nil, false)
        continue
      }
      if let start = previous {
        let isNew = grid.draw(from: position(start), to: position(point))
        let isExtreme = [start, point].contains { extremes.0.contains($0.x) || extremes.1.contains($0.y) }
        if isNew || isExtreme {
          result += isDrawn ? [point] : [start, point]
        } else if isDrawn {
          result.append(nil)
        }
        isDrawn = isNew || isExtreme
      }
      previous = point
    }
    return result
  }

  private func position(_ point: Point) -> Point { (x.unclampedPosition(point.x), y.unclampedPosition(point.y)) }

  /// Returns the ends of a band: of those that follow each other in a column, the first, what all of them cover, and the
  /// last.
  func band(_ spans: [Plot.Span?]) -> [Plot.Span?] {
    guard spans.count > columns else { return spans }
    return runs(spans.untilStopped.map { $0?.x }).untilStopped.flatMap { run -> [Plot.Span?] in
      guard let first = spans[run.lowerBound], let last = spans[run.upperBound - 1], run.count > 3 else {
        return Array(spans[run])
      }
      let inside = spans[run].lazy.compactMap(\.self)
      let (low, high) = (inside.map(\.low).min() ?? first.low, inside.map(\.high).max() ?? first.high)
      return [first, (last.x, low, high), last]
    }
  }

  /// Returns the points that are visible at different places.
  func dots(_ points: [Point?]) -> [Point?] {
    guard points.count > columns else { return points }
    var taken: Set<[Int]> = []
    return points.untilStopped.filter { point in
      point.map { taken.insert([column($0.x), row($0.y)]).inserted } ?? false
    }
  }

  /// Returns the error bars that are visible at different places.
  func bars(_ spans: [Plot.Span?]) -> [Plot.Span?] {
    guard spans.count > columns else { return spans }
    var taken: Set<[Int]> = []
    return spans.untilStopped.filter { span in
      span.map { taken.insert([column($0.x), row($0.low), row($0.high)]).inserted } ?? false
    }
  }

  /// Returns the ranges of adjacent elements in the same column, or without a place.
  private func runs(_ places: [Double?]) -> [Range<Int>] {
    let columns = places.untilStopped.map { $0.map(column) }
    var runs: [Range<Int>] = []
    var start = 0
    for place in columns.indices.untilStopped where place + 1 == columns.count || columns[place + 1] != columns[place] {
      runs.append(start..<place + 1)
      start = place + 1
    }
    return runs
  }

  private func column(_ number: Double) -> Int { Self.place(x.unclampedPosition(number), of: columns) }
  private func row(_ number: Double) -> Int { Self.place(y.unclampedPosition(number), of: rows) }

  /// Returns the place of a position. Those beyond either end have a single place.
  private static func place(_ position: Double, of count: Int) -> Int {
    Int((min(1, max(-1 / Double(count), position)) * Double(count)).rounded(.down))
  }
}

/// The places of a picture that lines cover. They are as large as a line is wide.
private struct LineGrid {
  private let columns: Int
  private let rows: Int
  private var isCovered: [Bool]

  /// The width of a line in dots.
  private static let width = 3

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns / Self.width + 1, rows / Self.width + 1)
    isCovered = Array(repeating: false, count: self.columns * self.rows)
  }

  /// Covers the places between two positions of the unit square. Returns whether one of them was not covered before. A
  /// line that reaches far beyond the square counts as one that was not.
  mutating func draw(from start: Thinning.Point, to end: Thinning.Point) -> Bool {
    let (width, height) = (Double(columns), Double(rows))
    let steps = max(abs(end.x - start.x) * width, abs(end.y - start.y) * height)
    guard steps < 4 * (width + height) else { return true }
    let count = max(1, Int(steps.rounded(.up)))
    var isNew = false
    for step in 0...count {
      let share = Double(step) / Double(count)
      let column = Int(((start.x + share * (end.x - start.x)) * width).rounded(.down))
      let row = Int(((start.y + share * (end.y - start.y)) * height).rounded(.down))
      guard (0..<columns).contains(column), (0..<rows).contains(row) else { continue }
      isNew = isNew || !isCovered[row * columns + column]
      isCovered[row * columns + column] = true
    }
    return isNew
  }
}
