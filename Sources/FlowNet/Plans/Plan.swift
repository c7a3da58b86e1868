// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A graph laid out in memory for one element type and one mode. A pass through it allocates nothing.
final class Plan<E: Element> {
  let mode: PlanMode
  let graph: Graph
  /// The input of the next pass, samples × inputs.
  let input: Matrix<E>
  /// The outputs of the last pass, samples × outputs.
  let output: Matrix<E>
  /// The targets of the next pass, samples × outputs.
  let target: Matrix<E>
  /// The argument of the loss: the outputs, or the input of the last activation if the loss is fused with it.
  let lossInput: Matrix<E>
  /// ∂L/∂`lossInput`, the gradient that the backward pass begins with.
  let lossGradient: Matrix<E>
  /// The number of nodes that the backward pass goes through, counted from the input.
  let backwardCount: Int
  /// The last activation if the loss is fused with it, or nil.
  private let fused: (any ActivationStep<E>)?
  /// The step of each node, or nil for a node that only passes on what it receives, in both directions.
  let steps: [(any Step<E>)?]
  let taps: [Tap<E>]
  private let forwardSchedule: Schedule<E>
  private let backwardSchedule: Schedule<E>
  private let saturations: [SaturationCounter]
  private let scalarChain: ScalarChain<E>?
  private let parameterGradients: ParameterGradients<E>
  /// References to the data that is measured after a backward pass.
  let gauges: LayerGauges<E>
  private let layout: Layout<E>
  private let memory: PlanMemory<E>

  /// Lays out a graph. If a stop is requested, the plan may be incomplete, and passes through it do nothing.
  init(
    _ graph: Graph, _ mode: PlanMode, _ parameters: [Parameter<E>], _ state: [StateArray<E>], _ memory: PlanMemory<E>
  ) {
    self.graph = graph
    self.mode = mode
    self.memory = memory
    let layout = Layout(graph, mode, memory)
    self.layout = layout
    var steps: [(any Step<E>)?] = []
    steps.reserveCapacity(graph.nodes.count)
    var forwardSchedule = Schedule<E>(isForward: true)
    var saturations: [SaturationCounter] = []
    for (index, node) in graph.nodes.enumerated().untilStopped {
      guard layout.computes(index) else {
        steps.append(nil)
        continue
      }
      let site = layout.site(index, parameters, state)
      let step = node.kernel.bind(site)
      steps.append(step)
      if !layout.passesValue(index) { forwardSchedule.append(step, node.outline) }
      if let counter = site.saturation { saturations.append(counter) }
    }
    let isComplete = layout.isComplete && steps.count == graph.nodes.count
    self.steps = steps
    self.forwardSchedule = forwardSchedule
    self.saturations = saturations
    var backwardSchedule = Schedule<E>(isForward: false)
    var taps: [Tap<E>] = []
    var fused: (any ActivationStep<E>)?
    if isComplete {
      for index in (0..<layout.backwardCount).reversed().untilStopped where layout.computesBackward(index) {
        backwardSchedule.append(steps[index]!, graph.nodes[index].outline)
      }
      taps.reserveCapacity(graph.rows.count)
      for (index, row) in graph.rows.enumerated().untilStopped { taps.append(Self.tap(index + 1, row, steps)) }
      if taps.count < graph.rows.count { taps = [] }
      fused = layout.isFused ? steps.last??.role.activation : nil
    }
    self.backwardSchedule = backwardSchedule
    self.taps = taps
    input = memory.input(mode.samples)
    output = layout.output
    target = memory.target(mode.samples)
    self.fused = fused
    lossInput = fused?.input ?? layout.output
    lossGradient = memory.lossGradient(mode.samples)
    backwardCount = layout.backwardCount
    gauges = LayerGauges(mode.hasBackward ? taps : [])
    scalarChain =
      mode.samples == 1 && isComplete && !graph.hasSharedParameters
      ? ScalarChain(steps, nodes: layout.backwardCount) : nil
    parameterGradients = ParameterGradients(
      isComplete ? Array(steps[..<layout.backwardCount]) : [],
      graph, parameters, samples: mode.samples)
  }

  deinit {
    if steps.count > slowToFree {
      releaseInBackgroundIfStopped((steps, taps, forwardSchedule, backwardSchedule, parameterGradients))
    }
  }

  private static func tap(_ layer: Int, _ row: GraphRow, _ steps: [(any Step<E>)?]) -> Tap<E> {
    let own = steps[row.node]!.role.row(row.step)
    return Tap(
      layer: layer, affine: own.affine,
      activation: own.activation ?? row.activation.flatMap { steps[$0]?.role.activation },
      normalization: row.norm.flatMap { steps[$0.node] })
  }

  /// Whether the plan is complete. This is false if a stop was requested while it was being laid out.
  var isComplete: Bool { taps.count == graph.rows.count }

  /// Returns the gradient of a node's output, or nil if it is not needed. The output must have one reader.
  func gradient(_ node: Int) -> Matrix<E>? { layout.gradient(node) }

  /// Returns whether the gradient of an input of a node is needed.
  func needsGradient(_ node: Int, input: Int) -> Bool { layout.needsGradient(node, input: input) }

  func uses(_ other: PlanMemory<E>) -> Bool { memory === other }

  /// Returns memory for measurements, samples × units, which is valid until the next call.
  ///
  /// The memory only grows. Its size cannot be computed from the widest layer, because the stride of a row is never a
  /// multiple of 1 KiB, so a wider matrix may need less memory than a narrower one.
  func scratch(_ rows: Int, _ columns: Int) -> Matrix<E> { memory.scratch(rows, columns) }

  /// Runs the forward pass and returns the output.
  @specialized(where E == Float)
  @specialized(where E == Double)
  @discardableResult
  func forward(_ pass: Pass) -> Matrix<E> {
    resetCounters()
    if let scalarChain {
      if !scalarChain.forward() { pass.watch?.raise() }
    } else {
      forwardSchedule.run(mode.samples, pass)
    }
    return output
  }

  func resetCounters() { for counter in saturations { counter.set(0) } }

  /// Returns the loss and computes the gradient that the backward pass begins with. For `isPrecise`, see
  /// `Pass.isPrecise`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func loss(_ loss: Loss, isPrecise: Bool = false) -> Double {
    // If a stop was requested while the network or its memory was created, there is no output.
    guard isComplete else { return .nan }
    return E.kernel(loss).evaluate(lossInput, target, lossGradient, loss.arguments, isPrecise)
  }

  /// Runs the backward pass and sets the gradients of all parameters. Call `loss` first, which computes the gradient of
  /// the loss.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ pass: Pass) {
    if let scalarChain { return scalarChain.backward(lossGradient.pointer, isPrecise: pass.isPrecise) }
    passBack(pass)
    setParameterGradients(pass)
  }

  /// Sets the gradients of the parameters from those of a backward pass.
  func setParameterGradients(_ pass: Pass) { parameterGradients.set(pass) }

  /// Sets the gradients of the parameters from those of a scaled backward pass. Returns the exponent of each
  /// parameter's gradient.
  func setParameterGradients(_ pass: Pass, _ scales: GradientScales) -> [Int] {
    parameterGradients.set(pass, scales: scales.nodes)
  }

  /// Computes all gradients except those of the parameters.
  func passBack(_ pass: Pass) { backwardSchedule.run(mode.samples, pass) }

  /// Whether the loss is fused with the last activation.
  var isFused: Bool { fused != nil }

  /// Returns whether the loss is fused with the activation of the given row of the flow table.
  func isFused(_ tap: Tap<E>) -> Bool { fused != nil && tap.activation === fused }
}
