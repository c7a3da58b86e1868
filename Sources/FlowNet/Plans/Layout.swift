// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The places in memory where one plan keeps the values and gradients of a graph.
struct Layout<E: Element> {
  private let graph: Graph
  private let mode: PlanMode
  private let memory: PlanMemory<E>
  /// The input of the network, followed by the output of each node.
  private var values: [Matrix<E>] = []
  /// For each node, the number of the first edge that leads to it. The edges to its other inputs follow.
  private var firstEdges: [Int] = []
  /// For each node, the edges that lead from its output. The edge from the last node leads to the loss.
  private var readers: [NonEmpty<Int>] = []
  /// The gradient that each edge carries in the backward pass, or nil if it is not needed.
  private var gradients: [Matrix<E>?] = []
  /// For each node, whether it or a node before it has parameters, so that the gradient of its output is needed.
  private var needsGradient: [Bool] = []
  /// For each parameter, the first node that uses it. Empty if no parameter is shared.
  private let firstUses: [Int]
  /// The number of nodes that the backward pass goes through, counted from the input.
  let backwardCount: Int
  /// Whether everything has a place. This is false if a stop was requested before the layout was complete.
  private(set) var isComplete = false

  /// Lays out a graph. Ends early if a stop is requested.
  init(_ graph: Graph, _ mode: PlanMode, _ memory: PlanMemory<E>) {
    self.graph = graph
    self.mode = mode
    self.memory = memory
    firstUses = graph.hasSharedParameters ? graph.firstUses : []
    backwardCount = mode.hasBackward ? graph.nodes.count - (mode.isFused ? 1 : 0) : 0
    memory.places.start(keepingAll: mode.keepsGradients)
    isComplete = placeValues() && (!mode.hasBackward || placeGradients())
  }

  var isFused: Bool { mode.isFused }
  var output: Matrix<E> { values[values.count - 1] }

  private func applies(_ passing: Outline.Passing) -> Bool {
    switch passing {
    case .never: false
    case .inPrediction: !mode.isTraining
    case .always: true
    }
  }

  /// Returns whether the output of a node is its input.
  func passesValue(_ node: Int) -> Bool { applies(graph.nodes[node].outline.passesValue) }

  /// Returns whether a node computes anything in the backward pass.
  func computesBackward(_ node: Int) -> Bool {
    node < backwardCount && needsGradient[node] && !applies(graph.nodes[node].outline.passesGradient)
  }

  /// Returns whether a node computes anything.
  func computes(_ node: Int) -> Bool {
    isComplete && (!passesValue(node) || computesBackward(node))
  }

  /// Returns whether a node may write its output over its input.
  private func overwrites(_ node: Int) -> Bool {
    let own = graph.nodes[node]
    // The last activation keeps z, because a loss that is fused with it reads z.
    guard mode.overwrites, own.outline.overwritesInput, node < graph.nodes.count - 1 else { return false }
    return own.inputs[0] != Graph.input && graph.nodes[own.inputs[0]].outline.outputMayBeOverwritten
  }

  /// Returns false if a stop is requested.
  private mutating func placeValues() -> Bool {
    let stop = StopToken.current
    let lastReaders = mode.keepsValues ? [] : lastReaders()
    values.reserveCapacity(graph.nodes.count + 1)
    values.append(memory.input(mode.samples))
    for (index, node) in graph.nodes.enumerated() {
      if index % 1024 == 1023, stop.isRequested { return false }
      let input = values[node.inputs[0] + 1]
      let columns = node.outline.output.units
      if passesValue(index) || overwrites(index) {
        values.append(input)
      } else if mode.keepsValues {
        values.append(memory.value(index, mode.samples, columns: columns))
      } else {
        values.append(memory.places.take(mode.samples, columns: columns))
        for input in 0..<node.inputs.count where lastReaders[node.inputs[input] + 1] == index {
          memory.places.giveBack(values[node.inputs[input] + 1])
        }
      }
    }
    return true
  }

  /// Returns, for each value, the last node that reads it or another value in the same place.
  private func lastReaders() -> [Int] {
    // For each value, the value whose place it uses.
    var roots = [0]
    var last = [Int](repeating: -1, count: graph.nodes.count + 1)
    for (index, node) in graph.nodes.enumerated() {
      for input in 0..<node.inputs.count { last[roots[node.inputs[input] + 1]] = index }
      roots.append(passesValue(index) ? roots[node.inputs[0] + 1] : index + 1)
    }
    return roots.map { last[$0] }
  }

  /// Returns false if a stop is requested.
  private mutating func placeGradients() -> Bool {
    let stop = StopToken.current
    connect()
    // The last edge leads from the output to the loss.
    let start = mode.isFused ? firstEdges[graph.nodes.count - 1] : gradients.count - 1
    gradients[start] = memory.lossGradient(mode.samples)
    for index in (0..<backwardCount).reversed() where needsGradient[index] {
      if index % 1024 == 1023, stop.isRequested { return false }
      let node = graph.nodes[index]
      let own = readers[index].map { gradients[$0]! }
      if applies(node.outline.passesGradient) {
        var isFirst = true
        for input in 0..<node.inputs.count where needsGradient(index, input: input) {
          if !isFirst { memory.places.share(own[0]) }
          gradients[firstEdges[index] + input] = own[0]
          isFirst = false
        }
        continue
      }
      let use = node.outline.gradientUse
      func giveBack() { for reader in 0..<own.count { memory.places.giveBack(own[reader]) } }
      if use == .overwrites { giveBack() }
      for input in 0..<node.inputs.count where needsGradient(index, input: input) {
        let columns = graph.shape(node.inputs[input]).units
        gradients[firstEdges[index] + input] = memory.places.take(mode.samples, columns: columns)
      }
      if use == .reads { giveBack() }
    }
    return true
  }

  /// Returns whether the gradient of an input of a node is needed.
  func needsGradient(_ node: Int, input: Int) -> Bool {
    let source = graph.nodes[node].inputs[input]
    return source != Graph.input && needsGradient[source]
  }

  /// Returns the gradient of a node's output, or nil if it is not needed. The output must have one reader.
  func gradient(_ node: Int) -> Matrix<E>? { gradients[readers[node][0]] }

  private mutating func connect() {
    let count = graph.nodes.count
    var found = [NonEmpty<Int>?](repeating: nil, count: count)
    var edges = 0
    firstEdges.reserveCapacity(count)
    needsGradient.reserveCapacity(count)
    for node in graph.nodes {
      firstEdges.append(edges)
      var needs = !node.parameters.isEmpty
      for input in 0..<node.inputs.count {
        let source = node.inputs[input]
        if source != Graph.input {
          if found[source]?.append(edges) == nil { found[source] = NonEmpty(edges) }
          needs = needs || needsGradient[source]
        }
        edges += 1
      }
      needsGradient.append(needs)
    }
    // Nothing but the loss reads the output of the network.
    readers = found.map { $0 ?? NonEmpty(edges) }
    gradients = Array(repeating: nil, count: edges + 1)
  }

  /// Returns the memory that a node's step reads and writes.
  func site(_ index: Int, _ parameters: [Parameter<E>], _ state: [StateArray<E>]) -> Site<E> {
    let node = graph.nodes[index]
    let hasBackward = computesBackward(index)
    let noGradients = node.inputs.map { _ in Matrix<E>?.none }
    var inputGradients = noGradients
    if hasBackward {
      for input in 0..<node.inputs.count { inputGradients[input] = gradients[firstEdges[index] + input] }
    }
    return Site(
      inputs: node.inputs.map { values[$0 + 1] }, output: values[index + 1],
      gradients: hasBackward ? readers[index].map { gradients[$0]! } : nil, inputGradients: inputGradients,
      parameters: node.parameters.enumerated().map { place, number in
        bound(parameters[number], index, place)
      },
      state: node.state.map { state[$0] }, memory: memory.memory(index, node.outline.memory),
      saturation: node.outline.countsSaturation ? memory.counter(index) : nil, drawer: node.drawer,
      isTraining: mode.isTraining)
  }

  /// Binds a parameter to a node. The first node that uses a parameter writes the gradient itself; every other node
  /// writes a contribution that is added later.
  private func bound(_ parameter: Parameter<E>, _ node: Int, _ place: Int) -> BoundParameter<E> {
    let isFirst = firstUses.isEmpty || firstUses[parameter.number] == node
    return BoundParameter(
      parameter: parameter,
      gradients: isFirst || !mode.hasBackward
        ? parameter.gradients : memory.contribution(node, place, like: parameter))
  }
}
