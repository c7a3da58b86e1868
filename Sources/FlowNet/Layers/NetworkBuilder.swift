// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Collects the operations and parameters of a network while its layers are compiled.
public final class NetworkBuilder<E: Element> {
  private(set) var nodes: [Node<E>] = []
  /// The node whose output the next operation reads, or `Node.input`.
  var current = Node<E>.input
  private(set) var parameters: [Parameter<E>] = []
  private(set) var state: [StateArray<E>] = []
  private(set) var modules = ModuleTree()
  private(set) var taps: [Tap<E>] = []
  /// The layers that normalise in rows of the flow table, by the number of the row.
  private(set) var normalizations: [Int: any Layer] = [:]
  private let inputs: Int
  private let seed: NetworkSeed?
  private let stop = StopToken.current
  private var size = 0
  private var stateSize = 0
  /// The module that contains the operations being compiled, and the position of the next operation in it.
  private var container = ModuleTree.root
  private var position = 0
  /// The module of the next operation, or nil if it has not been needed yet.
  private var module: Int?
  private var streams: UInt64 = 0
  private var drawers: UInt64 = 0
  private var initial: [[Double]] = []

  /// Creates a builder. Without a seed, parameters with random initial values are 0 instead, for a network that copies
  /// the values of another one.
  init(inputs: Int, seed: NetworkSeed?) {
    self.inputs = inputs
    self.seed = seed
  }

  deinit {
    if initial.count > slowToFree { releaseInBackgroundIfStopped(initial) }
  }

  /// The number of units that the next operation reads.
  var width: Int { current == Node<E>.input ? inputs : nodes[current].operation.outputs }

  /// Appends an operation that reads the output of the current node. Its own output becomes the current one.
  ///
  /// - Parameter isOnPath: See `Node.isOnPath`.
  func append(_ operation: any Operation<E>, isOnPath: Bool = true) {
    append(operation, reading: Positions(current), isOnPath: isOnPath)
  }

  /// Appends the normalisation of a layer. It belongs to the current row of the flow table, unless the row has one
  /// already.
  func append(norm: any NormStep<E>, of layer: any Layer) {
    append(norm)
    guard let tap = taps.last, tap.normalization == nil else { return }
    tap.normalization = norm
    normalizations[tap.layer] = layer
  }

  /// The current row of the flow table, counted from 1, or nil if no row has begun.
  var row: Int? { taps.isEmpty ? nil : taps.count }

  /// Appends an operation that reads the outputs of the given nodes.
  func append(_ operation: any Operation<E>, reading inputs: Positions, isOnPath: Bool = true) {
    nodes.append(Node(operation: operation, inputs: inputs, isOnPath: isOnPath))
    current = nodes.count - 1
    module = nil
    position += 1
  }

  /// Returns a new parameter of the operation that is appended next. Initial values are drawn in the order of these
  /// calls.
  ///
  /// - Parameter layer: The row of the flow table, counted from 1, or nil if the parameter belongs to none.
  func parameter(_ spec: ParameterSpec, layer: Int?) -> Parameter<E> {
    let parameter = Parameter<E>(spec, number: parameters.count, module: ownModule(), layer: layer, offset: size)
    size += parameter.count
    parameters.append(parameter)
    initial.append(values(spec))
    return parameter
  }

  /// Returns a new array of state of the operation that is appended next.
  func state(_ name: String, count: Int, start: Double) -> StateArray<E> {
    let array = StateArray<E>(name, module: ownModule(), count: count, start: start, offset: stateSize)
    stateSize += array.paddedCount
    state.append(array)
    return array
  }

  /// Calls `body`, which appends the operations of a layer that has several. They form a module with parts.
  func block(_ body: (_ module: Int) -> Void) {
    let own = ownModule()
    let outer = (container, position)
    body(own)
    (container, position) = (outer.0, outer.1 + 1)
    module = nil
  }

  /// Calls `body`, which appends a list of numbered operations as a part of a module.
  func list(_ name: StaticString, in module: Int, _ body: () -> Void) {
    (container, position, self.module) = (modules.add(.name(name), in: module), 0, nil)
    body()
  }

  /// Calls `body`, which appends a single operation as a part of a module.
  func part(_ name: StaticString, in module: Int, _ body: () -> Void) {
    self.module = modules.add(.name(name), in: module)
    body()
  }

  private func ownModule() -> Int {
    let own = module ?? modules.add(.position(position), in: container)
    module = own
    return own
  }

  /// Adds a row to the flow table, which begins with the given operation.
  func tap(_ affine: any AffineStep<E>) {
    taps.append(Tap(layer: taps.count + 1, affine))
  }

  /// Returns the initial values of the next parameter, outputs × inputs for a weight. They are empty if they would have
  /// to be drawn but there is no seed or a stop is requested.
  private func values(_ spec: ParameterSpec) -> [Double] {
    let count = spec.rows * spec.columns
    switch spec.start {
    case .constant(let number): return [Double](repeating: number, count: count)
    case .drawn(let initializer, let fanIn, let fanOut):
      guard let seed, !stop.isRequested else { return [] }
      streams += 1
      var stream = RandomStream(seed: seed.seed, purpose: .initializer, index: seed.number << 24 | streams)
      return initializer.draw(Initializer.Shape(fanIn: fanIn, fanOut: fanOut, count: count), &stream)
    }
  }

  /// Returns a new number, for an operation that draws random numbers in a pass.
  func nextDrawer() -> UInt64 {
    drawers += 1
    return drawers
  }

  /// The number of layers between two checks of the stop token.
  private static var stride: Int { 1024 }

  /// Compiles layers in order.
  func build(_ layers: [any Layer]) {
    for (number, layer) in layers.enumerated() {
      if number % Self.stride == Self.stride - 1, stop.isRequested { return }
      layer.build(inputs: width, into: self)
    }
  }

  /// Allocates the memory of all parameters and state, and sets the initial values. If a stop is requested, some values
  /// are missing, and a deep network may lack some layers.
  func place() -> ParameterMemory<E> {
    let memory = ParameterMemory<E>(count: size, state: stateSize)
    for array in state { array.place(memory) }
    for (parameter, values) in zip(parameters, initial) {
      parameter.place(memory)
      if !values.isEmpty, !stop.isRequested { parameter.assign(values) }
    }
    memory.initial.copyUntilStopped(from: memory.values)
    return memory
  }
}
