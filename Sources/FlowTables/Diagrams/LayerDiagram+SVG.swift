// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension LayerDiagram {
  /// Returns the diagram as the content of an SVG file with the given size in centimetres, or a size that suits it.
  package func svgFile(width: Double? = nil, height: Double? = nil) -> [UInt8] {
    Array((SVGDiagram(self, width: width).file(width: width, height: height).source + "\n").utf8)
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
  /// The number of significant digits of the weights and biases.
  let digits: Int
  /// The distance of the first and the last stage from the edges of the picture.
  let margin: Double

  private static let mostStages = 12
  private static let lineHeight = 17.0
  private static let largestRadius = 16.0

  /// The names of the drawn inputs, in the order of `drawn`. Those that are too wide are shortened.
  private let inputNames: [String]

  private static let nameFitting = TextFitting { TextWidth.of($0) * 15 }
  private static let longestName = 110.0

  /// The size of the smallest text, and the least size in points that it has in a file of a given width.
  private static let (fontSize, leastPoints) = (11.0, 6.0)

  /// Creates a diagram, for a file of the given width in centimetres if there is one. In a narrow file, the stages are
  /// closer to each other, or some of them are left out, so that the text is not too small to read.
  init(_ diagram: LayerDiagram, width: Double? = nil) {
    self.diagram = diagram
    let room = width.map { $0 / 2.54 * 72 * Self.fontSize / Self.leastPoints } ?? .infinity
    let widest = diagram.stages.flatMap(\.captions).map { TextWidth.of($0) * 13.5 }.max() ?? 0
    // To the left of the first stage are the names of the inputs.
    inputNames = Self.nameFitting.shortened(
      (diagram.stages.first?.drawn ?? []).map { diagram.inputName($0).visibleUntilStopped },
      to: min(Self.longestName, max(80, room / 4)))
    let inputs = inputNames.map { Self.nameFitting.measure($0) + Self.largestRadius + 8 }.max()
    let margin = max(min(70, max(44, widest / 2 + 4), room / 4), inputs ?? 0)
    func gap(_ shown: [Int?]) -> (natural: Double, edges: Int) {
      let most =
        shown.compactMap(\.self).map { diagram.showsValues(to: $0) ? diagram.edges(to: $0).count : 0 }.max() ?? 0
      return (most > 6 ? 220 : most > 1 ? 190 : 120, most)
    }
    var most = Self.mostStages
    func fits(_ shown: [Int?]) -> Bool {
      let least = gap(shown).edges > 1 ? Self.leastGap : Self.leastGap - 6
      return 2 * margin + Double(shown.count - 1) * least <= room
    }
    while most > 3, !fits(diagram.shownStages(most: most)) { most -= 1 }
    let shown = diagram.shownStages(most: most)
    let (natural, mostEdges) = gap(shown)
    let stages = shown.compactMap(\.self)
    rows = stages.map { diagram.stages[$0].shown.count }.max() ?? 1
    let narrow = min(natural, (room - 2 * margin) / Double(max(1, shown.count - 1)))
    let isNarrow = narrow < natural
    (self.shown, self.margin, self.gap, digits) = (shown, margin, narrow, isNarrow ? 3 : 4)
    (radius, spacing) =
      mostEdges > 0 ? (isNarrow ? 11 : Self.largestRadius, isNarrow && mostEdges > 1 ? 84 : 66) : (12, 40)
    hasBiases = mostEdges > 0
    largest = diagram.largestWeight(shown)
  }

  /// The least distance between stages: that of a weight and of the units at its ends.
  private static let leastGap = 78.0

  private var width: Double { 2 * margin + Double(shown.count - 1) * gap }
  private var unitsHeight: Double { Double(rows - 1) * spacing + 2 * radius + 34 }
  private var captionLines: Int {
    shown.map { $0.map { diagram.stages[$0].captions.count { !$0.isEmpty } } ?? 1 }.max() ?? 1
  }
  private var height: Double {
    unitsHeight + Double(captionLines) * Self.lineHeight + 14 + Double(remark.count) * 15
  }

  private func x(_ place: Int) -> Double { margin + Double(place) * gap }
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
      let share = weight.isNaN ? 0 : weight.isFinite ? abs(weight) / largest : 1
      let kind = weight.isNaN ? "undefined" : weight < 0 ? "negative" : "positive"
      return .element(
        "line",
        [
          "class": "edge \(kind)", "x1": text(line.x1), "y1": text(line.y1),
          "x2": text(line.x2), "y2": text(line.y2), "stroke-width": text(0.6 + 3.4 * share),
        ], .element("title", [:], Markup(NumberStyle.significant(weight))))
    }
  }

  /// The weights on the edges to a stage. Each runs along its edge, so that it is clear to which one it belongs.
  private func values(_ place: Int) -> [Markup] {
    guard let stage = shown[place], diagram.showsValues(to: stage) else { return [] }
    let lines = lines(place)
    func label(_ line: Line) -> String { NumberStyle.significant(line.edge.weight, digits: digits) }
    let edges = lines.map { line in
      let length = ((line.x2 - line.x1) * (line.x2 - line.x1) + (line.y2 - line.y1) * (line.y2 - line.y1)).squareRoot()
      let end = radius / length
      func point(_ share: Double) -> EdgeLabels.Point {
        EdgeLabels.Point(x: line.x1 + share * (line.x2 - line.x1), y: line.y1 + share * (line.y2 - line.y1))
      }
      return EdgeLabels.Edge(
        start: point(end), end: point(1 - end),
        size: (TextWidth.of(label(line)) * Self.fontSize * 1.12 + 3, Self.fontSize))
    }
    let positions = EdgeLabels.placed(edges) ?? []
    return zip(zip(lines, edges), positions).map { pair, position in
      let (centre, direction, size) = (pair.1.point(position), pair.1.direction, pair.1.size)
      func share(_ number: Double) -> String { NumberStyle.shortest((number * 1e4).rounded() / 1e4 + 0) }
      let turn = [direction.x, direction.y, -direction.y, direction.x].map(share).joined(separator: " ")
      let plate = Markup.empty(
        "rect",
        [
          "class": "plate", "x": text(-size.width / 2), "y": text(-size.height / 2), "width": text(size.width),
          "height": text(size.height),
        ])
      return .element(
        "g", ["transform": "matrix(\(turn) \(text(centre.x)) \(text(centre.y)))"],
        plate + words(label(pair.0), "value", 0, 4))
    }
  }

  /// The lines that say which weights are not numbers, and which are not written.
  private var remark: [String] {
    let isUndefined = shown.indices.contains { lines($0).contains(where: \.edge.weight.isNaN) }
    return (isUndefined ? ["Weights on dashed edges are nan."] : []) + unwritten
  }

  private var unwritten: [String] {
    let drawn = shown.indices.filter { !lines($0).isEmpty }
    let missing = drawn.filter { values($0).isEmpty }
    if missing.isEmpty { return [] }
    if missing.count == drawn.count { return ["The weights are not written."] }
    let names = missing.compactMap { shown[$0].map { diagram.stages[$0].name } }
    return "Weights that are not written: \(names.joined(separator: ", "))".wrapped(max(20, Int(width / 6)))
  }

  private func units(_ place: Int) -> [Markup] {
    guard let number = shown[place] else { return [words("…", "more", x(place), y(0, of: 1) + 5)] }
    let stage = diagram.stages[number]
    let count = stage.shown.count
    return stage.shown.enumerated().flatMap { index, unit -> [Markup] in
      let (x, y) = (x(place), y(index, of: count))
      guard let unit else { return [words("⋮", "more", x, y + 6)] }
      var all: [Markup] = [.empty("circle", ["class": "unit", "cx": text(x), "cy": text(y), "r": text(radius)])]
      if number == 0, let (_, name) = zip(stage.drawn, inputNames).first(where: { $0.0 == unit }) {
        all.append(words(name, "sign", x - radius - 6, y + 4, anchor: "end"))
      }
      if hasBiases, let bias = zip(stage.drawn, stage.biases).first(where: { $0.0 == unit })?.1 {
        all.append(words("b \(NumberStyle.significant(bias, digits: digits))", "bias", x, y + radius + 13))
      }
      return all
    }
  }

  private func captions(_ place: Int) -> [Markup] {
    let texts =
      shown[place].map { diagram.stages[$0].captions.filter { !$0.isEmpty } }
      ?? ["\(diagram.stages.count - shown.count + 1) more"]
    let fitting = TextFitting { TextWidth.of($0) * 13.5 }
    return texts.enumerated().map { line, text in
      words(
        fitting.shortened(text, to: gap - 4), line == 0 ? "name" : "caption", x(place),
        unitsHeight + Double(line + 1) * Self.lineHeight)
    }
  }

  private var content: [Markup] {
    let places = shown.indices
    let remarks = remark.enumerated().map { line, text in
      words(text, "bias", width / 2, height - 6 - 15 * Double(remark.count - 1 - line))
    }
    return places.flatMap(edges) + places.flatMap(units) + places.flatMap(values) + places.flatMap(captions) + remarks
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
      .bias { fill: #555; paint-order: stroke; stroke: #fff; stroke-width: 3px; stroke-linejoin: round }
      .plate { fill: #fff }
      .unit { fill: #fff; stroke: #222; stroke-width: 1.5px }
      .positive { stroke: #0072b2 }
      .negative { stroke: #d55e00 }
      .undefined { stroke: #555; stroke-dasharray: 4 3 }

      """)
}
