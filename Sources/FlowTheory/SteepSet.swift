// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// The z at which an activation is steep: |φ'(z)| ≥ threshold.
struct SteepSet {
  private let activation: Activation
  private let threshold: Double

  /// Up to this distance from 0, an activation is followed step by step. Farther out its slope only falls, unless it
  /// oscillates.
  private static let reach = 64.0
  private static let step = 1.0 / 64
  /// At this distance even an exponential has reached its limit.
  private static let farthest = 1024.0
  /// An oscillating activation is followed up to this distance. Beyond it, only the fraction of steep places counts.
  private static let farthestWave = 4096.0

  init(_ activation: Activation, atLeast threshold: Double) {
    self.activation = activation
    self.threshold = threshold
  }

  /// An interval and the fraction of it that is steep: 1 except for the far parts of a wave.
  struct Interval {
    let low: Double
    let high: Double
    var density = 1.0
  }

  /// The ends of the interval around the steepest place. An end is infinite if the interval is unbounded. `nil` if no
  /// place is steep.
  var widest: (Double, Double)? {
    var steepest = 0.0
    let places = Array(stride(from: -Self.reach, through: Self.reach, by: Self.step))
    let slopes = activation.slopes(places)
    for (z, slope) in zip(places, slopes) where abs(slope) > abs(activation.slope(steepest)) { steepest = z }
    guard isSteep(steepest) else { return nil }
    func reach(_ direction: Double) -> Double {
      var inside = steepest
      while abs(inside) <= Self.reach {
        if let end = end(from: inside, to: inside + direction * Self.step) {
          // Bisection only approaches a kink at 0.
          return abs(end) < 1e-15 ? 0 : end
        }
        inside += direction * Self.step
      }
      return end(from: inside, to: direction * Self.farthest) ?? direction * .infinity
    }
    let (low, high) = (reach(-1), reach(1))
    return high - low < Self.blur ? (steepest, steepest) : (low, high)
  }

  /// Returns the steep parts of the interval from `low` to `high`.
  func intervals(from low: Double, to high: Double) -> [Interval] {
    let limit = activation.oscillates ? Self.farthestWave : Self.reach
    let inner = (low: max(low, -limit), high: min(high, limit))
    var found = inner.low < inner.high ? followed(from: inner.low, to: inner.high) : []
    for direction in [-1.0, 1.0] {
      let (start, last) = direction < 0 ? (min(high, -limit), low) : (max(low, limit), high)
      guard direction * (last - start) > 0 else { continue }
      let (end, density) = farPart(from: start, direction, to: last)
      if density > 0 { found.append(Interval(low: min(start, end), high: max(start, end), density: density)) }
    }
    return found
  }

  /// Returns the end of the steep part beyond `start`, and the fraction of it that is steep.
  private func farPart(from start: Double, _ direction: Double, to last: Double) -> (end: Double, density: Double) {
    if activation.oscillates {
      let wave = 2 * Double.pi
      let steep = followed(from: start, to: start + wave)
      return (last, steep.reduce(0) { $0 + $1.high - $1.low } / wave)
    }
    guard isSteep(start) else { return (last, 0) }
    let end = end(from: start, to: direction * Self.farthest) ?? last
    return (direction * (end - last) < 0 ? end : last, 1)
  }

  private func followed(from low: Double, to high: Double) -> [Interval] {
    let count = max(Int(((high - low) / Self.step).rounded(.up)), 1)
    let places = (0...count).map { low + (high - low) * Double($0) / Double(count) }
    let slopes = activation.slopes(places)
    func isSteep(_ index: Int) -> Bool { abs(slopes[index]) >= threshold }
    var intervals: [Interval] = []
    var start: Double? = isSteep(0) ? low : nil
    for index in 1...count {
      if isSteep(index - 1), let begin = start,
        !isSteep(index) || slopes[index] * slopes[index - 1] < 0,
        let end = end(from: places[index - 1], to: places[index])
      {
        intervals.append(Interval(low: begin, high: end))
        start = nil
      }
      if isSteep(index), start == nil { start = end(from: places[index], to: places[index - 1]) ?? places[index] }
    }
    if let start { intervals.append(Interval(low: start, high: high)) }
    return intervals.filter { $0.high - $0.low >= Self.blur }
  }

  /// At the threshold itself the set is one point, which rounding widens to this size.
  private static let blur = 1e-7

  /// Returns the last steep place on the way from a steep place to another place, or `nil` if the whole way is steep.
  /// The slope may be steep on both sides of a zero in between.
  private func end(from inside: Double, to place: Double) -> Double? {
    if !isSteep(place) { return boundary(inside: inside, outside: place) }
    guard activation.slope(inside) * activation.slope(place) < 0 else { return nil }
    var (near, far) = (inside, place)
    while true {
      let middle = (near + far) / 2
      if middle == near || middle == far { break }
      if activation.slope(middle) * activation.slope(inside) > 0 { near = middle } else { far = middle }
    }
    return isSteep(near) ? near : boundary(inside: inside, outside: near)
  }

  private func isSteep(_ z: Double) -> Bool { abs(activation.slope(z)) >= threshold }

  /// Returns the last steep place between a steep place and one that is not.
  private func boundary(inside: Double, outside: Double) -> Double {
    var (inside, outside) = (inside, outside)
    while true {
      let middle = (inside + outside) / 2
      if middle == inside || middle == outside { return inside }
      if isSteep(middle) { inside = middle } else { outside = middle }
    }
  }
}
