// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// The weights and biases of small layers as text: for each layer, a row for each unit and a column for each input.
struct WeightLists {
  /// The lines. Those with the names of the inputs are marked.
  private(set) var lines: [(text: String, isName: Bool)] = []

  init(_ diagram: LayerDiagram, _ shown: [Int?], width: Int) {
    for case let stage? in shown.dropFirst() where diagram.listsWeights(to: stage) {
      let (sources, layer) = (diagram.stages[stage - 1], diagram.stages[stage])
      let names = (1...sources.units).map { stage == 1 ? "x\($0)" : "unit \($0)" }
      var columns = names.indices.map { source in
        (name: names[source], numbers: (0..<layer.units).map { layer.weights[$0 * sources.units + source] })
      }
      if layer.biases.count == layer.units { columns.append(("b", layer.biases)) }
      let heads = (1...layer.units).map { "  unit \($0)" }
      let first = max(layer.name.displayWidth, heads.map(\.count).max() ?? 0)
      let texts = columns.map { column in
        let cells = column.numbers.map { NumberStyle.significant($0, digits: 3) }.alignedAtPoint
        let size = ([column.name] + cells).map(\.displayWidth).max() ?? 0
        return ([column.name] + cells).map { $0.padded(size, toRight: true) }
      }
      lines.append(("", false))
      var next = 0
      // Columns for which there is no room continue below.
      while next < texts.count {
        var (end, used) = (next, first)
        while end < texts.count, end == next || used + 2 + texts[end][0].displayWidth <= width {
          used += 2 + texts[end][0].displayWidth
          end += 1
        }
        for row in 0...layer.units {
          let head = (row == 0 ? layer.name : heads[row - 1]).fitted(first).padded(first)
          lines.append(((([head] + texts[next..<end].map { $0[row] }).joined(separator: "  ")), row == 0))
        }
        next = end
      }
    }
  }
}

extension LayerDiagram {
  /// Returns whether the weights of the edges to a stage are listed in characters: whether there are several, and few.
  func listsWeights(to stage: Int) -> Bool {
    guard stage > 0 else { return false }
    let (sources, targets) = (stages[stage - 1], stages[stage])
    return sources.isWhole && targets.isWhole && sources.units * targets.units > 1
      && targets.weights.count == sources.units * targets.units
  }
}
