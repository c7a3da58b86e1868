// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Numbers on a grid of two coordinates, shown as colours.
public struct HeatGrid: Sendable {
  /// The distinct x coordinates, ascending.
  public private(set) var x: [Double]
  /// The distinct y coordinates, ascending.
  public private(set) var y: [Double]
  /// The numbers, y × x, row by row; nil for a cell without a number.
  public private(set) var given: [Double?]
  /// The axis of the colours.
  public internal(set) var axis: Plot.Axis

  /// The maximum number of cells.
  public static let mostCells = 4_000_000

  /// Creates a grid from equally many coordinates and numbers. Numbers at the same coordinates are averaged, and those
  /// at missing or non-finite coordinates are ignored. Returns nil if there would be more than `mostCells` cells.
  public init?(x: [Double?], y: [Double?], z: [Double?], _ axis: Plot.Axis) {
    func distinct(_ numbers: [Double?]) -> [Double] {
      Set(numbers.lazy.compactMap { $0 }.filter(\.isFinite).untilStopped).sortedUntilStopped(by: <)
    }
    let (xs, ys) = (distinct(x), distinct(y))
    guard Double(xs.count) * Double(ys.count) <= Double(Self.mostCells) else { return nil }
    func places(_ numbers: [Double]) -> [Double: Int] {
      Dictionary(zip(numbers, 0...).untilStopped, uniquingKeysWith: { first, _ in first })
    }
    let (columns, rows) = (places(xs), places(ys))
    var sums = [Double?](repeating: nil, count: xs.count * ys.count)
    var counts = [Double](repeating: 0, count: sums.count)
    for ((x, y), z) in zip(zip(x, y), z).untilStopped {
      guard let z, let x, let y, let column = columns[x], let row = rows[y] else { continue }
      let place = row * xs.count + column
      sums[place] = (sums[place] ?? 0) + z
      counts[place] += 1
    }
    self.x = xs
    self.y = ys
    given = zip(sums, counts).map { sum, count in sum.map { count > 1 ? $0 / count : $0 } }
    self.axis = axis
  }

  /// Returns the grid without the cells whose coordinates are outside of the limits.
  public func limited(x limitsX: ClosedRange<Double>? = nil, y limitsY: ClosedRange<Double>? = nil) -> HeatGrid {
    let columns = x.indices.untilStopped.filter { limitsX?.contains(x[$0]) ?? true }
    let rows = y.indices.untilStopped.filter { limitsY?.contains(y[$0]) ?? true }
    var result = self
    result.x = columns.map { x[$0] }
    result.y = rows.map { y[$0] }
    result.given = rows.untilStopped.flatMap { row in columns.map { given[row * x.count + $0] } }
    return result
  }

  /// The numbers that can be shown as a colour.
  var shown: [Double] { given.compactMap { $0.flatMap { axis.shows($0) ? $0 : nil } } }

  /// Resamples the grid to the given number of columns and rows. The rows run from the last y to the first.
  ///
  /// Each element is the mean position of its cells on the scale, from 0 to 1, or nil if none of them can be shown.
  func positions(columns: Int, rows: Int, _ scale: Scale) -> [[Double?]] {
    (0..<rows).reversed().map { row in
      (0..<columns).map { column in
        var (sum, count) = (0.0, 0.0)
        for j in Self.share(row, of: rows, y.count) {
          for i in Self.share(column, of: columns, x.count) {
            guard let z = given[j * x.count + i], axis.shows(z) else { continue }
            sum += scale.position(z)
            count += 1
          }
        }
        return count > 0 ? sum / count : nil
      }
    }
  }

  /// Returns which of `total` elements belong to one of `places` places. If there are fewer elements than places, one
  /// element fills several places.
  static func share(_ place: Int, of places: Int, _ total: Int) -> Range<Int> {
    let first = place * total / places
    return first..<max(first + 1, (place + 1) * total / places)
  }
}
