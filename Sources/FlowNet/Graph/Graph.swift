// SPDX-License-Identifier: GPL-3.0-or-later

/// A kernel and what it is connected with.
///
/// It is a class because a copy of everything that it refers to would cost as much as laying it out.
final class Node: Sendable {
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

  init(
    kernel: any Kernel, inputs: NonEmpty<Int>, outline: Outline, parameters: [Int] = [], state: Range<Int> = 0..<0,
    isOnPath: Bool = true, drawer: UInt64 = 0
  ) {
    self.kernel = kernel
    self.inputs = inputs
    self.outline = outline
    self.parameters = parameters
    self.state = state
    self.isOnPath = isOnPath
    self.drawer = drawer
  }

  /// Returns the node with other inputs.
  func reading(_ inputs: NonEmpty<Int>) -> Node {
    Node(
      kernel: kernel, inputs: inputs, outline: outline, parameters: parameters, state: state, isOnPath: isOnPath,
      drawer: drawer)
  }
}

/// A parameter of a graph.
final class GraphParameter: Sendable {
  let spec: ParameterSpec
  /// The module in the files of the network; see `ModuleTree`.
  let module: Int
  /// The row of the flow table, counted from 1. Nil for the projection beside a residual block, which has no row.
  let row: Int?
  /// The number of the stream that its initial values are drawn from, counted from 1. 0 if they are not drawn.
  let stream: UInt64

  init(spec: ParameterSpec, module: Int, row: Int?, stream: UInt64) {
    self.spec = spec
    self.module = module
    self.row = row
    self.stream = stream
  }
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
final class Graph: Sendable {
  /// The position of the network's input among the nodes.
  static var input: Int { -1 }

  let input: Shape
  let nodes: [Node]
  let parameters: [GraphParameter]
  let state: [GraphState]
  let rows: [GraphRow]
  let modules: ModuleTree

  /// Creates the graph and inserts the fan-outs.
  init(_ builder: GraphBuilder) {
    input = builder.input.shape
    parameters = builder.parameters
    state = builder.state
    modules = builder.modules
    (nodes, rows) = Self.fannedOut(builder.nodes, builder.rows, builder.input.shape)
  }

  /// The shape of the output.
  var output: Shape { shape(nodes.count - 1) }

  /// Returns the shape of a node's output.
  func shape(_ node: Int) -> Shape { node == Self.input ? input : nodes[node].outline.output }

  /// Returns the nodes and rows with a fan-out for every reader of a value but the first one. Each fan-out serves the
  /// readers before it and one more, so gradients are added in the order of the readers, like those of nested blocks.
  private static func fannedOut(
    _ all: [Node], _ rows: [GraphRow], _ input: Shape
  ) -> (nodes: [Node], rows: [GraphRow]) {
    // The first number counts the readers of the network's input.
    var readers = [Int](repeating: 0, count: all.count + 1)
    for node in all {
      for index in 0..<node.inputs.count { readers[node.inputs[index] + 1] += 1 }
    }
    guard readers.contains(where: { $0 > 1 }) else { return (all, rows) }
    var nodes: [Node] = []
    // For each value, the position of its innermost fan-out, which serves the first two readers, or that of its node.
    var innermost: [Int] = []
    // For each node, its own position.
    var positions: [Int] = []
    var served = [Int](repeating: 0, count: all.count + 1)
    func place(_ shape: Shape, readers: Int) {
      for _ in 0..<max(readers - 1, 0) {
        let source = nodes.isEmpty ? Self.input : nodes.count - 1
        nodes.append(Node(kernel: FanOut(), inputs: NonEmpty(source), outline: FanOut.outline(shape)))
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
      nodes.append(node.reading(inputs))
      place(node.outline.output, readers: readers[index + 1])
    }
    let moved = rows.map { row in
      GraphRow(
        node: positions[row.node], step: row.step, weight: row.weight, activation: row.activation.map { positions[$0] },
        norm: row.norm.map { (positions[$0.node], $0.layer) })
    }
    return (nodes, moved)
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
