// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// A network with one ingredient replaced, and its gradient flow before any training.
public struct Counterfactual: Sendable {
  /// The properties of a network that affect the size of the gradient.
  public enum Ingredient: String, Sendable, CaseIterable {
    case none, draw, activation, initializer, bias, norm, skip, depth
  }

  /// The value of an ingredient.
  public enum Value: Sendable {
    /// The current parameters of the network.
    case current
    /// Parameters that are drawn again with every seed.
    case redrawn
    case activation(Activation)
    case initializer(Initializer)
    case norm(NormChoice)
    case skip(Bool)
    case depth(Int)
  }

  /// The ingredient that was replaced. `none` is the network itself with its current parameters, `draw` the same
  /// network with redrawn parameters.
  public let ingredient: Ingredient
  /// The original value of the ingredient; nil if nothing was replaced, or if the network has no such ingredient.
  public let from: Value?
  /// The new value of the ingredient; nil if nothing was replaced.
  public let to: Value?
  /// The architecture of the network.
  public let blueprint: Blueprint
  /// One result per finished seed, in the order of the seeds.
  public let starts: [StartFlow]

  /// The per-layer factor.
  public var factor: Spread? { Spread(starts.compactMap(\.factor)) }
  /// The contribution of the weights to the factor.
  public var weightGain: Spread? { Spread(starts.compactMap(\.weightGain)) }
  /// The contribution of the slopes to the factor.
  public var slopeGain: Spread? { Spread(starts.compactMap(\.slopeGain)) }
  /// The contribution of the shortcuts to the factor; `nil` without shortcuts.
  public var shortcutGain: Spread? { Spread(starts.compactMap(\.shortcutGain)) }
  /// The contribution of the normalisations to the factor; `nil` without normalisations.
  public var normGain: Spread? { Spread(starts.compactMap(\.normGain)) }
  /// The contribution of dropout to the factor; `nil` without dropout.
  public var dropoutGain: Spread? { Spread(starts.compactMap(\.dropoutGain)) }
  /// log10(rms(δ_1)/rms(δ_last)); `nil` if no seed has a value.
  public var log10Total: Spread? { Spread(starts.map(\.log10Total).filter { !$0.isNaN }) }

  /// Returns the fraction of the unchanged network's effect on the gradient, from the last layer to the first and on a
  /// logarithmic scale, that the replacement removes. It is 1 if the first layer's gradient is as large as the last
  /// layer's, 0 if nothing changes, and negative if the effect grows. `nil` for the unchanged network and if there is
  /// no effect to explain.
  public func explained(of unchanged: Counterfactual) -> Double? {
    guard ingredient != .none, let own = log10Total?.median, let before = unchanged.log10Total?.median, before != 0,
      own.isFinite,
      before.isFinite
    else { return nil }
    return 1 - abs(own) / abs(before)
  }
}

extension Network {
  /// Measures this network with its current parameters, and networks that differ from it in one ingredient, which are
  /// redrawn with every seed.
  ///
  /// The network itself comes first, then the others, ordered by how small the total change of the gradient is. One of
  /// them is the unchanged network with redrawn parameters, which shows the effect of training or assignment.
  /// `progress` is called after every measurement. If a stop is requested, only what has been measured is
  /// returned.
  public func counterfactuals(
    _ data: DataSet, loss: Loss?, limit: Int, seeds: [UInt64], pool: ThreadPool,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(NetworkError) -> [Counterfactual] {
    try architecture.requireMemory(networks: pool.threads + 1)
    try check(data, rows: limit)
    if let loss { try check(loss, on: data) }
    try checkTrainingPass(samples: min(limit, data.samples))
    let blueprint = architecture.blueprint
    let ownLoss = loss ?? .automatic(for: data, outputs: outputs)
    guard let own = try startFlow(data, loss: ownLoss, limit: limit, pool: pool) else { return [] }
    let unchanged = Counterfactual(
      ingredient: .none, from: nil, to: nil, blueprint: blueprint, starts: [own])
    let exchanges = blueprint.exchanges()
    let total = exchanges.count * seeds.count
    let starts = Guarded((done: 0, flows: [StartFlow?](repeating: nil, count: total)))
    pool.run(total) { number in
      let blueprint = exchanges[number / seeds.count].blueprint
      guard let architecture = try? Architecture(blueprint) else { return }
      let network = Network(architecture, seed: NetworkSeed(seeds[number % seeds.count]))
      let loss = loss ?? .automatic(for: data, outputs: network.outputs)
      let flow = unlessTooLarge { () throws(NetworkError) in
        try network.startFlow(data, loss: loss, limit: limit, pool: pool)
      }
      starts.withLock { starts in
        starts.flows[number] = flow ?? nil
        starts.done += 1
        progress(starts.done, total)
      }
    }
    let all = starts.withLock { $0.flows }
    let measured = exchanges.indices.map { index in
      Counterfactual(
        ingredient: exchanges[index].ingredient, from: exchanges[index].from, to: exchanges[index].to,
        blueprint: exchanges[index].blueprint,
        starts: all[index * seeds.count..<(index + 1) * seeds.count].compactMap(\.self))
    }.filter { !$0.starts.isEmpty }
    func distance(_ counterfactual: Counterfactual) -> Double {
      let size = abs(counterfactual.log10Total?.median ?? .infinity)
      return size.isNaN ? .infinity : size
    }
    return [unchanged]
      + measured.enumerated().sorted { (distance($0.1), $0.0) < (distance($1.1), $1.0) }.map(\.element)
  }
}

extension Blueprint {
  fileprivate typealias Exchange = (
    ingredient: Counterfactual.Ingredient, from: Counterfactual.Value?, to: Counterfactual.Value, blueprint: Blueprint
  )

  fileprivate func exchanges() -> [Exchange] {
    let layers = (try? layers()) ?? []
    let graph = (try? Architecture(self))?.graph
    let (weights, biases) = graph.map { $0.initializers($0.rows[0].node) } ?? (nil, nil)
    let activation = layers.first(\.ownActivation).map(Counterfactual.Value.activation)
    var exchanges: [Exchange] = [(.draw, .current, .redrawn, self)]
    func add(
      _ ingredient: Counterfactual.Ingredient, from: Counterfactual.Value?, to: Counterfactual.Value,
      _ blueprint: Blueprint?
    ) {
      if let blueprint { exchanges.append((ingredient, from, to, blueprint)) }
    }
    for other in [Activation.identity, .sigmoid, .tanh, .relu, .selu, .gelu] {
      add(.activation, from: activation, to: .activation(other), with(activation: other))
    }
    for other in [Initializer.xavierNormal, .heNormal, .lecunNormal, .orthogonal, .lsuv] {
      add(
        .initializer, from: weights.map(Counterfactual.Value.initializer), to: .initializer(other),
        with(weights: other))
    }
    add(.bias, from: biases.map(Counterfactual.Value.initializer), to: .initializer(.zeros), with(bias: .zeros))
    for norm in [NormChoice.batch, .layer] { add(.norm, from: .norm(.none), to: .norm(norm), with(norm: norm)) }
    add(.skip, from: .skip(false), to: .skip(true), withShortcuts())
    if let half = withHalfTheHiddenLayers() {
      func depth(_ blueprint: Blueprint) -> Int? {
        (try? Architecture(blueprint))?.outline.count { $0.layer != nil }
      }
      if let new = depth(half) { add(.depth, from: depth(self).map(Counterfactual.Value.depth), to: .depth(new), half) }
    }
    return exchanges
  }
}
