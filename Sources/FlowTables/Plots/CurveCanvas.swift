// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A canvas with the scales of its axes. What is outside of them is clipped.
struct CurveCanvas {
  var canvas: Canvas
  let x: Scale
  let y: Scale

  init(_ canvas: Canvas, x: Scale, y: Scale) { (self.canvas, self.x, self.y) = (canvas, x, y) }

  /// A position in the unit square, or outside of it.
  private typealias Position = (x: Double, y: Double)

  private func position(_ point: (x: Double, y: Double)) -> Position {
    (x.unclampedPosition(point.x), y.unclampedPosition(point.y))
  }

  private static func isInside(_ position: Position) -> Bool {
    (0...1).contains(position.x) && (0...1).contains(position.y)
  }

  /// Returns the dot of a point, or nil if it is outside.
  func dot(_ point: (x: Double, y: Double)) -> Canvas.Dot? {
    let position = position(point)
    return Self.isInside(position) ? canvas.dot(position.x, position.y) : nil
  }

  /// Draws points and, if they are joined, the lines between them. A line is broken at nil.
  mutating func draw(_ points: [(x: Double, y: Double)?], isJoined: Bool, ink: Int, isFaint: Bool = false) {
    var previous: Position?
    for point in points.untilStopped {
      let here = point.map(position)
      if let here, let (start, end) = Self.clipped(from: isJoined ? previous ?? here : here, to: here) {
        canvas.draw(
          from: canvas.dot(start.x, start.y), to: canvas.dot(end.x, end.y), ink: ink, isFaint: isFaint)
      }
      previous = here
    }
  }

  /// Shades the area between the ends of a band. The area is broken at nil.
  mutating func shade(_ spans: [Plot.Span?], ink: Int) {
    var previous: Plot.Span?
    for span in spans.untilStopped {
      if let span { shade(from: previous ?? span, to: span, ink: ink) }
      previous = span
    }
  }

  private mutating func shade(from start: Plot.Span, to end: Plot.Span, ink: Int) {
    let (left, right) = start.x <= end.x ? (start, end) : (end, start)
    let (from, to) = (x.unclampedPosition(left.x), x.unclampedPosition(right.x))
    guard from <= 1, to >= 0 else { return }
    let ends = [(left.low, right.low), (left.high, right.high)].map { low, high in
      (y.unclampedPosition(low), y.unclampedPosition(high))
    }
    for column in canvas.dot(max(0, from), 0).x...canvas.dot(min(1, to), 0).x {
      let here = Double(column) / Double(2 * canvas.width - 1)
      let share = to > from ? min(1, max(0, (here - from) / (to - from))) : 0
      let (low, high) = (ends[0].0 + share * (ends[0].1 - ends[0].0), ends[1].0 + share * (ends[1].1 - ends[1].0))
      guard low <= 1, high >= 0 else { continue }
      canvas.shade(
        x: column, from: canvas.dot(0, min(1, high)).y, to: canvas.dot(0, max(0, low)).y, ink: ink)
    }
  }

  /// Returns the part of a line inside the unit square, or nil if there is none (Liang and Barsky, ACM Transactions on
  /// Graphics 3, 1984).
  private static func clipped(from start: Position, to end: Position) -> (start: Position, end: Position)? {
    if isInside(start), isInside(end) { return (start, end) }
    var (enter, leave) = (0.0, 1.0)
    for (from, to) in [(start.x, end.x), (start.y, end.y)] {
      let length = to - from
      guard length.isFinite else { return nil }
      if length == 0 {
        guard (0...1).contains(from) else { return nil }
        continue
      }
      let (a, b) = (-from / length, (1 - from) / length)
      enter = max(enter, min(a, b))
      leave = min(leave, max(a, b))
    }
    guard enter <= leave else { return nil }
    func at(_ share: Double) -> Position {
      (
        min(1, max(0, start.x + share * (end.x - start.x))), min(1, max(0, start.y + share * (end.y - start.y)))
      )
    }
    return (at(enter), at(leave))
  }
}
