// SPDX-License-Identifier: GPL-3.0-or-later

/// A kernel and what it is connected with.
struct Node: Sendable {
  let kernel: any Kernel
  /// The nodes whose outputs it reads, by their positions. `Graph.input` is the input of the network.
  let inputs: NonEmpty<Int>
  let outline: Outline
  /// Its parameters and its arrays of state, by their positions in the graph.
  let parameters: [Int]
  let state: Range<Int>
  /// Whether the path from one row of the flow table to the next leads through the node. It does not lead through a
  /// projection beside a residual block.
  let isOnPath: Bool
  /// The number of its stream of random numbers, counted from 1. 0 if it draws none.
  let drawer: UInt64
}

/// A parameter of a graph.
struct GraphParameter: Sendable {
  let spec: ParameterSpec
  /// The module in the files of the network; see `ModuleTree`.
  let module: Int
  /// The row of the flow table, counted from 1. Nil for the projection beside a residual block, which has no row.
  let row: Int?
  /// The number of the stream that its initial values are drawn from, counted from 1. 0 if they are not drawn.
  let stream: UInt64
}

/// An array of state of a graph.
struct GraphState: Sendable {
  let spec: StateSpec
  /// The module in the files of the network; see `ModuleTree`.
  let module: Int
}

/// The nodes that belong to a row of the flow table, by their positions.
struct GraphRow: Sendable {
  /// The node that begins the row.
  let node: Int
  /// The time step of that node, counted from 0.
  let step: Int
  /// The position of the row's weight among the parameters of that node.
  let weight: Int
  /// The first activation after it and before the next row.
  var activation: Int?
  /// The first normalisation after it and before the next row, and the layer that describes it.
  var norm: (node: Int, layer: any Layer)?
}

/// The structure of a network: what it computes, without numbers, element types and threads.
///
/// Nodes are in the order of the forward pass, and each has one output. The gradient of an output has a contribution from
/// each reader. Where there are several, a `FanOut` follows the node, so that every other node receives a single
/// gradient.
struct Graph: Sendable {
  /// The position of the network's input among the nodes.
  static var input: Int { -1 }

  let input: Shape
  private(set) var nodes: [Node] = []
  let parameters: [GraphParameter]
  let state: [GraphState]
  private(set) var rows: [GraphRow]
  let modules: ModuleTree

  /// Creates the graph and inserts the fan-outs.
  init(_ builder: GraphBuilder) {
    input = builder.input.shape
    parameters = builder.parameters
    state = builder.state
    modules = builder.modules
    rows = builder.rows
    insertFanOuts(builder.nodes)
  }

  /// The shape of the output.
  var output: Shape { shape(nodes.count - 1) }

  /// Returns the shape of a node's output.
  func shape(_ node: Int) -> Shape { node == Self.input ? input : nodes[node].outline.output }

  /// Adds nodes with a fan-out for every reader of a value but the first one. Each fan-out serves the readers before it
  /// and one more, so gradients are added in the order of the readers, like those of nested blocks.
  private mutating func insertFanOuts(_ all: [Node]) {
    // The first number counts the readers of the network's input.
    var readers = [Int](repeating: 0, count: all.count + 1)
    for node in all {
      for index in 0..<node.inputs.count { readers[node.inputs[index] + 1] += 1 }
    }
    guard readers.contains(where: { $0 > 1 }) else {
      nodes = all
      return
    }
    // For each value, the position of its innermost fan-out, which serves the first two readers, or that of its node.
    var innermost: [Int] = []
    // For each node, its own position.
    var positions: [Int] = []
    var served = [Int](repeating: 0, count: all.count + 1)
    func place(_ shape: Shape, readers: Int) {
      for _ in 0..<max(readers - 1, 0) {
        nodes.append(
          Node(
            kernel: FanOut(), inputs: NonEmpty(nodes.isEmpty ? Self.input : nodes.count - 1),
            outline: FanOut.outline(shape), parameters: [], state: 0..<0, isOnPath: true, drawer: 0))
      }
      innermost.append(nodes.isEmpty ? Self.input : nodes.count - 1)
    }
    place(input, readers: readers[0])
    for (index, node) in all.enumerated() {
      let inputs = node.inputs.map { source in
        let value = source + 1
        served[value] += 1
        return innermost[value] - max(served[value] - 2, 0)
      }
      positions.append(nodes.count)
      nodes.append(
        Node(
          kernel: node.kernel, inputs: inputs, outline: node.outline, parameters: node.parameters, state: node.state,
          isOnPath: node.isOnPath, drawer: node.drawer))
      place(node.outline.output, readers: readers[index + 1])
    }
    rows = rows.map { row in
      GraphRow(
        node: positions[row.node], step: row.step, weight: row.weight, activation: row.activation.map { positions[$0] },
        norm: row.norm.map { (positions[$0.node], $0.layer) })
    }
  }

  /// Whether a kernel computes statistics over the samples of a batch in training mode.
  var measuresSamples: Bool { nodes.contains { $0.outline.forward.barrier != nil } }

  /// The numbers per sample that a pass writes: all outputs and all gradients.
  var unitCount: Int {
    nodes.reduce(0) { count, node in
      let outline = node.outline
      let inputs = (0..<node.inputs.count).reduce(0) { $0 + shape(node.inputs[$1]).units }
      return count + (outline.passesValue == .always ? 0 : outline.output.units)
        + (outline.passesGradient == .always ? 0 : inputs)
    }
  }

  /// Returns the activation of a row of the flow table, counted from 1, or nil if it has none.
  func activation(ofRow row: Int) -> Activation? {
    rows[row - 1].activation.flatMap { node in
      switch nodes[node].kernel.part {
      case .activation(let own): own
      case .rows, .norm, .none: nil
      }
    }
  }

  /// The number of units in all rows of the flow table.
  var measuredUnits: Int { rows.reduce(0) { $0 + nodes[$1.node].outline.output.units } }

  /// Whether a parameter belongs to more than one node.
  var hasSharedParameters: Bool { nodes.reduce(0) { $0 + $1.parameters.count } > parameters.count }

  /// For each parameter, the first node that uses it.
  var firstUses: [Int] {
    var first = [Int](repeating: -1, count: parameters.count)
    for (index, node) in nodes.enumerated() {
      for parameter in node.parameters where first[parameter] < 0 { first[parameter] = index }
    }
    return first
  }

  /// For each node, whether its output is the only value that later nodes read. Between two such nodes, the gradient of
  /// the loss consists of a single matrix.
  var cuts: [Bool] {
    // The last reader of each value; the first one is that of the network's input.
    var lastReaders = [Int](repeating: -1, count: nodes.count + 1)
    var counts = [Int](repeating: 0, count: nodes.count + 1)
    for (index, node) in nodes.enumerated() {
      for input in 0..<node.inputs.count {
        lastReaders[node.inputs[input] + 1] = index
        counts[node.inputs[input] + 1] += 1
      }
    }
    lastReaders[nodes.count] = nodes.count
    var ends = [Int](repeating: 0, count: nodes.count + 1)
    for reader in lastReaders where reader >= 0 { ends[reader] += 1 }
    var live = 1
    return nodes.indices.map { index in
      live += 1 - ends[index]
      return live == 1 && counts[index + 1] <= 1
    }
  }
}
