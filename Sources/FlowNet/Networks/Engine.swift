// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A network compiled for one element type: a graph, the values of its parameters, and plans for passes through it.
final class Engine<E: Element> {
  let graph: Graph
  let memory: ParameterMemory<E>
  let parameters: [Parameter<E>]
  let state: [StateArray<E>]
  /// The parameters divided into pieces, for loops over all of them.
  let pieces: ParameterPieces
  /// The memory of passes that keep values, and of passes that do not. Each of them is replaced when a pass needs more.
  private var keeping: PlanMemory<E>?
  private var passing: PlanMemory<E>?
  /// The plans that are kept for reuse. The last one was used most recently.
  private var plans: [Plan<E>] = []
  /// The rows of the flow table. They are cached once all of them are known, because every training run needs them.
  private var knownRows: [RowParameters<E>]?

  /// The largest number of plans that are kept. A training run with a validation set needs five of them: for a step,
  /// for the same step repeated precisely, for the short last batch, and for validation blocks of two sizes.
  private static var mostPlans: Int { 8 }

  /// Compiles a graph. Without a seed, parameters with random initial values are 0 instead; a network that copies the
  /// values of another one is created this way. If a stop is requested, some of the values are not set.
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
  }

  deinit {
    if parameters.count > slowToFree { releaseInBackgroundIfStopped((graph, parameters, state, plans)) }
  }

  var inputs: Int { graph.input.units }
  var outputs: Int { graph.output.units }
  /// The number of rows of the flow table.
  var depth: Int { graph.rows.count }

  /// The number of elements that passes have requested so far.
  var passMemory: Int { (keeping?.count ?? 0) + (passing?.count ?? 0) }

  /// Returns a plan for passes of the given mode with the given loss. Plans are kept, so that further passes of the
  /// same mode allocate nothing.
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
    // An incomplete plan must not be reused.
    guard plan.isComplete, !StopToken.current.isRequested else { return plan }
    if plans.count == Self.mostPlans { plans.removeFirst() }
    plans.append(plan)
    return plan
  }

  /// All rows of the flow table. If a stop is requested, some of them are missing.
  var rows: [RowParameters<E>] {
    if let knownRows { return knownRows }
    let rows = graph.rows.indices.untilStopped.map { row($0 + 1) }
    if rows.count == graph.rows.count { knownRows = rows }
    return rows
  }

  /// Whether other plans continue what a plan that keeps values has begun. They no longer do once a larger pass has moved
  /// the memory.
  func isCurrent(_ plan: Plan<E>) -> Bool { keeping.map(plan.uses) ?? false }

  private func memory(for mode: PlanMode) -> PlanMemory<E> {
    if let known = mode.keepsValues ? keeping : passing, known.samples >= mode.samples { return known }
    plans.removeAll { $0.mode.keepsValues == mode.keepsValues }
    let memory = PlanMemory<E>(graph, samples: mode.samples)
    if mode.keepsValues { keeping = memory } else { passing = memory }
    return memory
  }

  /// Returns whether the loss is fused with the last activation, so that it is differentiated through the activation.
  private func fuses(_ loss: Loss) -> Bool {
    guard let wanted = loss.fusesWith, let last = graph.nodes.last?.role.activation else { return false }
    return last == wanted
  }
}

extension Parameter {
  /// Sets the initial values: constants, or numbers from the parameter's own random stream.
  fileprivate func start(_ seed: NetworkSeed?) {
    switch spec.start {
    case .constant(let number): assign([Double](repeating: number, count: rows * columns))
    case .drawn(let initializer, let fanIn, let fanOut):
      guard let seed else { return }
      var stream = RandomStream(
        seed: seed.seed, purpose: .initializer, index: seed.number << 24 | source.stream)
      let numbers = initializer.draw(Initializer.Shape(fanIn: fanIn, fanOut: fanOut, count: rows * columns), &stream)
      // If a stop was requested, there may be fewer numbers.
      if numbers.count == rows * columns { assign(numbers) }
    }
  }
}
