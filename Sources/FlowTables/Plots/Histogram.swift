// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The counts of numbers in adjacent intervals.
public struct Histogram: Sendable {
  /// The edges of the intervals, ascending, one more than there are intervals. An interval includes its lower edge, and
  /// the last one also includes its upper edge.
  public private(set) var edges: [Double]
  /// The count of each interval.
  public private(set) var counts: [Int]
  /// The number of values that are NaN or infinite.
  public let nonfinite: Int
  /// The number of finite values that have no logarithm, if the intervals are logarithmic.
  public let nonpositive: Int

  /// The maximum number of intervals by default, before their edges are rounded.
  private static let most = 16
  /// The maximum number of intervals.
  public static let mostBins = 10_000

  /// Counts numbers in intervals of equal width, or of equal ratio if `isLogarithmic` is true.
  ///
  /// If `bins` is nil, the edges are round numbers, and the number of intervals is roughly that of Sturges' rule or of
  /// the rule of Freedman and Diaconis, whichever is larger. If there are limits, the intervals fill them exactly, and
  /// numbers outside of them are ignored.
  public init(
    _ numbers: [Double], bins: Int? = nil, isLogarithmic: Bool = false, limits: ClosedRange<Double>? = nil
  ) {
    let numbers = limits.map { limits in numbers.untilStopped.filter { limits.contains($0) } } ?? numbers
    let finite = numbers.untilStopped.filter(\.isFinite)
    let shown = isLogarithmic ? finite.untilStopped.filter { $0 > 0 } : finite
    nonfinite = numbers.count - finite.count
    nonpositive = finite.count - shown.count
    guard let low = shown.untilStopped.min(), let high = shown.untilStopped.max() else {
      (edges, counts) = ([], [])
      return
    }
    let places = isLogarithmic ? shown.untilStopped.map { Real.log10($0) } : shown
    let ends = limits ?? low...high
    let scale =
      isLogarithmic
      ? Scale(Real.log10(ends.lowerBound), Real.log10(ends.upperBound), isLogarithmic: false)
      : Scale(ends.lowerBound, ends.upperBound, isLogarithmic: false)
    var edges = bins.map { Self.equal(scale, $0) } ?? Self.round(scale, places, isFixed: limits != nil)
    if isLogarithmic { edges = edges.map { Real.power(10, $0) } }
    // Rounding must not exclude the smallest or the largest number, or move the limits.
    edges[0] = limits?.lowerBound ?? min(edges[0], low)
    edges[edges.count - 1] = limits?.upperBound ?? max(edges[edges.count - 1], high)
    counts = Array(repeating: 0, count: edges.count - 1)
    self.edges = edges
    for number in shown.untilStopped { counts[interval(of: number)] += 1 }
  }

  /// The sum of all counts.
  public var total: Int { counts.reduce(0, +) }

  /// Returns the histogram with every `size` adjacent intervals merged into one.
  func merged(_ size: Int) -> Histogram {
    var result = self
    let starts = stride(from: 0, to: counts.count, by: size)
    result.counts = starts.map { counts[$0..<min($0 + size, counts.count)].reduce(0, +) }
    result.edges = starts.map { edges[$0] } + edges.suffix(1)
    return result
  }

  private func interval(of number: Double) -> Int {
    var (low, high) = (0, edges.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= number { low = middle } else { high = middle }
    }
    return low
  }

  private static func equal(_ scale: Scale, _ count: Int) -> [Double] {
    (0...max(1, count)).map { scale.number(Double($0) / Double(max(1, count))) }
  }

  /// Returns edges at round numbers that suit the numbers. If the ends of the scale are fixed and not round themselves,
  /// returns equal intervals between them.
  private static func round(_ scale: Scale, _ numbers: [Double], isFixed: Bool) -> [Double] {
    let half = scale.half
    let sorted = numbers.sortedUntilStopped(by: <)
    if sorted.isEmpty || sorted.first == sorted.last && !isFixed { return equal(scale, 1) }
    let middle = sorted[sorted.count * 3 / 4] / 2 - sorted[sorted.count / 4] / 2
    let count = Double(numbers.count)
    let sturges = half / (Real.log2(count) + 1)
    let freedman = 2 * middle / Real.power(count, 1.0 / 3)
    let width = 2 * max(min(sturges, freedman > 0 ? freedman : sturges), half / Double(most))
    guard width > 0, width.isFinite else { return equal(scale, 1) }
    // Whole numbers need no intervals narrower than 1.
    let least = numbers.untilStopped.allSatisfy(NumberStyle.isWhole) ? 1.0 : 0
    let step = DecimalStep(atLeast: max(least, width))
    if isFixed {
      let steps = [width, width / 2.5, width / 5].map { DecimalStep(atLeast: max(least, $0)) }
      return steps.lazy.compactMap { $0.multiples(from: scale.lower, through: scale.upper) }.first
        ?? equal(scale, Int((half / step.size * 2).rounded(.up)))
    }
    guard let inside = step.counts(from: scale.lower, to: scale.upper) else { return equal(scale, 1) }
    let first = step.value(inside.lowerBound) > scale.lower ? inside.lowerBound - 1 : inside.lowerBound
    let edges = (first...inside.upperBound + 1).map(step.value)
    return edges.allSatisfy(\.isFinite) ? edges : equal(scale, most)
  }
}
