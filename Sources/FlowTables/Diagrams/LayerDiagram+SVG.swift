// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension LayerDiagram {
  /// Returns the diagram as the content of an SVG file with the given size in centimetres, or a size that suits it.
  package func svgFile(width: Double? = nil, height: Double? = nil) -> [UInt8] {
    Array((SVGDiagram(self).file(width: width, height: height).source + "\n").utf8)
  }

  /// The diagram without its title as an element of an HTML page, whose style sheet colours it.
  package var inlineSVG: Markup { SVGDiagram(self).inline }
}

/// A diagram of layers as SVG. Its coordinates are pixels.
private struct SVGDiagram {
  let diagram: LayerDiagram
  /// The numbers of the stages that are drawn, with nil for those left out in the middle.
  let shown: [Int?]
  let radius: Double
  /// The distance between adjacent units of a stage.
  let spacing: Double
  /// The distance between adjacent stages.
  let gap: Double
  /// The largest number of places for units in a stage.
  let rows: Int
  let largest: Double
  /// Whether there is room for the biases below the units.
  let hasBiases: Bool

  private static let mostStages = 12
  private static let (margin, lineHeight) = (70.0, 17.0)

  init(_ diagram: LayerDiagram) {
    self.diagram = diagram
    shown = diagram.shownStages(most: Self.mostStages)
    let stages = shown.compactMap(\.self)
    let mostEdges = stages.map { diagram.showsValues(to: $0) ? diagram.edges(to: $0).count : 0 }.max() ?? 0
    rows = stages.map { diagram.stages[$0].shown.count }.max() ?? 1
    (radius, spacing, gap) = mostEdges > 1 ? (16, 66, 190) : mostEdges == 1 ? (16, 66, 120) : (12, 40, 120)
    hasBiases = mostEdges > 0
    largest = diagram.largestWeight(shown)
  }

  private var width: Double { 2 * Self.margin + Double(shown.count - 1) * gap }
  private var unitsHeight: Double { Double(rows - 1) * spacing + 2 * radius + 34 }
  private var captionLines: Int {
    shown.map { $0.map { diagram.stages[$0].captions.count { !$0.isEmpty } } ?? 1 }.max() ?? 1
  }
  private var height: Double { unitsHeight + Double(captionLines) * Self.lineHeight + 14 }

  private func x(_ place: Int) -> Double { Self.margin + Double(place) * gap }
  private func y(_ index: Int, of count: Int) -> Double {
    radius + 12 + (Double(rows - 1) / 2 + Double(index) - Double(count - 1) / 2) * spacing
  }

  /// The position of each drawn unit of a stage.
  private func places(_ stage: Int) -> [Int: Double] {
    let units = diagram.stages[stage].shown
    return Dictionary(
      uniqueKeysWithValues: units.enumerated().compactMap { index, unit in
        unit.map { ($0, y(index, of: units.count)) }
      })
  }

  private typealias Line = (edge: LayerDiagram.Edge, x1: Double, y1: Double, x2: Double, y2: Double)

  private func lines(_ place: Int) -> [Line] {
    guard place > 0, let stage = shown[place], shown[place - 1] != nil else { return [] }
    let (sources, targets) = (places(stage - 1), places(stage))
    return diagram.edges(to: stage).compactMap { edge in
      guard let from = sources[edge.source], let to = targets[edge.target] else { return nil }
      return (edge, x(place - 1), from, x(place), to)
    }
  }

  private func edges(_ place: Int) -> [Markup] {
    lines(place).map { line in
      let weight = line.edge.weight
      let share = weight.isFinite ? abs(weight) / largest : 1
      return .element(
        "line",
        [
          "class": "edge \(weight < 0 ? "negative" : "positive")", "x1": text(line.x1), "y1": text(line.y1),
          "x2": text(line.x2), "y2": text(line.y2), "stroke-width": text(0.6 + 3.4 * share),
        ], .element("title", [:], Markup(NumberStyle.significant(weight))))
    }
  }

  /// The weights next to the edges, if all of them fit.
  private func values(_ place: Int) -> [Markup] {
    guard let stage = shown[place], diagram.showsValues(to: stage) else { return [] }
    let lines = lines(place)
    func label(_ line: Line) -> String { NumberStyle.significant(line.edge.weight) }
    func centre(_ line: Line, _ position: Double) -> (x: Double, y: Double) {
      let (start, end) = (line.x1 + radius, line.x2 - radius)
      return (start + position * (end - start), line.y1 + position * (line.y2 - line.y1))
    }
    let positions = EdgeLabels.placed(lines) { line, position in
      let centre = centre(line, position)
      let half = Double(label(line).count) * 3.4
      guard centre.x - half > line.x1 + radius, centre.x + half < line.x2 - radius else { return nil }
      return (centre.x - half...centre.x + half, centre.y - 7...centre.y + 7)
    }
    guard let positions else { return [] }
    return zip(lines, positions).map { line, position in
      let centre = centre(line, position)
      return words(label(line), "value", centre.x, centre.y + 4)
    }
  }

  private func units(_ place: Int) -> [Markup] {
    guard let number = shown[place] else { return [words("…", "more", x(place), y(0, of: 1) + 5)] }
    let stage = diagram.stages[number]
    let count = stage.shown.count
    return stage.shown.enumerated().flatMap { index, unit -> [Markup] in
      let (x, y) = (x(place), y(index, of: count))
      guard let unit else { return [words("⋮", "more", x, y + 6)] }
      var all: [Markup] = [.empty("circle", ["class": "unit", "cx": text(x), "cy": text(y), "r": text(radius)])]
      if number == 0 { all.append(words("x\(unit + 1)", "sign", x - radius - 6, y + 4, anchor: "end")) }
      if hasBiases, stage.biases.count == stage.units {
        all.append(words("b \(NumberStyle.significant(stage.biases[unit]))", "bias", x, y + radius + 13))
      }
      return all
    }
  }

  private func captions(_ place: Int) -> [Markup] {
    let texts =
      shown[place].map { diagram.stages[$0].captions.filter { !$0.isEmpty } }
      ?? ["\(diagram.stages.count - shown.count + 1) more"]
    return texts.enumerated().map { line, text in
      let most = Int(gap / 7)
      return words(
        text.fitted(most), line == 0 ? "name" : "caption", x(place),
        unitsHeight + Double(line + 1) * Self.lineHeight)
    }
  }

  private var content: [Markup] {
    let places = shown.indices
    return places.flatMap(edges) + places.flatMap(units) + places.flatMap(values) + places.flatMap(captions)
  }

  private func words(
    _ text: String, _ style: String, _ x: Double, _ y: Double, anchor: String = "middle"
  ) -> Markup {
    .element("text", ["class": style, "x": self.text(x), "y": self.text(y), "text-anchor": anchor], Markup(text))
  }

  private func text(_ number: Double) -> String { Markup.coordinate(number) }

  var inline: Markup {
    .block(
      "svg",
      [
        "class": "diagram", "viewBox": "0 0 \(text(width)) \(text(height))", "style": "max-width: \(text(width))px",
        "role": "img", "aria-label": diagram.title,
      ], content)
  }

  func file(width fileWidth: Double?, height fileHeight: Double?) -> Markup {
    let titles = diagram.title.wrapped(max(20, Int(width / 8)))
    let top = 12 + Double(titles.count) * 20
    let total = height + top
    let size: (width: String, height: String) =
      switch (fileWidth, fileHeight) {
      case (nil, nil): (text(width), text(total))
      case (let wide?, nil): ("\(text(wide))cm", "\(text(wide * total / width))cm")
      case (nil, let high?): ("\(text(high * width / total))cm", "\(text(high))cm")
      case (let wide?, let high?): ("\(text(wide))cm", "\(text(high))cm")
      }
    let heading = titles.enumerated().map { line, title in
      words(title, "heading", width / 2, 22 + Double(line) * 20)
    }
    return .block(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "width": size.width, "height": size.height,
        "viewBox": "0 0 \(text(width)) \(text(total))", "role": "img",
      ],
      [
        .element("title", [:], Markup(diagram.title)), .element("style", [:], Self.style),
        .empty("rect", ["width": text(width), "height": text(total), "fill": "#fff"]),
      ] + heading + [.block("g", ["transform": "translate(0 \(text(top)))"], content)])
  }

  /// Programs that draw SVG rarely support variables, so the colours are written out. They are those of Okabe and Ito
  /// (Color Universal Design, 2008), which are also distinct for colour-blind readers.
  private static let style = Markup(
    literal: """

      text { font: 11px sans-serif; fill: #222 }
      .heading { font-size: 14px; font-weight: bold }
      .name { font-size: 13px; font-weight: bold }
      .caption, .more, .sign { font-size: 13px }
      .bias { fill: #555 }
      .value { paint-order: stroke; stroke: #fff; stroke-width: 5px; stroke-linejoin: round }
      .unit { fill: #fff; stroke: #222; stroke-width: 1.5px }
      .positive { stroke: #0072b2 }
      .negative { stroke: #d55e00 }

      """)
}
