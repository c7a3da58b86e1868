// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

extension LayerDiagram: Drawing {
  package func draw(_ layout: Layout, to output: inout StyledText) {
    for line in TextDiagram(self, layout).lines { output += line.withoutTrailingBlanks + "\n" }
  }
}

/// A diagram of layers drawn with characters. Bands of stages follow each other if one line does not suffice.
struct TextDiagram {
  private let diagram: LayerDiagram
  private let width: Int
  private let characters: PlotCharacters
  /// The width of the column of a stage.
  private let stageWidth: Int
  /// The width of the gap between two stages.
  private let gap: Int
  /// The number of stages in a band. A band begins with the last stage of the one before.
  private let perBand: Int
  /// The numbers of the stages that are drawn, with nil for those left out in the middle.
  private let shown: [Int?]

  private static let leastWidth = 30
  /// The largest number of bands. If there are more stages than they hold, those in the middle are left out.
  private static let mostBands = 3

  init(_ diagram: LayerDiagram, _ layout: Layout) {
    self.diagram = diagram
    width = layout.width ?? 80
    characters = PlotCharacters(usesUnicode: layout.usesUnicode, isColored: layout.isColored)
    let captions = diagram.stages.flatMap(\.textCaptions)
    // An odd width has a column in the middle.
    stageWidth = min(15, max(7, captions.map(\.displayWidth).max() ?? 0)) | 1
    let mostEdges = diagram.stages.indices.map { diagram.showsValues(to: $0) ? diagram.edges(to: $0).count : 0 }.max()
    gap = (mostEdges ?? 0) > 1 ? 12 : 8
    perBand = max(2, (width - stageWidth) / (stageWidth + gap) + 1)
    shown = diagram.shownStages(most: (perBand - 1) * Self.mostBands + 1)
  }

  var lines: [StyledText] {
    if width < Self.leastWidth {
      return "a picture of a network needs \(Self.leastWidth) columns".wrapped(width).map { StyledText($0) }
    }
    var lines = diagram.title.visibleUntilStopped.wrapped(width).map { characters.title($0) }
    var hidesValues = false
    for start in stride(from: 0, to: shown.count - 1, by: perBand - 1) {
      let band = Array(shown[start..<min(shown.count, start + perBand)])
      lines.append(StyledText(""))
      lines += self.band(band, &hidesValues)
    }
    lines += WeightLists(diagram, shown, width: width).lines.map {
      $0.isName ? StyledText($0.text) : characters.frame($0.text)
    }
    if hidesValues {
      let note = "save(show(net, picture: true), \"net.svg\") shows more"
      lines += [StyledText("")] + note.wrapped(width).map(characters.frame)
    }
    return lines
  }

  private func x(_ place: Int) -> Int { place * (stageWidth + gap) + stageWidth / 2 }

  /// Returns the distance between adjacent units, in lines.
  private func spacing(_ band: [Int?]) -> Int {
    switch mostShown(band) {
    case ...1: 1
    case ...3: 4
    default: 2
    }
  }

  private func mostShown(_ band: [Int?]) -> Int {
    band.map { $0.map { diagram.stages[$0].shown.count } ?? 1 }.max() ?? 1
  }

  private func band(_ band: [Int?], _ hidesValues: inout Bool) -> [StyledText] {
    let spacing = spacing(band)
    let height = (mostShown(band) - 1) * spacing + 1
    var canvas = Canvas(width: x(band.count - 1) + stageWidth / 2 + 1, height: height)
    func row(_ place: Int, of count: Int) -> Int { (height - 1) / 2 + (2 * place - (count - 1)) * spacing / 2 }
    for place in band.indices.dropFirst() {
      let before = band[place - 1].map { diagram.stages[$0] }
      guard let stage = band[place], let before, before.isWhole, diagram.stages[stage].isWhole else {
        arrow(&canvas, place, row: (height - 1) / 2)
        hidesValues = hidesValues || band[place] != nil && before != nil
        continue
      }
      let edges = diagram.edges(to: stage)
      let after = diagram.stages[stage]
      let lines = edges.map { edge in
        (
          edge, from: row(edge.source, of: before.units), to: row(edge.target, of: after.units)
        )
      }
      for (edge, from, to) in lines {
        canvas.draw(
          from: (2 * x(place - 1) + 4, 4 * from + 2), to: (2 * x(place) - 3, 4 * to + 2), ink: Self.ink(edge.weight))
      }
      hidesValues = !label(&canvas, lines, place, stage: stage) || hidesValues
    }
    for (place, stage) in band.enumerated() {
      let shown = stage.map { diagram.stages[$0].shown } ?? [nil]
      for (index, unit) in shown.enumerated() {
        let sign: Character = unit != nil ? (characters.usesUnicode ? "○" : "o") : stage == nil ? "…" : "⋮"
        canvas.mark((2 * x(place), 4 * row(index, of: shown.count)), sign, ink: 2)
      }
    }
    return canvas.lines(characters) + captions(band)
  }

  private static func ink(_ weight: Double) -> Int { weight < 0 ? 1 : 0 }

  /// Draws an arrow between two stages in place of their edges.
  private func arrow(_ canvas: inout Canvas, _ place: Int, row: Int) {
    let (start, end) = (x(place - 1) + stageWidth / 2, x(place) - stageWidth / 2)
    for column in start...end {
      canvas.mark((2 * column, 4 * row), column == end ? (characters.usesUnicode ? "▶" : ">") : "─", ink: 2)
    }
  }

  /// Writes the weight onto the edge between two stages of one unit each. With more edges it would not be clear which
  /// one a number belongs to, so the weights are listed below the drawing. Returns false if they are not shown.
  private func label(
    _ canvas: inout Canvas, _ lines: [(edge: LayerDiagram.Edge, from: Int, to: Int)], _ place: Int, stage: Int
  ) -> Bool {
    guard lines.count == 1, let line = lines.first else { return diagram.listsWeights(to: stage) }
    let (start, end) = (x(place - 1) + 1, x(place) - 1)
    let text = NumberStyle.significant(line.edge.weight, digits: 3)
    let column = Int((Double(start + end) / 2 - Double(text.count - 1) / 2).rounded())
    guard column > start, column + text.count - 1 < end else { return false }
    for (offset, character) in text.enumerated() {
      canvas.mark((2 * (column + offset), 4 * line.from), character, ink: Self.ink(line.edge.weight))
    }
    return true
  }

  /// The lines below the units of a band.
  private func captions(_ band: [Int?]) -> [StyledText] {
    let columns = band.map { stage -> [String] in
      guard let stage else { return ["\(diagram.stages.count - shown.count + 1) more"] }
      return diagram.stages[stage].textCaptions.filter { !$0.isEmpty }
    }
    return (0..<(columns.map(\.count).max() ?? 0)).map { line in
      var text = ""
      for (place, column) in columns.enumerated() where line < column.count {
        let caption = column[line].visibleUntilStopped.fitted(stageWidth)
        text = text.padded(max(0, x(place) - caption.displayWidth / 2)) + caption
      }
      return line == 0 ? StyledText(text) : characters.frame(text)
    }
  }
}

extension LayerDiagram.Stage {
  /// The lines below the units, including the bias of a single unit.
  fileprivate var textCaptions: [String] {
    captions + (units == 1 ? biases.map { "b \(NumberStyle.significant($0, digits: 3))" } : [])
  }
}
