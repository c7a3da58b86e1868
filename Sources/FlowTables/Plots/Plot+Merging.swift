// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Plot {
  /// Returns the plot with neighbouring bars merged if they are narrower than a dot of a picture that is `dots` wide.
  /// Each series shows the longest of the bars that it has at a merged place. A remark states what was merged.
  func mergingBars(dots: Int) -> Plot {
    guard case .series(let all, .bar) = content, x.names.count > dots / 4 else { return self }
    let size = (x.names.count * max(1, all.count) + dots - 1) / max(1, dots)
    guard size > 1 else { return self }
    let count = (x.names.count + size - 1) / size
    var plot = self
    plot.x.names = stride(from: 0, to: x.names.count, by: size).map { x.names[$0] }
    plot.content = .series(
      all.map { series in
        var longest = [Double?](repeating: nil, count: count)
        for case let point? in points(series).untilStopped {
          guard let place = Int(exactly: point.x - 1), x.names.indices.contains(place) else { continue }
          let isLonger = longest[place / size].map { y.isLogarithmic ? point.y > $0 : abs(point.y) > abs($0) } ?? true
          if isLonger { longest[place / size] = point.y }
        }
        return Series(series.name, x: (1...count).map { Double($0) }, y: longest)
      }, .bar)
    plot.remarks.append("there is no room for \(x.names.count) bars: of \(size) neighbours, the longest is drawn")
    return plot
  }
}
