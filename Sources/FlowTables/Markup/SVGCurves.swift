// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Plot {
  /// Returns the series of the plot as an SVG element of an HTML page, whose style sheet colours it, or nil if there is
  /// nothing to show. `description` is for screen readers.
  package func inlineSVG(description: String) -> Markup? {
    guard case .series(let all, let mark) = content, let scales = scales(all) else { return nil }
    return SVGCurves(
      plot: self, all: all, isJoined: mark == .line, xScale: scales.x, yScale: scales.y.widened(most: 6)
    ).markup(description)
  }
}

/// Curves with their axes and a legend. The coordinates are pixels.
private struct SVGCurves {
  let plot: Plot
  let all: [Plot.Series]
  let isJoined: Bool
  let xScale: Scale
  let yScale: Scale

  /// The edges of the area of the plot, in a picture that is as wide as `width`.
  private static let (left, right, top, bottom, width) = (66.0, 662.0, 30.0, 270.0, 680.0)
  /// The largest number of points of a series that are marked.
  private static let mostMarked = 40
  /// The number of distinct colours and dashes in the style sheet.
  private static let styles = 6

  func markup(_ description: String) -> Markup {
    let (legend, height) = legend(from: Self.bottom + 58)
    return .block(
      "svg",
      [
        "class": "plot", "viewBox": "0 0 \(text(Self.width)) \(text(height))", "role": "img", "aria-label": description,
      ],
      axes + all.enumerated().flatMap(series) + legend)
  }

  private func x(_ number: Double) -> Double {
    Self.left + xScale.position(number) * (Self.right - Self.left)
  }
  private func y(_ number: Double) -> Double {
    Self.bottom - yScale.position(number) * (Self.bottom - Self.top)
  }

  private var axes: [Markup] {
    let across = Ticks(xScale, most: 8, isWhole: plot.x.isWhole)
    let up = Ticks(yScale, most: 6, isWhole: plot.y.isWhole)
    var all: [Markup] = []
    for (value, label) in zip(up.values, up.labels) {
      all.append(line("grid", Self.left, y(value), Self.right, y(value)))
      all.append(words(label, "tick", Self.left - 8, y(value) + 4, anchor: "end"))
    }
    for (value, label) in zip(across.values, across.labels) {
      all.append(line("axis", x(value), Self.bottom, x(value), Self.bottom + 5))
      all.append(words(label, "tick", x(value), Self.bottom + 20))
    }
    all.append(line("axis", Self.left, Self.bottom, Self.right, Self.bottom))
    all.append(words(caption(plot.y, up.offset), "label", 8, 16, anchor: "start"))
    all.append(words(caption(plot.x, across.offset), "label", (Self.left + Self.right) / 2, Self.bottom + 40))
    return all
  }

  private func caption(_ axis: Plot.Axis, _ offset: String?) -> String {
    offset.map { "\(axis.caption) above \($0)" } ?? axis.caption
  }

  private func series(_ number: Int, _ series: Plot.Series) -> [Markup] {
    let points = thinned(plot.points(series))
    let style = "series-\(number % Self.styles + 1)"
    var path = ""
    var isPenDown = false
    for point in points.untilStopped {
      if let point {
        path += "\(isPenDown ? "L" : "M")\(text(x(point.x))) \(text(y(point.y)))"
        isPenDown = true
      } else {
        isPenDown = false
      }
    }
    var result: [Markup] = []
    if isJoined, !path.isEmpty { result.append(.empty("path", ["class": "curve \(style)", "d": path])) }
    if !isJoined || series.y.count <= Self.mostMarked {
      result += points.compactMap(\.self).untilStopped.map { point in
        .empty("circle", ["class": "dot \(style)", "cx": text(x(point.x)), "cy": text(y(point.y)), "r": "3"])
      }
    }
    return result
  }

  /// The largest number of points of a curve. More of them would not be visible.
  private static let mostPoints = 1200

  /// Returns fewer points of a long curve: of each of many equal sections, the lowest and the highest one, so that no
  /// spike is lost.
  private func thinned(_ points: [(x: Double, y: Double)?]) -> [(x: Double, y: Double)?] {
    guard points.count > Self.mostPoints else { return points }
    let sections = Self.mostPoints / 2
    return (0..<sections).untilStopped.flatMap { section -> [(x: Double, y: Double)?] in
      let range = points.count * section / sections..<points.count * (section + 1) / sections
      let shown = range.filter { points[$0] != nil }
      func height(_ index: Int) -> Double { points[index]?.y ?? 0 }
      guard let low = shown.min(by: { height($0) < height($1) }), let high = shown.max(by: { height($0) < height($1) })
      else { return [nil] }
      return low == high ? [points[low]] : [points[min(low, high)], points[max(low, high)]]
    }
  }

  /// Returns the legend, with as many lines as it needs, and the height of the picture.
  private func legend(from start: Double) -> (markup: [Markup], height: Double) {
    guard all.count > 1 else { return ([], start - 8) }
    var (x, y) = (Self.left, start)
    var result: [Markup] = []
    for (number, series) in all.enumerated() {
      let name = series.name.fitted(60)
      let size = 44 + Double(name.displayWidth) * 7.5
      if x > Self.left, x + size > Self.right {
        x = Self.left
        y += 20
      }
      let style = "series-\(number % Self.styles + 1)"
      result.append(line("curve \(style)", x, y, x + 24, y))
      result.append(words(name, "tick", x + 30, y + 4, anchor: "start"))
      x += size
    }
    return (result, y + 12)
  }

  private func line(_ style: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> Markup {
    .empty("line", ["class": style, "x1": text(x1), "y1": text(y1), "x2": text(x2), "y2": text(y2)])
  }

  private func words(
    _ text: String, _ style: String, _ x: Double, _ y: Double, anchor: String = "middle"
  ) -> Markup {
    .element("text", ["class": style, "x": self.text(x), "y": self.text(y), "text-anchor": anchor], Markup(text))
  }

  private func text(_ number: Double) -> String { Markup.coordinate(number) }
}
