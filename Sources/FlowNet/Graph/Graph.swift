// SPDX-License-Identifier: GPL-3.0-or-later

/// A node of a graph: a kernel and its connections.
///
/// It is a class because copying everything that it refers to would take as long as laying out the node.
package final class Node: Sendable {
  let kernel: any Kernel
  /// The positions of the nodes whose outputs it reads. `Graph.input` stands for the input of the network.
  package let inputs: NonEmpty<Int>
  let outline: Outline
  /// The positions of its parameters and of its state arrays in the graph.
  package let parameters: [Int]
  let state: Range<Int>
  /// Whether the node lies on the path from one row of the flow table to the next. The projection in the shortcut of a
  /// residual block does not.
  package let isOnPath: Bool
  /// The number of the node's random stream, counted from 1, or 0 if it draws no random numbers.
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

  package var role: NodeRole { kernel.role }

  /// Returns the node with other inputs.
  func reading(_ inputs: NonEmpty<Int>) -> Node {
    Node(
      kernel: kernel, inputs: inputs, outline: outline, parameters: parameters, state: state, isOnPath: isOnPath,
      drawer: drawer)
  }
}

/// A parameter of a graph.
package final class GraphParameter: Sendable {
  let spec: ParameterSpec
  /// The module that it belongs to in network files; see `ModuleTree`.
  let module: Int
  /// The row of the flow table, counted from 1. It is nil for a parameter that belongs to no row, such as those of the
  /// projection in a residual block.
  let row: Int?
  /// The number of the random stream that its initial values are drawn from, counted from 1, or 0 if they are constant.
  let stream: UInt64

  init(spec: ParameterSpec, module: Int, row: Int?, stream: UInt64) {
    self.spec = spec
    self.module = module
    self.row = row
    self.stream = stream
  }

  /// The initializer that draws its initial values, or nil if they are constant.
  package var initializer: Initializer? {
    switch spec.start {
    case .drawn(let initializer, _, _): initializer
    case .constant: nil
    }
  }
}

/// A state array of a graph.
struct GraphState: Sendable {
  let spec: StateSpec
  /// The module that it belongs to in network files; see `ModuleTree`.
  let module: Int
}

/// The positions of the nodes that belong to a row of the flow table.
package struct GraphRow: Sendable {
  /// The node that begins the row.
  package let node: Int
  /// The time step of that node, counted from 0.
  let step: Int
  /// The position of the row's weight among the parameters of that node.
  let weight: Int
  /// The first activation between that node and the next row, or nil if there is none.
  var activation: Int?
  /// The first normalisation between that node and the next row, with the layer that describes it, or nil if there is
  /// none.
  var norm: (node: Int, layer: any Layer)?
}

/// The structure of a network: what it computes, independent of the values of parameters, element types and threads.
///
/// Nodes are in the order of the forward pass, and each has one output. Every reader of an output contributes to its
/// gradient. If an output has several readers, `FanOut`s follow the node, so that every other node receives a single
/// gradient.
package final class Graph: Sendable {
  /// The position that stands for the input of the network.
  package static var input: Int { -1 }

  package let input: Shape
  package let nodes: [Node]
  package let parameters: [GraphParameter]
  let state: [GraphState]
  package let rows: [GraphRow]
  let modules: ModuleTree
  /// Whether any parameter belongs to more than one node.
  let hasSharedParameters: Bool

  /// Creates a graph of the nodes that a builder has collected, and inserts the fan-outs.
  init(_ builder: GraphBuilder) {
    input = builder.input.shape
    parameters = builder.parameters
    state = builder.state
    modules = builder.modules
    (nodes, rows) = Self.fannedOut(builder.nodes, builder.rows, builder.input.shape)
    hasSharedParameters = nodes.reduce(0) { $0 + $1.parameters.count } > parameters.count
  }

  /// Returns for each parameter whether it belongs to one of the given dense layers, counted from 1, or to a node between
  /// such a layer and the next one.
  func belongs(toRows rows: Set<Int>) -> [Bool] {
    var result = [Bool](repeating: false, count: parameters.count)
    let starts = Set(self.rows.map(\.node))
    var row = 0
    for (index, node) in nodes.enumerated() {
      if starts.contains(index) { row += 1 }
      for parameter in node.parameters where rows.contains(row) { result[parameter] = true }
    }
    return result
  }

  var output: Shape { shape(nodes.count - 1) }

  /// Returns the shape of a node's output.
  package func shape(_ node: Int) -> Shape { node == Self.input ? input : nodes[node].outline.output }

  /// Returns the nodes and rows with a fan-out added for every reader of a value except the first one. Each fan-out
  /// adds the gradient of one more reader to the sum for the readers before it. Gradients are therefore added in the
  /// order of the readers, as in nested blocks.
  private static func fannedOut(
    _ all: [Node], _ rows: [GraphRow], _ input: Shape
  ) -> (nodes: [Node], rows: [GraphRow]) {
    // The first element counts the readers of the network's input.
    var readers = [Int](repeating: 0, count: all.count + 1)
    for node in all {
      for index in 0..<node.inputs.count { readers[node.inputs[index] + 1] += 1 }
    }
    guard readers.contains(where: { $0 > 1 }) else { return (all, rows) }
    var nodes: [Node] = []
    // For each value, the position of its innermost fan-out, which serves the first two readers, or of its node if it
    // has no fan-out.
    var innermost: [Int] = []
    // For each of the given nodes, its new position.
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

  /// Whether any kernel computes statistics over the samples of a batch in training mode.
  var measuresSamples: Bool { nodes.contains { !$0.outline.forward.barriers.isEmpty } }

  /// Whether a prediction computes something else than a pass in training mode, such as with dropout.
  package var dependsOnMode: Bool {
    nodes.contains { !$0.outline.state.isEmpty || ($0.outline.draws && $0.outline.passesValue != .always) }
  }

  /// The number of elements per sample that a pass writes: all outputs and all gradients.
  var unitCount: Int {
    nodes.reduce(0) { count, node in
      let outline = node.outline
      let inputs = (0..<node.inputs.count).reduce(0) { $0 + shape(node.inputs[$1]).units }
      return count + (outline.passesValue == .always ? 0 : outline.output.units)
        + (outline.passesGradient == .always ? 0 : inputs)
    }
  }

  /// Returns the activation of a row of the flow table, counted from 1, or nil if the row has none.
  package func activation(ofRow row: Int) -> Activation? {
    rows[row - 1].activation.flatMap { nodes[$0].role.activation }
  }

  /// Returns the initializers of the weights and the biases of the rows that a node begins. They are nil if there are no
  /// such parameters, or if their values are constant.
  package func initializers(_ node: Int) -> (weights: Initializer?, biases: Initializer?) {
    let parameters = nodes[node].parameters.map { self.parameters[$0].initializer }
    return switch nodes[node].role {
    case .affine: (parameters[0], parameters.count > 1 ? parameters[1] : nil)
    case .unrolled(_, let weight): (parameters[weight], nil)
    case .activation, .norm, .mask, .fanOut, .sum, .other: (nil, nil)
    }
  }

  /// For each parameter, the first node that uses it.
  var firstUses: [Int] {
    var first = [Int](repeating: -1, count: parameters.count)
    for (index, node) in nodes.enumerated() {
      for parameter in node.parameters where first[parameter] < 0 { first[parameter] = index }
    }
    return first
  }

  /// For each node, whether its output is the only value that later nodes read, and has a single reader. There, the
  /// gradient of the loss consists of a single matrix.
  package var cuts: [Bool] {
    // The last reader of each value. The first element is for the network's input.
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
