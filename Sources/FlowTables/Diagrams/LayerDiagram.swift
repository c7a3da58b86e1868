// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A picture of units in layers, with the weights of the edges between them.
package struct LayerDiagram: Sendable {
  package let title: String
  /// The input, followed by the layers in the order of the forward pass.
  package let stages: [Stage]
  /// The names of all inputs.
  private let inputNames: [String]

  /// Creates a diagram. Without a name for each input, they are numbered.
  package init(title: String, stages: [Stage], inputNames: [String] = []) {
    self.title = title
    self.stages = stages
    let count = stages.first?.units ?? 0
    self.inputNames = inputNames.count == count ? inputNames : []
  }

  /// Returns the name of an input, counted from 0.
  func inputName(_ unit: Int) -> String { inputNames.isEmpty ? "x\(unit + 1)" : inputNames[unit] }

  /// The units of the input or of a layer.
  package struct Stage: Sendable {
    /// The name, such as `input` or `layer 1`.
    package let name: String
    package let units: Int
    /// The activation, or nil for the input.
    package let activation: String?
    /// Other layers that follow, such as `batchnorm`.
    package let notes: [String]
    /// The biases of the drawn units; empty if there are none.
    package let biases: [Double]
    /// The weights of the edges from the drawn units of the previous stage to those of this one, unit by unit of this
    /// stage; empty if there are none.
    package let weights: [Double]

    package init(
      _ name: String, units: Int, activation: String? = nil, notes: [String] = [], biases: [Double] = [],
      weights: [Double] = []
    ) {
      self.name = name
      self.units = units
      self.activation = activation
      self.notes = notes
      self.biases = biases
      self.weights = weights
    }

    /// The numbers of the units that are drawn, from 0, with nil for those left out between them.
    var shown: [Int?] { Self.shown(units) }

    private static func shown(_ units: Int) -> [Int?] {
      units <= LayerDiagram.mostUnits ? Array(0..<units) : [0, 1, 2, nil, units - 2, units - 1]
    }

    /// Returns the numbers of the drawn units of a stage with a number of units, from 0.
    package static func drawn(of units: Int) -> [Int] { shown(units).compactMap(\.self) }

    /// The numbers of the units that are drawn, from 0.
    var drawn: [Int] { Self.drawn(of: units) }

    /// A Boolean value that indicates whether all units are drawn.
    var isWhole: Bool { units <= LayerDiagram.mostUnits }

    /// The lines below the units.
    var captions: [String] { [name, activation ?? "", isWhole ? "" : counted(units)] + notes }

    private func counted(_ units: Int) -> String { "\(units) units" }
  }

  /// The largest number of units of a stage that are all drawn.
  static let mostUnits = 6

  /// Returns the numbers of the stages to draw, with nil for those left out in the middle, so that there are at most
  /// `most` of them.
  func shownStages(most: Int) -> [Int?] {
    if stages.count <= most { return Array(stages.indices) }
    let head = max(1, most / 2)
    let tail = max(1, most - head - 1)
    return Array(0..<head) + [nil] + Array(stages.count - tail..<stages.count)
  }

  /// The largest magnitude of a finite weight in the drawn edges, or 1 if there is none.
  func largestWeight(_ shown: [Int?]) -> Double {
    let weights = shown.compactMap(\.self).flatMap { edges(to: $0) }.map { abs($0.weight) }
    let largest = weights.lazy.filter(\.isFinite).max() ?? 0
    return largest > 0 ? largest : 1
  }

  /// An edge between two drawn units. The units are counted from 0 in their stages.
  struct Edge {
    let source: Int
    let target: Int
    let weight: Double
  }

  /// Returns the edges from the previous stage to a stage, between units that are drawn.
  func edges(to stage: Int) -> [Edge] {
    guard stage > 0 else { return [] }
    let (sources, targets) = (stages[stage - 1].drawn, stages[stage].drawn)
    let pairs = targets.flatMap { target in sources.map { (source: $0, target: target) } }
    guard stages[stage].weights.count == pairs.count else { return [] }
    return zip(pairs, stages[stage].weights).map { pair, weight in
      Edge(source: pair.source, target: pair.target, weight: weight)
    }
  }

  /// Returns whether the weights of the edges to a stage may be written next to them.
  func showsValues(to stage: Int) -> Bool {
    guard stage > 0 else { return false }
    let (sources, targets) = (stages[stage - 1], stages[stage])
    return sources.isWhole && targets.isWhole && sources.units * targets.units <= 12
  }

  /// The stages as a table.
  package var table: Table {
    Table(columns: [
      Column("stage", texts: stages.map(\.name)), Column("units", integers: stages.map(\.units)),
      Column("activation", texts: stages.map { $0.activation ?? "" }),
      Column("notes", texts: stages.map { $0.notes.joined(separator: ", ") }),
    ])
  }

  package var summary: String {
    "picture of \(stages.count == 2 ? "1 layer" : "\(stages.count - 1) layers")"
  }
}
