// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Plot {
  /// A note on lines that run back to their first point, because their column contains several curves one after another.
  var restartNotes: [String] {
    switch content {
    case .series(_, .line), .panels(_, .line): break
    default: return []
    }
    let restarts = allSeries.map(\.restarts).max() ?? 0
    guard restarts > 0 else { return [] }
    let times = restarts == 1 ? "once" : restarts == 2 ? "twice" : "\(restarts) times"
    return ["\(x.label) starts again \(times), and the line runs back; 'by:' with a column draws a line for each curve"]
  }
}

extension Plot.Series {
  /// How often x falls back to its first value and increases from there, if it increases or stays otherwise. The end of
  /// a closed curve does not count.
  fileprivate var restarts: Int {
    let values = x.lazy.compactMap { $0 }
    guard let first = values.first else { return 0 }
    var (restarts, last, isBack) = (0, first, false)
    for value in values.untilStopped {
      if value < last {
        guard value == first else { return 0 }
        isBack = true
      } else if isBack, value > last {
        restarts += 1
        isBack = false
      }
      last = value
    }
    return restarts
  }
}
