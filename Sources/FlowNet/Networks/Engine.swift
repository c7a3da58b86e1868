// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A network compiled for one element type: a flat list of operations over one memory of parameters.
final class Engine<E: Element> {
  let inputs: Int
  let outputs: Int
  let operations: [any Operation<E>]
  let parameters: [Parameter<E>]
  let taps: [Tap<E>]
  let state: [StateArray<E>]
  /// Every operation that keeps state, in order, also inside blocks.
  let stateful: [any Operation<E>]
  /// Whether an operation computes statistics over the samples of a batch.
  let measuresSamples: Bool
  /// The modules that the parameters and the state belong to in files.
  let modules: ModuleTree
  /// Units that go in and come out of all operations, also inside blocks.
  let unitCount: Int
  let memory: ParameterMemory<E>
  /// Room for samples; it only grows.
  private(set) var rows = 0
  private var inputBuffer = Buffer<E>(count: 0)
  private var targetBuffer = Buffer<E>(count: 0)
  private var gradientBuffer = Buffer<E>(count: 0)
  private var scratchBuffer = Buffer<E>(count: 0)
  private(set) var gradients = GradientMemory<E>(rows: 0)
  private let forwardSchedule: Schedule<E>
  private let backwardSchedule: Schedule<E>
  /// The way back where the loss has taken the derivative through the last activation.
  private let fusedBackwardSchedule: Schedule<E>
  /// The operations that have gradients of parameters to set, and their tasks for so many samples.
  private let withParameters: [any Operation<E>]
  /// Outputs of all dense layers together.
  let measuredUnits: Int
  /// For passes over all parameters.
  let pieces: ParameterPieces
  private let saturations: [SaturationCounter]
  private let lastActivation: (any ActivationStep<E>)?
  private var gradientTasks: [(operation: Int, task: Int)] = []
  private var gradientRows = 0
  private var sharesGradients = false
  /// How the operations are connected, which they stay from one pass to the next of the same shape.
  private var connection: Connection?
  private var scalarChain: ScalarChain<E>?
  /// Of the layers of the last backward pass.
  private(set) var gauges: LayerGauges<E>?

  private struct Connection {
    let rows: Int
    let isTraining: Bool
    let overwrites: Bool
    let output: Matrix<E>
    /// How many operations the last backward pass went through.
    var backward: Int?
  }

  /// Compiles the layers. After a request to stop some are missing, here and there; passes then do nothing.
  init(_ architecture: Architecture, seed: NetworkSeed?) {
    let builder = NetworkBuilder<E>(seed: seed)
    builder.build(architecture.layers, inputs: architecture.inputs)
    inputs = architecture.inputs
    outputs = architecture.outputs
    operations = builder.operations
    lastActivation = builder.operations.last?.role.activation
    // A loss that is fused with it reads its input.
    lastActivation?.keepInput()
    parameters = builder.parameters
    taps = builder.taps
    state = builder.state
    stateful = builder.stateful
    measuresSamples = builder.measuresSamples
    modules = builder.modules
    unitCount = builder.unitCount
    memory = builder.place()
    forwardSchedule = Schedule(forward: builder.operations.untilStopped.flatMap { $0.forwardOrder })
    let back = builder.operations.reversed().untilStopped.flatMap { $0.backwardOrder }
    backwardSchedule = Schedule(backward: back)
    fusedBackwardSchedule = Schedule(backward: Array(back.dropFirst()))
    saturations = taps.untilStopped.compactMap { $0.activation?.saturation }
    measuredUnits = taps.reduce(0) { $0 + $1.affine.outputs }
    pieces = ParameterPieces(builder.parameters)
    withParameters = back.untilStopped.filter { $0.cutGradients(rows: 1, grain: .max) > 0 }
  }

  deinit {
    guard operations.count > slowToFree else { return }
    releaseInBackgroundIfStopped(
      (operations, parameters, taps, state, modules, forwardSchedule, backwardSchedule, fusedBackwardSchedule))
  }

  /// Makes room for the given number of samples. After a request to stop there is room for none, and passes over more
  /// do nothing.
  func reserve(rows wanted: Int) {
    guard wanted > rows else { return }
    rows = wanted
    disconnect()
    let stop = StopToken.current
    for operation in operations {
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

  /// Where the samples of the next pass go: samples × inputs.
  func input(_ rows: Int) -> Matrix<E> { Matrix(inputBuffer.pointer, rows: rows, columns: inputs) }

  /// Returns the outputs of the last pass, samples × outputs. Operations that pass on their input, such as a dropout with
  /// probability 0, have no output of their own.
  func output(_ rows: Int) -> Matrix<E> {
    for operation in operations.reversed() {
      if let output = operation.output { return output }
    }
    return input(rows)
  }

  /// Where their targets go: samples × outputs.
  func target(_ rows: Int) -> Matrix<E> { Matrix(targetBuffer.pointer, rows: rows, columns: outputs) }

  /// ∂L/∂y of the last loss: samples × outputs.
  func lossGradient(_ rows: Int) -> Matrix<E> { Matrix(gradientBuffer.pointer, rows: rows, columns: outputs) }

  /// Memory for measuring, samples × units, until the next call. It only grows: a wider matrix may need less room than a
  /// narrower one, whose rows must not lie a multiple of 1 KiB apart, so its size cannot be told from the widest layer.
  func scratch(_ rows: Int, _ columns: Int) -> Matrix<E> {
    if rows * Matrix<E>.stride(columns) > scratchBuffer.count { scratchBuffer = Buffer(unset: rows, columns: columns) }
    return Matrix(scratchBuffer.pointer, rows: rows, columns: columns)
  }

  /// The output for the first `rows` samples of the input.
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

  /// Returns the same output, or nil if a stop is requested. Checks for a request before every operation, which a
  /// training step does less often.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func forwardUntilStopped(_ rows: Int, _ pass: Pass) -> Matrix<E>? {
    disconnect()
    var x = input(rows)
    for operation in operations {
      if pass.stop.isRequested { return nil }
      x = operation.forward(x, pass)
    }
    return pass.stop.isRequested ? nil : x
  }

  /// The place of the output. Operations stay connected while the passes are alike.
  private func connect(_ rows: Int, _ pass: Pass) -> Matrix<E> {
    if let connection, connection.rows == rows, connection.isTraining == pass.isTraining,
      connection.overwrites == pass.overwrites
    {
      return connection.output
    }
    var x = input(rows)
    for operation in operations { x = operation.connect(x, pass) }
    connection = Connection(rows: rows, isTraining: pass.isTraining, overwrites: pass.overwrites, output: x)
    // The pass will not run, and the next one of this shape connects again.
    if pass.stop.isRequested {
      connection = nil
      return x
    }
    scalarChain = rows == 1 ? ScalarChain(operations) : nil
    return x
  }

  /// To be called before somebody passes through the operations one by one: it connects them differently.
  func disconnect() {
    connection = nil
    scalarChain = nil
    gauges = nil
    gradientRows = 0
  }

  /// The loss of the output against the target, and its gradient for `backward`; see `Pass.isPrecise`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func loss(
    _ output: Matrix<E>, _ loss: Loss, isPrecise: Bool = false
  ) -> (value: Double, gradient: LossGradient<E>) {
    let g = lossGradient(output.rows)
    // Where a stop cut short the making of the network or of the room for the samples, there is no output.
    guard output.columns == outputs, output.rows <= rows else {
      return (.nan, LossGradient(matrix: g, operations: 0, fused: nil))
    }
    guard let last = fusedActivation(loss) else {
      let value = E.kernel(loss).evaluate(output, target(output.rows), g, loss.arguments, isPrecise)
      return (value, LossGradient(matrix: g, operations: operations.count, fused: nil))
    }
    let value = E.kernel(loss).evaluate(last.input!, target(output.rows), g, loss.arguments, isPrecise)
    return (value, LossGradient(matrix: g, operations: operations.count - 1, fused: last))
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
    var g = gradient.matrix
    for index in stride(from: gradient.operations - 1, through: 0, by: -1) {
      g = operations[index].connectBackward(g, needsInput: index > 0, gradients)
    }
    connection?.backward = gradient.operations
    gauges = LayerGauges(taps)
    scalarChain?.connectBackward(operations)
  }

  /// All gradients but those of the parameters.
  private func passBack(_ gradient: LossGradient<E>, _ pass: Pass) {
    let isFused = gradient.operations < operations.count
    (isFused ? fusedBackwardSchedule : backwardSchedule).run(rows: gradient.matrix.rows, pass)
  }

  /// Repeats the last pass precisely, and keeps all it computes until the next one. The gradients of the parameters stay
  /// those of the last pass.
  func repeatPrecisely(_ loss: Loss, samples: Int, _ pass: Pass) -> LossGradient<E> {
    var precise = pass
    precise.isPrecise = true
    precise.overwrites = false
    precise.watch = nil
    // A pass that overwrote nothing still has every z.
    let output = connection.flatMap { $0.overwrites ? nil : $0.output } ?? forward(samples, precise)
    let gradient = self.loss(output, loss, isPrecise: true).gradient
    if connection?.backward != gradient.operations || !gradients.keepsAll {
      connectBackward(gradient, keepingAll: true)
    }
    passBack(gradient, precise)
    return gradient
  }

  /// The gradients of all parameters, task by task: products of every layer side by side.
  private func setGradients(_ rows: Int, _ pass: Pass) {
    if rows != gradientRows {
      gradientRows = rows
      // Some tasks for each thread, so that none waits long for the last one.
      let work = rows * memory.values.count
      let grain = max(work / (8 * pass.pool.threads), Schedule<E>.grain / 4)
      gradientTasks = withParameters.indices.flatMap { index in
        (0..<withParameters[index].cutGradients(rows: rows, grain: grain)).map { (index, $0) }
      }
      // Small networks are done before another thread has woken.
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

  /// The last activation, where the loss takes the derivative through it at once.
  func fusedActivation(_ loss: Loss) -> (any ActivationStep<E>)? {
    guard let lastActivation, lastActivation.activation == loss.fusesWith else { return nil }
    return lastActivation
  }
}

/// ∂L/∂y of the network's output, or of what goes into its last activation where the loss is fused with it.
struct LossGradient<E: Element> {
  let matrix: Matrix<E>
  /// How many operations the gradient still has to go back through.
  let operations: Int
  /// The activation that the loss has taken the derivative through.
  let fused: (any ActivationStep<E>)?

  /// True for the layer whose activation that is.
  func isFused(_ tap: Tap<E>) -> Bool { fused != nil && tap.activation === fused }
}
