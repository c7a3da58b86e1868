// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A network compiled for one element type: a list of operations over one memory of parameters.
final class Engine<E: Element> {
  let inputs: Int
  let outputs: Int
  let wiring: Wiring<E>
  let parameters: [Parameter<E>]
  let taps: [Tap<E>]
  /// The layers that normalise in rows of the flow table, by the number of the row.
  let normalizations: [Int: any Layer]
  let state: [StateArray<E>]
  /// The operations that keep state, in order.
  let stateful: [any Operation<E>]
  /// Whether an operation computes statistics over the samples of a batch.
  let measuresSamples: Bool
  /// The modules that the parameters and the state belong to in files.
  let modules: ModuleTree
  /// The numbers per sample that a pass writes: all outputs and all gradients.
  let unitCount: Int
  let memory: ParameterMemory<E>
  /// The number of samples that there is memory for. It only grows.
  private(set) var rows = 0
  private var inputBuffer = Buffer<E>(count: 0)
  private var targetBuffer = Buffer<E>(count: 0)
  private var gradientBuffer = Buffer<E>(count: 0)
  private var scratchBuffer = Buffer<E>(count: 0)
  private(set) var gradients = GradientMemory<E>(rows: 0)
  private let forwardSchedule: Schedule<E>
  private let backwardSchedule: Schedule<E>
  /// The backward pass if the loss is differentiated through the last activation.
  private let fusedBackwardSchedule: Schedule<E>
  /// The operations that set gradients of parameters.
  private let withParameters: [any Operation<E>]
  /// The number of units in all rows of the flow table.
  let measuredUnits: Int
  /// The parameters in pieces, for passes over all of them.
  let pieces: ParameterPieces
  private let saturations: [SaturationCounter]
  private let lastActivation: (any ActivationStep<E>)?
  /// The tasks that set the gradients of parameters for `gradientRows` samples. `operation` is a position in
  /// `withParameters`.
  private var gradientTasks: [(operation: Int, task: Int)] = []
  private var gradientRows = 0
  private var sharesGradients = false
  /// How the operations are connected. They stay connected as long as passes have the same shape.
  private var connection: Connection?
  private var scalarChain: ScalarChain<E>?
  /// The measurements of the last backward pass.
  private(set) var gauges: LayerGauges<E>?

  private struct Connection {
    let rows: Int
    let isTraining: Bool
    let overwrites: Bool
    let output: Matrix<E>
    /// The number of nodes that the last backward pass went through.
    var backward: Int?
  }

  /// Compiles the layers. After a request to stop, some of them may be missing; passes then do nothing.
  init(_ architecture: Architecture, seed: NetworkSeed?) {
    let builder = NetworkBuilder<E>(inputs: architecture.inputs, seed: seed)
    builder.build(architecture.layers)
    inputs = architecture.inputs
    outputs = architecture.outputs
    wiring = Wiring(builder.nodes, inputs: architecture.inputs)
    lastActivation = wiring.nodes.last?.operation.role.activation
    parameters = builder.parameters
    taps = builder.taps
    normalizations = builder.normalizations
    state = builder.state
    let operations = wiring.operations
    stateful = operations.untilStopped.filter { !$0.state.isEmpty }
    measuresSamples = operations.contains { $0.measuresSamples }
    modules = builder.modules
    unitCount = operations.reduce(0) { count, operation in
      count + (operation.computesForward ? operation.outputs : 0) + (operation.computesBackward ? operation.inputs : 0)
    }
    memory = builder.place()
    forwardSchedule = Schedule(forward: operations.untilStopped.filter { $0.computesForward })
    let back = operations.reversed().untilStopped.filter { $0.computesBackward }
    backwardSchedule = Schedule(backward: back)
    fusedBackwardSchedule = Schedule(backward: Array(back.dropFirst()))
    saturations = taps.untilStopped.compactMap { $0.activation?.saturation }
    measuredUnits = taps.reduce(0) { $0 + $1.affine.outputs }
    pieces = ParameterPieces(builder.parameters)
    withParameters = back.untilStopped.filter { $0.cutGradients(rows: 1, grain: .max) > 0 }
  }

  deinit {
    guard wiring.nodes.count > slowToFree else { return }
    releaseInBackgroundIfStopped(
      (wiring, parameters, taps, state, modules, forwardSchedule, backwardSchedule, fusedBackwardSchedule))
  }

  /// Allocates memory for the given number of samples. After a request to stop there is memory for none, and passes do
  /// nothing.
  func reserve(rows wanted: Int) {
    guard wanted > rows else { return }
    rows = wanted
    disconnect()
    let stop = StopToken.current
    for operation in wiring.operations {
      if stop.isRequested {
        rows = 0
        break
      }
      operation.reserve(rows: wanted)
    }
    inputBuffer = Buffer(unset: wanted, columns: inputs)
    targetBuffer = Buffer(unset: wanted, columns: outputs)
    gradientBuffer = Buffer(unset: wanted, columns: outputs)
    gradients = GradientMemory(rows: wanted)
  }

  /// The input of the next pass, samples × inputs.
  func input(_ rows: Int) -> Matrix<E> { Matrix(inputBuffer.pointer, rows: rows, columns: inputs) }

  /// Returns the outputs of the last pass, samples × outputs. Operations that pass on their input, such as a dropout with
  /// probability 0, have no output of their own.
  func output(_ rows: Int) -> Matrix<E> {
    for operation in wiring.operations.reversed() {
      if let output = operation.output { return output }
    }
    return input(rows)
  }

  /// The targets of the next pass, samples × outputs.
  func target(_ rows: Int) -> Matrix<E> { Matrix(targetBuffer.pointer, rows: rows, columns: outputs) }

  /// ∂L/∂y of the last loss: samples × outputs.
  func lossGradient(_ rows: Int) -> Matrix<E> { Matrix(gradientBuffer.pointer, rows: rows, columns: outputs) }

  /// Returns memory for measurements, samples × units, which is valid until the next call.
  ///
  /// The memory only grows. Its size cannot be computed from the widest layer, because the stride of a row is never a
  /// multiple of 1 KiB, so a wider matrix may need less memory than a narrower one.
  func scratch(_ rows: Int, _ columns: Int) -> Matrix<E> {
    if rows * Matrix<E>.stride(columns) > scratchBuffer.count { scratchBuffer = Buffer(unset: rows, columns: columns) }
    return Matrix(scratchBuffer.pointer, rows: rows, columns: columns)
  }

  /// Computes the output for the first `rows` samples of the input.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ rows: Int, _ pass: Pass) -> Matrix<E> {
    let output = connect(rows, pass)
    for counter in saturations { counter.set(0) }
    if let scalarChain {
      if !scalarChain.forward() { pass.watch?.raise() }
    } else {
      forwardSchedule.run(rows: rows, pass)
    }
    return output
  }

  /// Connects the operations unless they are connected for such a pass already, and returns the place of the output.
  private func connect(_ rows: Int, _ pass: Pass) -> Matrix<E> {
    if let connection, connection.rows == rows, connection.isTraining == pass.isTraining,
      connection.overwrites == pass.overwrites
    {
      return connection.output
    }
    let x = wiring.connect(input(rows), pass)
    connection = Connection(rows: rows, isTraining: pass.isTraining, overwrites: pass.overwrites, output: x)
    // The pass will not run, and the next one of this shape connects again.
    if pass.stop.isRequested {
      connection = nil
      return x
    }
    scalarChain = rows == 1 ? ScalarChain(wiring.operations) : nil
    return x
  }

  /// Must be called before a pass that visits the operations one by one, because it connects them differently.
  func disconnect() {
    connection = nil
    scalarChain = nil
    gauges = nil
    gradientRows = 0
  }

  /// Computes the loss and its gradient for `backward`; see `Pass.isPrecise`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func loss(
    _ output: Matrix<E>, _ loss: Loss, isPrecise: Bool = false
  ) -> (value: Double, gradient: LossGradient<E>) {
    let g = lossGradient(output.rows)
    // If a stop was requested while the network or its memory was created, there is no output.
    guard output.columns == outputs, output.rows <= rows else {
      return (.nan, LossGradient(matrix: g, operations: 0, fused: nil))
    }
    guard let last = fusedActivation(loss) else {
      let value = E.kernel(loss).evaluate(output, target(output.rows), g, loss.arguments, isPrecise)
      return (value, LossGradient(matrix: g, operations: wiring.nodes.count, fused: nil))
    }
    let value = E.kernel(loss).evaluate(last.input!, target(output.rows), g, loss.arguments, isPrecise)
    return (value, LossGradient(matrix: g, operations: wiring.nodes.count - 1, fused: last))
  }

  /// Sets the gradients of all parameters.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ gradient: LossGradient<E>, _ pass: Pass) {
    if connection?.backward != gradient.operations { connectBackward(gradient, keepingAll: false) }
    if let scalarChain {
      scalarChain.backward(
        gradient.matrix.pointer, operations: gradient.operations, isPrecise: pass.isPrecise)
      return
    }
    passBack(gradient, pass)
    setGradients(gradient.matrix.rows, pass)
  }

  private func connectBackward(_ gradient: LossGradient<E>, keepingAll: Bool) {
    gradients.start(keepingAll: keepingAll)
    wiring.connectBackward(gradient.matrix, operations: gradient.operations, gradients)
    connection?.backward = gradient.operations
    gauges = LayerGauges(taps)
    scalarChain?.connectBackward(wiring.operations)
  }

  /// Computes all gradients but those of the parameters.
  private func passBack(_ gradient: LossGradient<E>, _ pass: Pass) {
    let isFused = gradient.operations < wiring.nodes.count
    (isFused ? fusedBackwardSchedule : backwardSchedule).run(rows: gradient.matrix.rows, pass)
  }

  /// Repeats the last pass precisely and keeps everything that it computes until the next pass. The gradients of the
  /// parameters remain those of the last pass.
  func repeatPrecisely(_ loss: Loss, samples: Int, _ pass: Pass) -> LossGradient<E> {
    var precise = pass
    precise.isPrecise = true
    precise.overwrites = false
    precise.watch = nil
    // If the last pass overwrote nothing, every z is still there.
    let output = connection.flatMap { $0.overwrites ? nil : $0.output } ?? forward(samples, precise)
    let gradient = self.loss(output, loss, isPrecise: true).gradient
    if connection?.backward != gradient.operations || !gradients.keepsAll {
      connectBackward(gradient, keepingAll: true)
    }
    passBack(gradient, precise)
    return gradient
  }

  /// Computes the gradients of all parameters. The tasks of all operations run in parallel.
  private func setGradients(_ rows: Int, _ pass: Pass) {
    if rows != gradientRows {
      gradientRows = rows
      // Several tasks per thread, so that no thread waits long for the last one.
      let work = rows * memory.values.count
      let grain = max(work / (8 * pass.pool.threads), Schedule<E>.grain / 4)
      gradientTasks = withParameters.indices.flatMap { index in
        (0..<withParameters[index].cutGradients(rows: rows, grain: grain)).map { (index, $0) }
      }
      // A small network is finished before another thread has woken up.
      sharesGradients = work >= 2 * Schedule<E>.grain
    }
    let count = gradientTasks.count
    pass.pool.run(count, inRanges: sharesGradients ? count : 1, stop: pass.stop, (self, pass.stop)) { work, range in
      let (engine, stop) = work
      for number in range where !stop.isRequested { engine.setGradients(number: number) }
    }
  }

  @inline(__always)
  private func setGradients(number: Int) {
    let (index, task) = gradientTasks[number]
    withParameters[index].setGradients(task: task)
  }

  /// Returns the last activation if the loss is differentiated through it.
  func fusedActivation(_ loss: Loss) -> (any ActivationStep<E>)? {
    guard let lastActivation, lastActivation.activation == loss.fusesWith else { return nil }
    return lastActivation
  }
}

/// The gradient of the loss with respect to the output of the network, or to the input of the last activation if the loss
/// is fused with it.
struct LossGradient<E: Element> {
  let matrix: Matrix<E>
  /// The number of nodes that the backward pass has to go through.
  let operations: Int
  /// The activation that the loss was differentiated through.
  let fused: (any ActivationStep<E>)?

  /// Returns whether that activation belongs to the given layer.
  func isFused(_ tap: Tap<E>) -> Bool { fused != nil && tap.activation === fused }
}
