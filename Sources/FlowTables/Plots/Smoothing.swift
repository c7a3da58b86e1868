// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A way to smooth a noisy curve.
public struct Smoothing: Sendable {
  /// The number of points over which to smooth.
  public let span: Int
  public let form: Form

  public enum Form: String, CaseIterable, Sendable {
    /// The exponentially weighted mean of a point and all points before it. A weight is 1 − 2/(span + 1) times that of
    /// the next point, as in `ewm(span=...)` of pandas.
    case average
    /// The median of the points around a point.
    case median
  }

  public init(span: Int, _ form: Form) { (self.span, self.form) = (max(1, span), form) }

  /// Returns the smoothed numbers. Missing and non-finite numbers stay as they are and do not affect the others.
  public func smooth(_ numbers: [Double?]) -> [Double?] {
    let places = numbers.indices.untilStopped.filter { numbers[$0].map(\.isFinite) ?? false }
    let finite = places.untilStopped.compactMap { numbers[$0] }
    let smoothed = form == .average ? average(finite) : median(finite)
    var result = numbers
    for (place, number) in zip(places, smoothed).untilStopped { result[place] = number }
    return result
  }

  private func average(_ numbers: [Double]) -> [Double] {
    let kept = 1 - 2 / (Double(span) + 1)
    var (sum, weight) = (0.0, 0.0)
    return numbers.untilStopped.map { number in
      weight = weight * kept + 1
      // The mean itself is updated, because a sum of large numbers could overflow.
      sum += (number - sum) / weight
      return sum
    }
  }

  /// At either end, the window is shorter and stays centred, so that a trend is not distorted.
  private func median(_ numbers: [Double]) -> [Double] {
    // The numbers of the window in ascending order.
    var window: [Double] = []
    var (start, end) = (0, 0)
    return numbers.indices.untilStopped.map { index in
      let reach = min(span / 2, index, numbers.count - 1 - index)
      while end <= index + reach {
        window.insert(numbers[end], at: Self.place(of: numbers[end], in: window))
        end += 1
      }
      while start < index - reach {
        window.remove(at: Self.place(of: numbers[start], in: window))
        start += 1
      }
      return window[window.count / 2]
    }
  }

  /// Returns the index of the first number in ascending order that is not less than `number`.
  private static func place(of number: Double, in window: [Double]) -> Int {
    var (low, high) = (0, window.count)
    while low < high {
      let middle = (low + high) / 2
      if window[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Plot {
  /// Smooths the lines and their bands. The numbers of the lines are kept and drawn faintly behind them.
  public mutating func smooth(_ smoothing: Smoothing) {
    func smoothed(_ all: [Series]) -> [Series] {
      all.map { series in
        var series = series
        series.raw = series.y
        series.y = smoothing.smooth(series.y)
        series.band = series.band.map {
          Series.Band(low: smoothing.smooth($0.low), high: smoothing.smooth($0.high))
        }
        return series
      }
    }
    switch content {
    case .series(let all, .line): content = .series(smoothed(all), .line)
    case .panels(let panels, .line): content = .panels(panels.map { Panel($0.name, smoothed($0.series)) }, .line)
    default: return
    }
    let name = smoothing.form == .average ? "exponential average" : "moving median"
    remarks.append("smoothed: \(name) over \(smoothing.span) points; the data are faint")
  }
}
