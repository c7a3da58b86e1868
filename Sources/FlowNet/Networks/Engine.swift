// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A network compiled for one element type: a graph with the numbers of its parameters, and plans of passes through it.
final class Engine<E: Element> {
  let graph: Graph
  let memory: ParameterMemory<E>
  let parameters: [Parameter<E>]
  let state: [StateArray<E>]
  /// The parameters in pieces, for passes over all of them.
  let pieces: ParameterPieces
  /// The memory of passes that keep values, and of those that do not. Each of them grows when a pass needs more.
  private var keeping: PlanMemory<E>
  private var passing: PlanMemory<E>
  /// The plans in use. The last one was used most recently.
  private var plans: [Plan<E>] = []

  /// The largest number of plans. A training with a validation set needs five of them: a step, the same step repeated
  /// precisely, the short last batch, and two sizes of blocks for the validation.
  private static var mostPlans: Int { 8 }

  /// Compiles a graph. Without a seed, parameters with random initial values are 0 instead, for a network that copies the
  /// values of another one. After a request to stop, some of the values are missing.
  init(_ graph: Graph, seed: NetworkSeed?) {
    self.graph = graph
    let stop = StopToken.current
    let size = graph.parameters.reduce(0) { $0 + Parameter<E>.count($1.spec) }
    let memory = ParameterMemory<E>(count: size, state: graph.state.reduce(0) { $0 + StateArray<E>.count($1.spec) })
    self.memory = memory
    var offset = 0
    parameters = graph.parameters.enumerated().map { number, source in
      let parameter = Parameter<E>(source, number: number, offset: offset, memory)
      offset += parameter.count
      if !stop.isRequested { parameter.start(seed) }
      return parameter
    }
    memory.initial.copyUntilStopped(from: memory.values)
    offset = 0
    state = graph.state.map { source in
      let array = StateArray<E>(source, offset: offset, memory)
      offset += StateArray<E>.count(source.spec)
      array.start()
      return array
    }
    pieces = ParameterPieces(parameters)
    keeping = PlanMemory(graph, samples: 0)
    passing = keeping
  }

  deinit {
    if parameters.count > slowToFree { releaseInBackgroundIfStopped((graph, parameters, state, plans)) }
  }

  var inputs: Int { graph.input.units }
  var outputs: Int { graph.output.units }
  /// The number of rows of the flow table.
  var depth: Int { graph.rows.count }

  /// The number of elements that passes have asked for so far.
  var passMemory: Int { keeping.count + (passing === keeping ? 0 : passing.count) }

  /// Returns a plan for passes of the given mode with the given loss. Plans are kept, so that a pass of a known mode
  /// allocates nothing.
  func plan(_ mode: PlanMode, _ loss: Loss? = nil) -> Plan<E> {
    var mode = mode
    mode.isFused = loss.map(fuses) ?? false
    if let index = plans.lastIndex(where: { $0.mode == mode }) {
      let plan = plans[index]
      if index != plans.count - 1 {
        plans.remove(at: index)
        plans.append(plan)
      }
      return plan
    }
    let plan = Plan(graph, mode, parameters, state, memory(for: mode))
    // A plan that was not finished must not be used again.
    guard plan.isComplete, !StopToken.current.isRequested else { return plan }
    if plans.count == Self.mostPlans { plans.removeFirst() }
    plans.append(plan)
    return plan
  }

  private func memory(for mode: PlanMode) -> PlanMemory<E> {
    let known = mode.keepsValues ? keeping : passing
    if known.samples >= mode.samples, mode.keepsValues || passing !== keeping { return known }
    plans.removeAll { $0.mode.keepsValues == mode.keepsValues }
    let memory = PlanMemory<E>(graph, samples: mode.samples)
    if mode.keepsValues { keeping = memory } else { passing = memory }
    return memory
  }

  /// Whether the loss is differentiated through the last activation.
  private func fuses(_ loss: Loss) -> Bool {
    guard let wanted = loss.fusesWith, case .activation(let last) = graph.nodes.last?.kernel.part else { return false }
    return last == wanted
  }
}

extension Parameter {
  /// Sets the initial values: constants, or numbers from a stream of the parameter's own.
  fileprivate func start(_ seed: NetworkSeed?) {
    switch spec.start {
    case .constant(let number): assign([Double](repeating: number, count: rows * columns))
    case .drawn(let initializer, let fanIn, let fanOut):
      guard let seed else { return }
      var stream = RandomStream(
        seed: seed.seed, purpose: .initializer, index: seed.number << 24 | source.stream)
      let numbers = initializer.draw(Initializer.Shape(fanIn: fanIn, fanOut: fanOut, count: rows * columns), &stream)
      // After a request to stop there may be fewer.
      if numbers.count == rows * columns { assign(numbers) }
    }
  }
}
