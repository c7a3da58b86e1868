// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// The properties of a row of the flow table that the theory depends on.
struct RowDescription {
  /// The position of the row in the graph: on the only path, alone with a plain shortcut around it, or any other.
  enum Block { case none, shortcut, other }

  let inputs: Int
  let units: Int
  let weights: Initializer
  /// The initializer of the biases. A layer without biases behaves like one whose biases are 0.
  let biases: Initializer
  /// The first activation between the row and the next one; `nil` if there is none.
  var ownActivation: Activation?
  var norm = NormChoice.none
  var block: Block
  /// The fraction of the inputs that dropout keeps.
  let kept: Double

  var activation: Activation { ownActivation ?? .identity }

  var withoutActivation: RowDescription {
    var other = self
    other.ownActivation = nil
    return other
  }

  /// Whether the weights are calibrated next to biases that contribute a large part of the target variance. The part
  /// that is left for the weights is then random.
  var leavesWeightsToChance: Bool {
    weights.needsData && biases.variance(fanIn: inputs, fanOut: units) > Self.mostBiasVariance
  }

  private static let mostBiasVariance = 0.25

  /// Whether the units of the row share a shift that is not normalised away.
  var isShifted: Bool { hasShiftingWeights || (biases.mean != 0 && norm == .none) }

  /// Whether they share a shift that differs from sample to sample.
  var hasShiftingWeights: Bool { weights.mean != 0 && norm != .layer }
}

extension Architecture {
  /// The descriptions of the rows of the flow table. Some are missing if a stop was requested.
  var rowDescriptions: [RowDescription] {
    var reader = RowReader(graph)
    reader.read()
    return reader.descriptions
  }
}

/// Reads the rows of a graph by the roles of its nodes.
private struct RowReader {
  private let graph: Graph
  private let cuts: [Bool]
  private(set) var descriptions: [RowDescription] = []
  /// The fraction of units that dropout has kept since the last row.
  private var kept = 1.0
  /// Whether there is something that the theory does not cover between the last row and the next one.
  private var isBroken = false
  /// The parameters of the nodes that have been read.
  private var used: Set<Int> = []

  init(_ graph: Graph) {
    self.graph = graph
    cuts = graph.cuts
  }

  /// Reads all nodes. Where the graph has several branches, the nodes from the first fan-out to the sum that joins them
  /// form a block.
  mutating func read() {
    var start = 0
    for node in graph.nodes.indices.untilStopped where cuts[node] {
      if node == start { read(node) } else { readBlock(start...node) }
      start = node + 1
    }
  }

  /// Reads a node on the only path.
  private mutating func read(_ node: Int) {
    switch graph.nodes[node].role {
    case .affine:
      add(node, isBroken ? .other : .none)
      isBroken = false
    case .unrolled(let steps, _):
      for _ in 0..<steps { add(node, .other) }
      isBroken = true
    case .activation(let activation): follow(activation)
    case .norm(let norm?, _): follow(norm)
    case .mask(let share): kept *= share
    case .norm(nil, _), .fanOut, .sum, .other: breakOff()
    }
  }

  private mutating func readBlock(_ nodes: ClosedRange<Int>) {
    // A shortcut also carries the units that dropout keeps.
    let block = kept == 1 && !isBroken && isSimple(nodes) ? RowDescription.Block.shortcut : .other
    kept = 1
    isBroken = false
    for node in nodes.untilStopped where graph.nodes[node].isOnPath {
      switch graph.nodes[node].role {
      case .affine: add(node, block)
      case .unrolled(let steps, _): for _ in 0..<steps { add(node, .other) }
      case .activation(let activation): follow(activation)
      case .norm(let norm, _): if let norm { follow(norm) }
      case .mask, .fanOut, .sum, .other: break
      }
    }
  }

  /// Returns whether a block consists of one row and a plain shortcut.
  private func isSimple(_ nodes: ClosedRange<Int>) -> Bool {
    guard case .fanOut = graph.nodes[nodes.lowerBound].role, case .sum = graph.nodes[nodes.upperBound].role else {
      return false
    }
    let inner = graph.nodes[nodes.lowerBound + 1..<nodes.upperBound]
    var rows = 0
    for node in inner {
      switch node.role {
      case .affine: rows += 1
      case .activation, .norm(_?, _): break
      case .unrolled, .norm(nil, _), .mask, .fanOut, .sum, .other: return false
      }
    }
    return rows == 1
  }

  private mutating func add(_ node: Int, _ block: RowDescription.Block) {
    let (weights, biases) = graph.initializers(node)
    // The values of a shared weight are not independent of the signal.
    let isShared = graph.nodes[node].parameters.contains { !used.insert($0).inserted }
    descriptions.append(
      RowDescription(
        inputs: graph.shape(graph.nodes[node].inputs[0]).units, units: graph.shape(node).units,
        weights: weights ?? .zeros, biases: biases ?? .zeros, block: isShared ? .other : block, kept: kept))
    kept = 1
  }

  /// The first activation after a row belongs to it.
  private mutating func follow(_ activation: Activation) {
    guard let last = descriptions.indices.last, descriptions[last].ownActivation == nil else { return }
    descriptions[last].ownActivation = activation
  }

  private mutating func follow(_ norm: NormChoice) {
    guard let last = descriptions.indices.last, descriptions[last].norm == .none else { return }
    descriptions[last].norm = norm
  }

  private mutating func breakOff() {
    isBroken = true
    if let last = descriptions.indices.last { descriptions[last].block = .other }
  }
}
