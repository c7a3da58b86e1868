// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Places for the texts on edges. Each text is centred on its edge and runs along it.
struct EdgeLabels {
  struct Point {
    var x: Double
    var y: Double
  }

  /// The part of an edge on which its text may lie, and the size of the text.
  struct Edge {
    let start: Point
    let end: Point
    let size: (width: Double, height: Double)

    var length: Double { (dx * dx + dy * dy).squareRoot() }
    /// The direction of the edge, as a vector of length 1.
    var direction: Point { length > 0 ? Point(x: dx / length, y: dy / length) : Point(x: 1, y: 0) }
    private var dx: Double { end.x - start.x }
    private var dy: Double { end.y - start.y }

    /// Returns the point at a position between 0 and 1.
    func point(_ position: Double) -> Point { Point(x: start.x + position * dx, y: start.y + position * dy) }

    /// Returns the distances of a point from a position, along the edge and across it.
    func offset(of point: Point, from position: Double) -> Point {
      let centre = self.point(position)
      let (x, y) = (point.x - centre.x, point.y - centre.y)
      return length > 0 ? Point(x: (x * dx + y * dy) / length, y: (y * dx - x * dy) / length) : Point(x: x, y: y)
    }

    /// Returns the corners of the text at a position.
    func corners(_ position: Double) -> [Point] {
      let (along, across) = (size.width / 2, size.height / 2)
      let centre = point(position)
      let (ux, uy) = (direction.x, direction.y)
      return [(-along, -across), (along, -across), (along, across), (-along, across)].map { a, b in
        Point(x: centre.x + a * ux - b * uy, y: centre.y + a * uy + b * ux)
      }
    }
  }

  /// The number of positions that are tried along an edge.
  private static let tries = 25

  /// Returns a position for the text of each edge, such that the texts cover each other and other edges as little as
  /// possible, or nil if an edge is too short for its text.
  static func placed(_ edges: [Edge]) -> [Double]? {
    let choices = edges.map { edge -> [Double] in
      let margin = (edge.size.width / 2 + 2) / max(edge.length, 1)
      guard margin <= 0.5 else { return [] }
      return (0..<tries).map { margin + (1 - 2 * margin) * Double($0) / Double(tries - 1) }
    }
    guard !choices.contains(where: \.isEmpty) else { return nil }
    var positions = edges.map { _ in 0.5 }
    // Texts are moved one at a time until none of them can be placed better.
    for _ in 0..<12 {
      var hasMoved = false
      for number in edges.indices {
        func cost(_ position: Double) -> Double { Self.cost(edges, positions, number, position) }
        var (best, least) = (positions[number], cost(positions[number]) - 1e-9)
        for position in choices[number] where cost(position) < least { (best, least) = (position, cost(position)) }
        hasMoved = hasMoved || best != positions[number]
        positions[number] = best
      }
      if !hasMoved { break }
    }
    return positions
  }

  /// Returns how much the text of an edge at a position would cover: other texts above all, then other edges.
  private static func cost(_ edges: [Edge], _ positions: [Double], _ number: Int, _ position: Double) -> Double {
    let edge = edges[number]
    var cost = abs(position - 0.5) * 0.2
    for (other, its) in edges.enumerated() where other != number {
      if overlaps(edge, position, its, positions[other]) { cost += 20 }
      // The line of an edge is visible through the text of another one, and the text seems to belong to it.
      if crosses(its, edge, position) { cost += 2 }
      if crosses(edge, its, positions[other]) { cost += 0.2 }
    }
    return cost
  }

  /// Returns whether the line of an edge passes through the text of another one.
  private static func crosses(_ line: Edge, _ edge: Edge, _ position: Double) -> Bool {
    let (start, end) = (edge.offset(of: line.start, from: position), edge.offset(of: line.end, from: position))
    var (enter, leave) = (0.0, 1.0)
    for (from, to, half) in [(start.x, end.x, edge.size.width / 2), (start.y, end.y, edge.size.height / 2)] {
      if from == to {
        if abs(from) > half { return false }
        continue
      }
      let (a, b) = ((-half - from) / (to - from), (half - from) / (to - from))
      enter = max(enter, min(a, b))
      leave = min(leave, max(a, b))
    }
    return enter <= leave
  }

  /// Returns whether two texts overlap: whether neither of them has a side beyond which the other one lies.
  private static func overlaps(_ first: Edge, _ position: Double, _ second: Edge, _ other: Double) -> Bool {
    func isApart(_ edge: Edge, _ position: Double, _ corners: [Point]) -> Bool {
      let offsets = corners.map { edge.offset(of: $0, from: position) }
      let (along, across) = (edge.size.width / 2 + 1, edge.size.height / 2 + 1)
      return offsets.allSatisfy { $0.x > along } || offsets.allSatisfy { $0.x < -along }
        || offsets.allSatisfy { $0.y > across } || offsets.allSatisfy { $0.y < -across }
    }
    return !isApart(first, position, second.corners(other)) && !isApart(second, other, first.corners(position))
  }
}
