// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Numbers over two coordinates, to be shown as colours.
public struct HeatGrid: Sendable {
  /// The distinct first coordinates, ascending.
  public let x: [Double]
  /// The distinct second coordinates, ascending.
  public let y: [Double]
  /// Row by row, a row for each y; nil where there is no number.
  public let given: [Double?]
  /// What the colours mean.
  public internal(set) var axis: Plot.Axis

  /// The most cells there can be.
  public static let mostCells = 4_000_000

  /// The cells from their coordinates and numbers, of which there are equally many; the mean where two have the same
  /// place, and none for coordinates that are not finite. Nil where there would be too many cells.
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

  /// The numbers that have a colour.
  var shown: [Double] { given.compactMap { $0.flatMap { axis.shows($0) ? $0 : nil } } }

  /// The cells drawn into fewer or equally many columns and rows: the mean of those that share a place, nil where none
  /// of them has a colour. Positions lie between 0 and 1 on the scale, rows from the last y to the first.
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

  /// Which of `total` elements the place of a number of places holds; one element may fill several places.
  static func share(_ place: Int, of places: Int, _ total: Int) -> Range<Int> {
    let first = place * total / places
    return first..<max(first + 1, (place + 1) * total / places)
  }
}
