// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Collects operations and parameters while the layers are compiled.
public final class NetworkBuilder<E: Element> {
  private(set) var operations: [any Operation<E>] = []
  private(set) var parameters: [Parameter<E>] = []
  private(set) var probes: [LayerProbe<E>] = []
  /// Every batch normalisation in order, also inside blocks.
  private(set) var batchNorms: [BatchNormOperation<E>] = []
  /// Units that go in and come out of all operations, also inside blocks.
  private(set) var unitCount = 0
  private let seed: NetworkSeed?
  private let stop = StopToken.current
  private var size = 0
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
    unitCount += operation.inputs + operation.outputs
  }

  /// Appends an operation that keeps statistics of its own beside the parameters.
  func append(_ norm: BatchNormOperation<E>) {
    append(norm as any Operation<E>)
    batchNorms.append(norm)
  }

  /// A new parameter with its initial values, outputs × inputs for a weight.
  func parameter(_ kind: ParameterKind, rows: Int = 1, columns: Int, layer: Int?, _ values: [Double]) -> Parameter<E> {
    let parameter = Parameter<E>(kind, rows: rows, columns: columns, layer: layer, offset: size)
    size += parameter.count
    parameters.append(parameter)
    initial.append(values)
    return parameter
  }

  /// Opens the row of the flow table that the next dense layer gets.
  func probe(_ description: Dense, _ dense: DenseOperation<E>) {
    probes.append(LayerProbe(layer: probes.count + 1, description: description, dense: dense))
  }

  /// Initial values for the next parameter, from a stream of its own; outputs × inputs for a weight.
  func draw(_ initializer: Initializer, fanIn: Int, fanOut: Int, count: Int) -> [Double] {
    guard let seed, !stop.isRequested else { return [] }
    streams += 1
    var stream = RandomStream(seed: seed.seed, purpose: .initializer, index: seed.number << 24 | streams)
    return initializer.draw(Initializer.Shape(fanIn: fanIn, fanOut: fanOut, count: count), &stream)
  }

  /// A number for each operation that draws random numbers while it works.
  func nextDrawer() -> UInt64 {
    drawers += 1
    return drawers
  }

  /// Compiles layers apart from the main list, as the body of a block.
  func body(_ layers: [any Layer], inputs: Int) -> [any Operation<E>] {
    let outer = operations
    operations = []
    build(layers, inputs: inputs)
    defer { operations = outer }
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
    let memory = ParameterMemory<E>(count: size)
    for (parameter, values) in zip(parameters, initial) {
      parameter.place(memory)
      if !values.isEmpty, !stop.isRequested { parameter.assign(values) }
    }
    memory.initial.copyUntilStopped(from: memory.values)
    return memory
  }
}
