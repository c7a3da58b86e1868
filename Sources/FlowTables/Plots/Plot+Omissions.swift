// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Plot {
  /// Notes on a picture of the plot: how the data are shown, and what is left out.
  var pictureNotes: [String] {
    let most = GnuplotLegend.mostNames
    let isLong = legend.count > most
    return remarks + contentNotes + omissions + (isLong ? ["the legend lists \(most) of \(legend.count) series"] : [])
  }

  /// Notes on data that a picture of this kind may not show as they are.
  var contentNotes: [String] { restartNotes + spacingNotes }

  /// Notes on what is left out and why, with the argument of `plot` that shows all.
  var omissions: [String] { omissions(advice: "; log: none shows all") }

  /// Notes on what is left out of a picture in a page, whose reader cannot change it.
  package var pageNotes: [String] { omissions(advice: "") }

  /// What a plot says that has nothing to draw.
  var emptiness: String {
    let ranges = [("x_range", x), ("y_range", y)].filter { $0.1.limits != nil }.map(\.0)
    return ranges.isEmpty ? "nothing to draw" : "nothing to draw within \(ranges.joined(separator: " and "))"
  }

  private func omissions(advice: String) -> [String] {
    var (nonfinite, nonpositive) = (0, 0)
    // The points of bands that are cut off, that are reversed, and that have no place on any axis.
    var (cut, reversed, unbounded) = (0, 0, 0)
    let noun: String
    switch content {
    case .series(_, let mark), .panels(_, let mark):
      noun = mark == .bar ? "bar" : "point"
      for series in allSeries {
        for case (let x?, let y?) in zip(series.x, series.raw ?? series.y).untilStopped {
          if !x.isFinite || !y.isFinite {
            nonfinite += 1
          } else if !self.x.shows(x) || !self.y.shows(y) {
            nonpositive += 1
          }
        }
        for case (let y?, (let low?, let high?)) in zip(
          series.y, zip(series.band?.low ?? [], series.band?.high ?? [])
        ).untilStopped where y.isFinite {
          if !low.isFinite || !high.isFinite {
            unbounded += 1
          } else if low > high {
            reversed += 1
          } else if !self.y.shows(low), self.y.shows(high) {
            cut += 1
          }
        }
      }
    case .histogram(let histogram):
      noun = "number"
      (nonfinite, nonpositive) = (histogram.nonfinite, histogram.nonpositive)
    case .heat(let grid):
      noun = "cell"
      for case let z? in grid.given.untilStopped {
        if !z.isFinite { nonfinite += 1 } else if !grid.axis.shows(z) { nonpositive += 1 }
      }
    }
    func sentence(_ count: Int, _ what: String, _ way: String = "") -> [String] {
      if count == 0 { return [] }
      let subject = count == 1 ? "1 \(noun) is" : "\(count) \(noun)s are"
      return ["\(subject) \(what) and \(count == 1 ? "is" : "are") left out\(way)"]
    }
    func bandSentence(_ count: Int, _ what: String) -> [String] {
      count == 0 ? [] : ["the band \(what.replacing("#", with: count == 1 ? "1 point" : "\(count) points"))"]
    }
    let band =
      bandSentence(cut, "reaches 0 or less at # and is cut off there")
      + bandSentence(reversed, "has its lower end above its upper end at # and is left out there")
      + bandSentence(unbounded, "is not finite at # and is left out there")
    return sentence(nonfinite, "not finite") + sentence(nonpositive, "not above 0", advice) + band
  }
}
