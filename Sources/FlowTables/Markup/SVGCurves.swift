// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Plot {
  /// Returns the series of the plot as an SVG element of an HTML page, whose style sheet colours it, or nil if there is
  /// nothing to show. `description` is for screen readers.
  package func inlineSVG(description: String) -> Markup? {
    guard case .series(let all, let mark) = content, let scales = pictureScales(all) else { return nil }
    return SVGCurves(
      plot: self, all: all, isJoined: mark == .line, xScale: scales.x, yScale: scales.y
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

  func markup(_ description: String) -> Markup {
    let (legend, height) = legend(from: Self.bottom + 58)
    return .block(
      "svg",
      [
        "class": "plot", "viewBox": "0 0 \(text(Self.width)) \(text(height))", "role": "img", "aria-label": description,
      ],
      axes + all.enumerated().compactMap(raw) + all.enumerated().flatMap(series) + legend)
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

  /// Returns the curve of a series before smoothing, which is behind all lines.
  private func raw(_ number: Int, _ series: Plot.Series) -> Markup? {
    let path = path(thinning.line(plot.rawPoints(series)))
    return path.isEmpty ? nil : .empty("path", ["class": "raw \(style(number))", "d": path])
  }

  private func path(_ points: [Thinning.Point?]) -> String {
    var path = ""
    var isPenDown = false
    for point in points.untilStopped {
      if let point { path += "\(isPenDown ? "L" : "M")\(text(x(point.x))) \(text(y(point.y)))" }
      isPenDown = point != nil
    }
    return path
  }

  private func series(_ number: Int, _ series: Plot.Series) -> [Markup] {
    let whole = plot.points(series)
    let style = style(number)
    let points = isJoined ? thinning.line(whole) : thinning.dots(whole)
    let path = path(points)
    var result: [Markup] = []
    if isJoined, !path.isEmpty {
      result.append(.empty("path", ["class": "curve \(style)", "stroke-dasharray": dash(number), "d": path]))
    }
    let isMarked = !isJoined || series.y.count <= Self.mostMarked
    let marked = isMarked ? points : thinning.dots(Thinning.alone(whole))
    result += marked.compactMap(\.self).untilStopped.map { point in
      .empty("circle", ["class": "dot \(style)", "cx": text(x(point.x)), "cy": text(y(point.y)), "r": "3"])
    }
    return result
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
      result.append(line("curve \(style(number))", x, y, x + 24, y, dash: dash(number)))
      result.append(words(name, "tick", x + 30, y + 4, anchor: "start"))
      x += size
    }
    return (result, y + 12)
  }

  /// The class of a series, whose colour is in the style sheet.
  private func style(_ number: Int) -> String { "series-\(SeriesLook.place(number) + 1)" }

  private func dash(_ number: Int) -> String? {
    let dash = SeriesLook.dash(number)
    return dash.isEmpty ? nil : dash.map(String.init).joined(separator: " ")
  }

  /// How long curves are thinned: to one place for each pixel.
  private var thinning: Thinning {
    Thinning(x: xScale, y: yScale, columns: Int(Self.right - Self.left), rows: Int(Self.bottom - Self.top))
  }

  private func line(
    _ style: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, dash: String? = nil
  ) -> Markup {
    .empty(
      "line",
      [
        "class": style, "stroke-dasharray": dash, "x1": text(x1), "y1": text(y1), "x2": text(x2), "y2": text(y2),
      ])
  }

  private func words(
    _ text: String, _ style: String, _ x: Double, _ y: Double, anchor: String = "middle"
  ) -> Markup {
    .element("text", ["class": style, "x": self.text(x), "y": self.text(y), "text-anchor": anchor], Markup(text))
  }

  private func text(_ number: Double) -> String { Markup.coordinate(number) }
}
