// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A point between two dense layers at which the gradient was measured.
struct GradientStop {
  /// The operation that the gradient has just passed through; `nil` for the δ that the path starts from.
  let term: GradientTerm?
  /// The RMS of the gradient of one sample's loss.
  let size: WideNumber
}

/// For each row of the flow table, the points at which the gradient was measured on its way from another row.
///
/// As the backward pass goes through the nodes of a graph, it records a trail of points for the gradient of each value.
/// A trail begins at the row that the gradient passed last. If a value has several readers, its trail is that of the
/// first one, so it leads through the body of a residual block. The gradient that bypasses the body is added to the
/// body's input gradient, and the sum is a point of its own. Every term is therefore the ratio of two adjacent points,
/// and the product of the terms is exact.
struct GradientPath {
  /// The arrival of the gradient at a row of the flow table.
  struct Arrival {
    /// The row that the trail begins at, counted from 0; `nil` if there is none, as for the last row.
    let start: Int?
    /// The points from δ of that row to δ of this row, or only the latter if there is no start.
    let stops: [GradientStop]
    /// The size of δ of this row.
    let delta: WideNumber
  }

  private struct Trail {
    var start: Int?
    var stops: [GradientStop] = []
  }

  private let graph: Graph
  /// The trail of the gradient of each node's output.
  private var trails: [Trail]
  private var current = Trail()
  /// The first row of the flow table that the current node begins, or, if it begins none, the first of the rows passed
  /// so far.
  private var firstRow: Int
  /// The arrivals so far.
  private(set) var arrivals: [Arrival?]

  init(_ graph: Graph) {
    self.graph = graph
    trails = Array(repeating: Trail(), count: graph.nodes.count)
    arrivals = Array(repeating: nil, count: graph.rows.count)
    firstRow = graph.rows.count
  }

  /// Continues with the gradient of a node's output. Call this for the nodes in the order of the backward pass.
  mutating func enter(_ node: Int) {
    current = trails[node]
    trails[node] = Trail()
    while firstRow > 0, graph.rows[firstRow - 1].node == node { firstRow -= 1 }
  }

  /// Returns the number of a row, counted from 0, from its position among those of the current node.
  func row(_ position: Int) -> Int { firstRow + position }

  /// Records the arrival at a row, given its position among those of the current node, and the size of its δ. A node
  /// that is not on the path has no rows.
  mutating func arrive(at position: Int, _ delta: WideNumber) {
    let row = row(position)
    guard row < graph.rows.count, arrivals[row] == nil else { return }
    let own = GradientStop(term: nil, size: delta)
    arrivals[row] = Arrival(start: current.start, stops: current.start == nil ? [own] : current.stops, delta: delta)
    current = Trail(start: row, stops: [own])
  }

  /// Records the size of the gradient after a part of the current node.
  mutating func stop(_ term: GradientTerm, _ size: WideNumber) {
    if current.start != nil { current.stops.append(GradientStop(term: term, size: size)) }
  }

  /// Passes the trail on to the node that computed an input of the current one. `size` is the size of the gradient
  /// after `term`, or `nil` if `term` did not change it. Later readers of a value are visited first, so the trail of
  /// the first reader remains.
  mutating func leave(to source: Int, _ term: GradientTerm, _ size: WideNumber?) {
    trails[source] = current
    if let size, current.start != nil { trails[source].stops.append(GradientStop(term: term, size: size)) }
  }

  /// Returns the ratio of each size to the one before it, starting with `start`.
  ///
  /// A branch may be closed: its gradient is 0, or too small to be a divisor in f64, until a shortcut adds the gradient
  /// that bypasses it. The stops in a closed branch have no gain, and the gain of the shortcut is the ratio of the
  /// gradient after it to the gradient that entered the branch. The product of the gains is therefore still the ratio
  /// of the ends. A batch normalisation, which adds the gradients of other samples to that of a sample, is treated like
  /// a shortcut. If the gradient stays 0, the gain of the first zero is 0, and the stops after it have none. If there
  /// is no start, the first nonzero size has no gain, because there is nothing to compare it with.
  static func gains(from start: WideNumber?, _ stops: some Collection<GradientStop>) -> [WideNumber?] {
    var gains: [WideNumber?] = []
    // The sizes that can be divisors, and the positions of their gains.
    var kept: [(place: Int, size: WideNumber)] = start.map { [(-1, $0)] } ?? []
    var closed: Int?
    for stop in stops {
      let place = gains.count
      if stop.size.isZero {
        closed = closed ?? place
        gains.append(nil)
        continue
      }
      if stop.term == .shortcut || stop.term == .norm {
        while kept.count > 1, stop.size.isFinite, !(stop.size / kept[kept.count - 1].size).isNormal {
          gains[kept.removeLast().place] = nil
        }
      }
      gains.append(kept.last.map { stop.size / $0.size })
      kept.append((place, stop.size))
      closed = nil
    }
    if let closed, !kept.isEmpty { gains[closed] = .zero }
    return gains
  }

  /// Returns the terms of the stops between two dense layers with their gains, in the order of the backward pass.
  ///
  /// Stops of one kind form one term, whose gain is the product of their gains, or `nil` if none of them has a gain.
  static func terms(
    _ stops: some Sequence<GradientStop>, _ gains: some Sequence<WideNumber?>
  ) -> [(term: GradientTerm, gain: WideNumber?)] {
    var terms: [(term: GradientTerm, gain: WideNumber?)] = []
    for (stop, gain) in zip(stops, gains) {
      if let known = terms.firstIndex(where: { $0.term == stop.term }) {
        if let gain { terms[known].gain = terms[known].gain.map { $0 * gain } ?? gain }
      } else {
        terms.append((stop.term!, gain))
      }
    }
    return terms
  }
}
