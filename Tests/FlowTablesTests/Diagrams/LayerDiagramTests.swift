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

  /// The names of the inputs are next to their units; without them, or with a wrong number of them, there are numbers.
  @Test func inputsHaveNames() {
    func svg(_ names: [String]) -> String {
      LayerDiagram(
        title: "net", stages: [Stage("input", units: 8), Stage("layer 1", units: 1)], inputNames: names
      ).inlineSVG.source
    }
    let named = svg(["age", "<b>", "a very long name of a column", "4", "5", "6", "7", "last"])
    let signs = named.matches(of: /class="sign" x="([\d.]+)"[^>]*>([^<]*)</)
    #expect(signs.map { String($0.2) } == ["age", "&lt;b&gt;", "a very l…olumn", "7", "last"])
    #expect(signs.allSatisfy { (Double($0.1) ?? 0) > 100 })
    #expect(svg([]).contains(">x8<") && svg(["a"]).contains(">x8<"))
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

  /// Layers of the given sizes with a distinct weight on each edge.
  private func layers(_ sizes: [Int]) -> LayerDiagram {
    var next = 0
    return LayerDiagram(
      title: "net",
      stages: [Stage("input", units: sizes[0])]
        + zip(sizes, sizes.dropFirst()).enumerated().map { layer, size in
          let weights = (0..<size.0 * size.1).map { _ -> Double in
            next += 1
            return next % 2 == 0 ? -Double(next) / 100 : Double(next) / 100
          }
          return Stage(
            "layer \(layer + 1)", units: size.1, biases: Array(repeating: 0, count: size.1), weights: weights)
        })
  }

  /// Every edge has its weight, which is on the edge, and no two of them overlap, at any width.
  @Test(arguments: [[2, 4, 3, 2], [3, 3, 1], [1, 6, 2], [4, 3], [3, 4, 3]], [nil, 8, 17] as [Double?])
  func weightsAreOnTheirEdges(sizes: [Int], width: Double?) throws {
    let svg = String(decoding: layers(sizes).svgFile(width: width), as: UTF8.self)
    let edges = svg.matches(
      of: /<line class="edge \w+" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"[^>]*><title>([-\d.]+)</)
    let labels = svg.matches(
      of: /matrix\(\S+ \S+ \S+ \S+ ([\d.]+) ([\d.]+)\)"><rect[^>]*width="([\d.]+)"[^>]*\/><text[^>]*>([-\d.]+)</)
    #expect(edges.count == zip(sizes, sizes.dropFirst()).map { $0 * $1 }.reduce(0, +))
    #expect(labels.map { String($0.4) } == edges.map { String($0.5) })
    func number(_ text: Substring) throws -> Double { try #require(Double(text)) }
    var centres: [(x: Double, y: Double)] = []
    for (edge, label) in zip(edges, labels) {
      let (x1, y1, x2, y2) = (try number(edge.1), try number(edge.2), try number(edge.3), try number(edge.4))
      let (x, y) = (try number(label.1), try number(label.2))
      let length = ((x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1)).squareRoot()
      #expect(abs((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)) / length < 0.5)
      #expect(x > x1 && x < x2)
      #expect(centres.allSatisfy { abs($0.x - x) + abs($0.y - y) > 8 })
      centres.append((x, y))
    }
    #expect(!svg.contains("not written"))
    // The smallest text is 11 units high.
    let box = try number(try #require(svg.firstMatch(of: /viewBox="0 0 ([\d.]+) \d/)).1)
    if let width { #expect(11 * width / 2.54 * 72 / box >= 5.99) }
  }

  /// A picture says which weights it leaves out.
  @Test func missingWeightsAreMentioned() {
    let svg = String(decoding: layers([2, 6, 6, 1]).svgFile(), as: UTF8.self)
    #expect(svg.contains(">Weights that are not written: layer 2</text>"))
    #expect(svg.matches(of: /class="value"/).count == 12 + 6)
  }

  /// With several edges, the weights are listed below the drawing, because between the lines of characters it is not
  /// clear which of them a number belongs to.
  @Test(arguments: [30, 40, 80]) func weightsAreListed(width: Int) {
    let lines = lines(layers([2, 3, 1]), width: width)
    #expect(lines.allSatisfy { $0.displayWidth <= width })
    let texts = lines.map { $0.split(separator: " ").joined(separator: " ") }
    for text in ["layer 1 x1 x2 b", "unit 1 0.01 -0.02 0", "unit 2 0.03 -0.04 0", "unit 3 0.05 -0.06 0"] {
      #expect(texts.contains(text), "\(texts)")
    }
    // What does not fit next to each other continues below.
    #expect(texts.contains("layer 2 unit 1 unit 2 unit 3 b") == (width > 30), "\(texts)")
    for weight in ["0.07", "-0.08", "0.09"] { #expect(texts.joined().contains(weight)) }
  }

  @Test func wideLayersAreAbbreviated() {
    let net = LayerDiagram(
      title: "net",
      stages: [Stage("input", units: 784), Stage("layer 1", units: 2, weights: Array(repeating: 1, count: 10))])
    let text = lines(net).joined(separator: "\n")
    #expect(text.contains("784 units") && text.contains("⋮") && text.contains("▶"))
    let svg = String(decoding: net.svgFile(), as: UTF8.self)
    #expect(svg.matches(of: /<circle/).count == 7 && svg.contains(">x784<"))
  }

  /// The names of the inputs are inside of the picture, and wide layers have edges.
  @Test(arguments: [nil, 5, 8] as [Double?], [12, 1000, 1_000_000]) func namesOfInputs(width: Double?, inputs: Int)
    throws
  {
    let net = LayerDiagram(
      title: "net",
      stages: [
        Stage("input", units: inputs), Stage("layer 1", units: 7, weights: (0..<25).map(Double.init)),
        Stage("layer 2", units: 1, biases: [2], weights: [1, 2, 3, 4, 5]),
      ])
    let svg = String(decoding: net.svgFile(width: width), as: UTF8.self)
    #expect(svg.matches(of: /<line class="edge/).count == 30)
    let names = svg.matches(of: /class="sign" x="([-\d.]+)" [^>]*>(x\d+)</)
    #expect(names.count == 5)
    for name in names { #expect((Double(name.1) ?? 0) - 8.3 * Double(name.2.count) > 0, "\(name.0)") }
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
