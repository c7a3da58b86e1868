// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Collects operations and parameters while the layers are compiled.
public final class NetworkBuilder<E: Element> {
  private(set) var operations: [any Operation<E>] = []
  private(set) var parameters: [Parameter<E>] = []
  private(set) var state: [StateArray<E>] = []
  private(set) var modules = ModuleTree()
  private(set) var taps: [Tap<E>] = []
  /// Every operation that keeps state, in order, also inside blocks.
  private(set) var stateful: [any Operation<E>] = []
  /// Whether an operation computes statistics over the samples of a batch.
  private(set) var measuresSamples = false
  /// Units that go in and come out of all operations, also inside blocks.
  private(set) var unitCount = 0
  private let seed: NetworkSeed?
  private let stop = StopToken.current
  private var size = 0
  private var stateSize = 0
  /// The module that contains the operations being compiled, and that of the next operation once something needs it.
  private var container = ModuleTree.root
  private var module: Int?
  private var streams: UInt64 = 0
  private var drawers: UInt64 = 0
  private var initial: [[Double]] = []

  /// Without a seed the parameters stay zero: for a network that takes over the numbers of another one.
  init(seed: NetworkSeed?) { self.seed = seed }

  deinit {
    if initial.count > slowToFree { releaseInBackgroundIfStopped(initial) }
  }

  /// Appends an operation to the plan.
  func append(_ operation: any Operation<E>) {
    operations.append(operation)
    module = nil
    unitCount += operation.inputs + operation.outputs
    measuresSamples = measuresSamples || operation.measuresSamples
    if !operation.state.isEmpty { stateful.append(operation) }
  }

  /// Returns a new parameter of the operation that is appended next. Its initial values are drawn in the order of these
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

  /// Calls `body`, which makes a part of the operation that is appended next. The part is a module of its own.
  func part<Part>(_ name: StaticString, _ body: () -> Part) -> Part {
    let outer = ownModule()
    module = modules.add(.name(name), in: outer)
    defer { module = outer }
    return body()
  }

  private func ownModule() -> Int {
    let own = module ?? modules.add(.position(operations.count), in: container)
    module = own
    return own
  }

  /// Begins a row of the flow table.
  func tap(_ affine: any AffineStep<E>) {
    taps.append(Tap(layer: taps.count + 1, affine))
  }

  /// Returns the initial values of the next parameter, outputs × inputs for a weight.
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

  /// A number for each operation that draws random numbers while it works.
  func nextDrawer() -> UInt64 {
    drawers += 1
    return drawers
  }

  /// Compiles layers apart from the main list, as the body of a block.
  func body(_ layers: [any Layer], inputs: Int) -> [any Operation<E>] {
    let outer = (operations, container, module: ownModule())
    (operations, container, module) = ([], modules.add(.name("body"), in: outer.module), nil)
    build(layers, inputs: inputs)
    defer { (operations, container, module) = outer }
    return operations
  }

  /// The number of layers between two looks at the stop token.
  private static var stride: Int { 1024 }

  /// Compiles layers one after the other.
  func build(_ layers: [any Layer], inputs: Int) {
    for (number, layer) in layers.enumerated() {
      if number % Self.stride == Self.stride - 1, stop.isRequested { return }
      layer.build(inputs: operations.last?.outputs ?? inputs, into: self)
    }
  }

  /// Gives all parameters their memory and their initial values. After a request to stop some of the numbers are
  /// missing, and in a deep network some of the layers.
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
