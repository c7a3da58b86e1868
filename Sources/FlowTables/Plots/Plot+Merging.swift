// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Plot {
  /// Returns the plot with one of several neighbouring bars if they are narrower than a dot of a picture that is `dots`
  /// wide. The longest bar of any series decides which place is kept. A remark states what was left out.
  func mergingBars(dots: Int) -> Plot {
    guard case .series(let all, .bar) = content, x.names.count > dots / 4 else { return self }
    let size = (x.names.count * max(1, all.count) + dots - 1) / max(1, dots)
    guard size > 1 else { return self }
    let kept = longestBars(of: all, among: size)
    var plot = self
    plot.x.names = kept.map { x.names[$0] }
    plot.content = .series(
      all.map { series in
        var values = [Double?](repeating: nil, count: x.names.count)
        for case let point? in points(series).untilStopped {
          if let place = Int(exactly: point.x - 1), values.indices.contains(place) { values[place] = point.y }
        }
        return Series(series.name, x: (1...kept.count).map { Double($0) }, y: kept.map { values[$0] })
      }, .bar)
    plot.remarks.append("there is no room for \(x.names.count) bars: of each \(size) neighbours, the longest is drawn")
    return plot
  }

  /// Returns the places of the longest bars among `size` neighbours each.
  private func longestBars(of all: [Series], among size: Int) -> [Int] {
    var kept = Array(stride(from: 0, to: x.names.count, by: size))
    var longest = [Double](repeating: -.infinity, count: kept.count)
    for series in all {
      for case let point? in points(series).untilStopped {
        guard let place = Int(exactly: point.x - 1), x.names.indices.contains(place) else { continue }
        let length = y.isLogarithmic ? point.y : abs(point.y)
        if length > longest[place / size] { (longest[place / size], kept[place / size]) = (length, place) }
      }
    }
    return kept
  }
}
