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
    return runs(points.untilStopped.map { $0?.x }).untilStopped.flatMap { run -> [Point?] in
      func isLower(_ left: Int, _ right: Int) -> Bool { (points[left]?.y ?? 0) < (points[right]?.y ?? 0) }
      guard points[run.lowerBound] != nil, let low = run.min(by: isLower), let high = run.max(by: isLower) else {
        return [nil]
      }
      let kept = [run.lowerBound, min(low, high), max(low, high), run.upperBound - 1]
      return kept.indices.filter { $0 == 0 || kept[$0] != kept[$0 - 1] }.map { points[kept[$0]] }
    }
  }

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
