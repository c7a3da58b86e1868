// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A value in a graph under construction: the input of the network, or the output of a node.
public struct Slot: Sendable {
  /// The position of the node, or `Graph.input`.
  let node: Int
  public let shape: Shape
}

/// Collects the nodes of a graph while the layers of a network append them.
public struct GraphBuilder {
  /// The input of the network.
  public let input: Slot
  private(set) var nodes: [Node] = []
  private(set) var parameters: [GraphParameter] = []
  private(set) var state: [GraphState] = []
  private(set) var rows: [GraphRow] = []
  private(set) var modules = ModuleTree()
  private let stop = StopToken.current
  /// The module that contains the nodes being appended, and the position of the next node in it.
  private var container = ModuleTree.root
  private var position = 0
  /// The module of the next node, or nil if it has not been needed yet.
  private var module: Int?
  private var streams: UInt64 = 0
  private var drawers: UInt64 = 0

  public init(input: Shape) { self.input = Slot(node: Graph.input, shape: input) }

  /// The number of parameters. It is a `Double` because it may be out of range for an `Int`.
  var parameterCount: Double { parameters.reduce(0) { $0 + Double($1.spec.rows) * Double($1.spec.columns) } }

  /// Appends layers in order and returns the output of the last one. If a stop is requested, the remaining layers are
  /// left out.
  mutating func append(_ layers: [any Layer], _ input: Slot) throws(NetworkError) -> Slot {
    var slot = input
    for (number, layer) in layers.enumerated() {
      if number % Self.stride == Self.stride - 1, stop.isRequested { break }
      slot = try layer.append(to: &self, slot)
    }
    return slot
  }

  /// The number of layers between two checks of the stop token.
  private static var stride: Int { 1024 }

  /// Appends a kernel that reads one value, and returns its output.
  ///
  /// - Parameter isOnPath: See `Node.isOnPath`.
  mutating func append(_ kernel: some Kernel, _ input: Slot, isOnPath: Bool = true) throws(NetworkError) -> Slot {
    try append(kernel, reading: NonEmpty(input), isOnPath: isOnPath)
  }

  /// Appends a kernel and returns its output.
  ///
  /// - Parameter shared: The positions of parameters of other nodes that the kernel shares. Where an entry is nil or
  ///   missing, the kernel gets a new parameter. Initial values are drawn in the order of these calls.
  mutating func append(
    _ kernel: some Kernel, reading inputs: NonEmpty<Slot>, sharing shared: [Int?] = [], isOnPath: Bool = true
  ) throws(NetworkError) -> Slot {
    let outline = try kernel.outline(inputs.map(\.shape))
    add(kernel.role, node: nodes.count, isOnPath: isOnPath)
    var own: [Int] = []
    for (index, spec) in outline.parameters.enumerated() {
      own.append((index < shared.count ? shared[index] : nil) ?? add(spec, isOnPath: isOnPath))
    }
    let firstState = state.count
    for spec in outline.state { state.append(GraphState(spec: spec, module: ownModule())) }
    if outline.draws { drawers += 1 }
    nodes.append(
      Node(
        kernel: kernel, inputs: inputs.map(\.node), outline: outline, parameters: own, state: firstState..<state.count,
        isOnPath: isOnPath, drawer: outline.draws ? drawers : 0))
    module = nil
    position += 1
    return Slot(node: nodes.count - 1, shape: outline.output)
  }

  /// Returns the positions of the parameters of the node that computes a value.
  func parameters(of slot: Slot) -> [Int] { slot.node == Graph.input ? [] : nodes[slot.node].parameters }

  private mutating func add(_ role: NodeRole, node: Int, isOnPath: Bool) {
    guard isOnPath else { return }
    let last = rows.count - 1
    switch role {
    case .affine, .unrolled:
      let (steps, weight) = role.rows
      for step in 0..<steps { rows.append(GraphRow(node: node, step: step, weight: weight)) }
    case .activation: if last >= 0, rows[last].activation == nil { rows[last].activation = node }
    case .norm(_, let layer): if last >= 0, rows[last].norm == nil { rows[last].norm = (node, layer) }
    case .mask, .fanOut, .sum, .other: break
    }
  }

  private mutating func add(_ spec: ParameterSpec, isOnPath: Bool) -> Int {
    if spec.isDrawn { streams += 1 }
    parameters.append(
      GraphParameter(
        spec: spec, module: ownModule(), row: isOnPath && !rows.isEmpty ? rows.count : nil,
        stream: spec.isDrawn ? streams : 0))
    return parameters.count - 1
  }

  /// Calls `body` to append the nodes of a layer that has more than one. They form a module with parts.
  mutating func block<Result>(
    _ body: (inout GraphBuilder, _ module: Int) throws(NetworkError) -> Result
  ) throws(NetworkError) -> Result {
    let own = ownModule()
    let outer = (container, position)
    let result = try body(&self, own)
    (container, position) = (outer.0, outer.1 + 1)
    module = nil
    return result
  }

  /// Appends a list of layers as a part of a module, and returns the output of the last one.
  mutating func list(
    _ name: StaticString, in module: Int, _ layers: [any Layer], _ input: Slot
  ) throws(NetworkError) -> Slot {
    (container, position, self.module) = (modules.add(.name(name), in: module), 0, nil)
    return try append(layers, input)
  }

  /// Makes the next node that is appended a part of a module.
  mutating func part(_ name: StaticString, in module: Int) { self.module = modules.add(.name(name), in: module) }

  private mutating func ownModule() -> Int {
    let own = module ?? modules.add(.position(position), in: container)
    module = own
    return own
  }
}
