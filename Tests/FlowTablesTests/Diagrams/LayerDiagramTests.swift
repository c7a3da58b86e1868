// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText
import Testing

@testable import FlowTables

struct LayerDiagramTests {
  private typealias Stage = LayerDiagram.Stage

  private func lines(_ diagram: LayerDiagram, width: Int = 80, usesUnicode: Bool = true) -> [String] {
    DocumentWriter.text(of: .drawing(diagram), .table, layout: Layout(width: width, usesUnicode: usesUnicode))
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func chain(_ depth: Int) -> LayerDiagram {
    LayerDiagram(
      title: "chain",
      stages: [Stage("input", units: 1)]
        + (1...depth).map { layer in
          Stage(
            "layer \(layer)", units: 1, activation: "sigmoid", biases: [Double(layer)], weights: [Double(layer) / -8])
        })
  }

  @Test func chainShowsItsWeightsAndBiases() {
    #expect(
      lines(chain(3)) == [
        "chain", "", "   ○ ⠤⠤⠤-0.125⠤⠤⠤ ○ ⠤⠤⠤⠤-0.25⠤⠤⠤ ○ ⠤⠤⠤-0.375⠤⠤⠤ ○",
        " input         layer 1        layer 2        layer 3",
        "               sigmoid        sigmoid        sigmoid",
        "                 b 1            b 2            b 3", "",
      ])
  }

  /// Long chains continue on further lines, and very long ones are abbreviated.
  @Test(arguments: [30, 40, 80, 200], [1, 4, 9, 100]) func nothingIsWiderThanTheWindow(_ width: Int, _ depth: Int) {
    for usesUnicode in [true, false] {
      let lines = lines(chain(depth), width: width, usesUnicode: usesUnicode)
      #expect(lines.allSatisfy { $0.displayWidth <= width }, "\(lines)")
      let text = lines.joined(separator: "\n")
      #expect(text.contains("layer \(depth)") || text.contains("lay…") || text.contains("laye~"), "\(text)")
      #expect(usesUnicode || text.utf8.allSatisfy { $0 < 0x80 })
    }
    if depth == 100, width == 80 { #expect(lines(chain(depth), width: width).contains { $0.contains("more") }) }
  }

  @Test func smallLayersShowTheirWeights() {
    let net = LayerDiagram(
      title: "net",
      stages: [
        Stage("input", units: 2),
        Stage(
          "layer 1", units: 3, activation: "tanh", biases: [0, 1, 2], weights: [0.11, 0.22, -0.33, 0.44, -0.55, 0.66]),
      ])
    let text = lines(net).joined(separator: "\n")
    for weight in ["0.11", "0.22", "-0.33", "0.44", "-0.55", "0.66"] { #expect(text.contains(weight), "\(text)") }
    let svg = String(decoding: net.svgFile(), as: UTF8.self)
    #expect(svg.matches(of: /<line class="edge/).count == 6 && svg.matches(of: /<circle/).count == 5)
    #expect(svg.matches(of: /edge negative/).count == 2 && svg.contains(">b 2</text>"))
    #expect(svg.matches(of: /class="value"/).count == 6)
  }

  @Test func wideLayersAreAbbreviated() {
    let net = LayerDiagram(
      title: "net",
      stages: [Stage("input", units: 784), Stage("layer 1", units: 2, weights: Array(repeating: 1, count: 1568))])
    let text = lines(net).joined(separator: "\n")
    #expect(text.contains("784 units") && text.contains("⋮") && text.contains("▶"))
    let svg = String(decoding: net.svgFile(), as: UTF8.self)
    #expect(svg.matches(of: /<circle/).count == 7 && svg.contains(">x784<"))
  }

  @Test func textsAreEscapedAndNumbersMayBeStrange() {
    let net = LayerDiagram(
      title: "<script>&",
      stages: [
        Stage("\u{1B}[31m", units: 1),
        Stage("<a>", units: 1, activation: "\"b\"", notes: ["<c>"], biases: [.nan], weights: [-.infinity]),
      ])
    let svg = String(decoding: net.svgFile(width: 8), as: UTF8.self)
    #expect(!svg.contains("<script") && !svg.contains("<a>") && !svg.contains("<c>") && !svg.contains("\u{1B}"))
    #expect(svg.contains("width=\"8cm\"") && svg.contains(">-inf</text>") && svg.contains(">b nan</text>"))
    #expect(!svg.contains("nan\"") && !svg.contains("inf\""))
    #expect(!lines(net).joined().contains("\u{1B}"))
  }
}
