// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An operation and what it is connected with.
struct Node<E: Element> {
  let operation: any Operation<E>
  /// The nodes whose outputs it reads, by their positions. `Node.input` is the input of the network.
  let inputs: Positions
  /// Whether the path from one row of the flow table to the next leads through the node. It does not lead through a
  /// projection beside a residual block.
  let isOnPath: Bool

  static var input: Int { -1 }
}

/// The operations of a network in the order of the forward pass, with the connections between them.
///
/// Every node has one output. The gradient of an output has a contribution from each reader. Where there are several, a
/// `FanOut` follows the node, so that every other operation receives a single gradient.
final class Wiring<E: Element> {
  let nodes: [Node<E>]
  /// For each node, the edges at its inputs begin at this number.
  private let firstEdges: [Int]
  /// For each node, the edges that lead from its output. That of the last node leads to the loss.
  private let readers: [Positions]
  /// The input of the network, and then the output of each node.
  private let values: UnsafeMutablePointer<Matrix<E>>
  /// The gradient that each edge carries back.
  private let gradients: UnsafeMutablePointer<Matrix<E>>

  /// Creates the wiring of nodes each of which reads only earlier ones, and inserts the fan-outs.
  init(_ nodes: [Node<E>], inputs: Int) {
    let nodes = Self.fannedOut(nodes, inputs: inputs)
    var firstEdges: [Int] = []
    firstEdges.reserveCapacity(nodes.count)
    var readers = [Positions?](repeating: nil, count: nodes.count)
    var edges = 0
    for node in nodes {
      firstEdges.append(edges)
      for index in 0..<node.inputs.count {
        let source = node.inputs[index]
        if source != Node<E>.input, readers[source]?.append(edges) == nil { readers[source] = Positions(edges) }
        edges += 1
      }
    }
    // The activation at the end keeps z, which a loss that is fused with it reads.
    for node in nodes.dropLast() where node.inputs[0] != Node<E>.input {
      guard let activation = node.operation.role.activation else { continue }
      if nodes[node.inputs[0]].operation.outputMayBeOverwritten { activation.overwriteInput() }
    }
    self.nodes = nodes
    self.firstEdges = firstEdges
    // Nothing but the loss reads the output of the network.
    self.readers = readers.map { $0 ?? Positions(edges) }
    values = .allocate(capacity: nodes.count + 1)
    gradients = .allocate(capacity: edges + 1)
  }

  deinit {
    values.deallocate()
    gradients.deallocate()
  }

  /// Returns the nodes with a fan-out for every reader of a value but the first one. Each fan-out serves the readers
  /// before it and one more, so gradients are added in the order of the readers, like those of nested blocks.
  private static func fannedOut(_ nodes: [Node<E>], inputs: Int) -> [Node<E>] {
    // The first number counts the readers of the network's input.
    var readers = [Int](repeating: 0, count: nodes.count + 1)
    for node in nodes {
      for index in 0..<node.inputs.count { readers[node.inputs[index] + 1] += 1 }
    }
    guard readers.contains(where: { $0 > 1 }) else { return nodes }
    var result: [Node<E>] = []
    // For each value, the position of its innermost fan-out, which serves the first two readers, or that of its node.
    var innermost: [Int] = []
    var served = [Int](repeating: 0, count: nodes.count + 1)
    func place(width: Int, readers: Int) {
      for _ in 0..<max(readers - 1, 0) {
        let source = result.isEmpty ? Node<E>.input : result.count - 1
        result.append(Node(operation: FanOut<E>(units: width), inputs: Positions(source), isOnPath: true))
      }
      innermost.append(result.isEmpty ? Node<E>.input : result.count - 1)
    }
    place(width: inputs, readers: readers[0])
    for (index, node) in nodes.enumerated() {
      let inputs = node.inputs.map { source in
        let value = source + 1
        served[value] += 1
        return innermost[value] - max(served[value] - 2, 0)
      }
      result.append(Node(operation: node.operation, inputs: inputs, isOnPath: node.isOnPath))
      place(width: node.operation.outputs, readers: readers[index + 1])
    }
    return result
  }

  /// The operations, in the order of the forward pass.
  var operations: some RandomAccessCollection<any Operation<E>> { nodes.lazy.map { $0.operation } }

  /// Connects the operations for a forward pass, and returns the place of the output.
  func connect(_ input: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    values[0] = input
    for (index, node) in nodes.enumerated() {
      values[index + 1] = node.operation.connect(
        Wires(matrices: values, positions: node.inputs.map { $0 + 1 }), pass)
    }
    return values[nodes.count]
  }

  /// Connects the first `count` operations for a backward pass from the gradient of the output of the last of them.
  func connectBackward(_ gradient: Matrix<E>, operations count: Int, _ memory: GradientMemory<E>) {
    guard count > 0 else { return }
    gradients[readers[count - 1][0]] = gradient
    for index in stride(from: count - 1, through: 0, by: -1) {
      nodes[index].operation.connectBackward(
        BackwardSite(gradients: outputGradients(index), wiring: self, node: index, memory: memory))
    }
  }

  /// Returns the gradients of a node's output, one for each reader. The backward pass must be connected.
  func outputGradients(_ node: Int) -> Wires<E> { Wires(matrices: gradients, positions: readers[node]) }

  /// Returns the gradients that a node passes on, one for each input.
  fileprivate func inputGradients(_ node: Int) -> Wires<E> {
    var edges = Positions(firstEdges[node])
    for input in 0..<nodes[node].inputs.count - 1 { edges.append(firstEdges[node] + input + 1) }
    return Wires(matrices: gradients, positions: edges)
  }

  /// Returns whether the gradient of an input of a node is used. That of the network's input is not.
  func needsGradient(_ node: Int, input: Int) -> Bool {
    var source = nodes[node].inputs[input]
    while source != Node<E>.input, nodes[source].operation.isFanOut { source = nodes[source].inputs[0] }
    return source != Node<E>.input
  }

  /// For each node, whether its output is the only value that later nodes read. Between two such nodes, the gradient of
  /// the loss consists of a single matrix.
  private(set) lazy var cuts: [Bool] = {
    // The last reader of each value; the first one is that of the network's input.
    var lastReaders = [Int](repeating: -1, count: nodes.count + 1)
    for (index, node) in nodes.enumerated() {
      for input in 0..<node.inputs.count { lastReaders[node.inputs[input] + 1] = index }
    }
    lastReaders[nodes.count] = nodes.count
    var ends = [Int](repeating: 0, count: nodes.count + 1)
    for reader in lastReaders where reader >= 0 { ends[reader] += 1 }
    var live = 1
    return nodes.indices.map { index in
      live += 1 - ends[index]
      return live == 1 && readers[index].count == 1
    }
  }()
}

/// Where an operation finds the gradient of its output in a backward pass, and where it has to say which matrices hold
/// the gradients of its inputs.
struct BackwardSite<E: Element> {
  /// ∂L/∂y, with a contribution from each reader of y. There is more than one only for a fan-out.
  let gradients: Wires<E>
  fileprivate let wiring: Wiring<E>
  fileprivate let node: Int
  let memory: GradientMemory<E>

  /// ∂L/∂x for each input, to be assigned.
  var inputGradients: Wires<E> { wiring.inputGradients(node) }

  /// Returns whether ∂L/∂x of an input is used.
  func needsGradient(input: Int) -> Bool { wiring.needsGradient(node, input: input) }
}
