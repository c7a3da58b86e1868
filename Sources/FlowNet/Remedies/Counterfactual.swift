// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A network with one ingredient exchanged, and how the gradient then travels before any training.
public struct Counterfactual: Sendable {
  /// What a network is made of, as far as the gradient's size depends on it.
  public enum Ingredient: String, Sendable, CaseIterable {
    case none, draw, activation, initializer, bias, norm, skip, depth
  }

  /// What was exchanged; `none` is the network itself, with the numbers it has, `draw` the same with numbers drawn anew.
  public let ingredient: Ingredient
  /// What it was.
  public let from: String
  /// What stands there instead.
  public let to: String
  /// The network, as source code of the language.
  public let change: String
  /// One per seed that was finished, in the order of the seeds.
  public let starts: [StartFlow]

  /// The per-layer factor.
  public var factor: Spread? { Spread(starts.compactMap(\.factor)) }
  /// The part of the weights in it.
  public var weightGain: Spread? { Spread(starts.compactMap(\.weightGain)) }
  /// The part of the slopes in it.
  public var slopeGain: Spread? { Spread(starts.compactMap(\.slopeGain)) }
  /// The part of the shortcuts in it; nil without shortcuts.
  public var shortcutGain: Spread? { Spread(starts.compactMap(\.shortcutGain)) }
  /// The part of the normalisations in it; nil without normalisations.
  public var normGain: Spread? { Spread(starts.compactMap(\.normGain)) }
  /// The part of dropout in it; nil without dropout.
  public var dropoutGain: Spread? { Spread(starts.compactMap(\.dropoutGain)) }
  /// log10(rms(δ_1)/rms(δ_last)); nil where no seed has one.
  public var log10Total: Spread? { Spread(starts.map(\.log10Total).filter { !$0.isNaN }) }

  /// How much of what the unchanged network does to the gradient on its whole way goes away with the exchange, on a
  /// logarithmic scale: 1 where the first layer gets as much as the last, 0 where nothing changes, below 0 where it gets
  /// worse. Nil for the unchanged network and where there is nothing to explain.
  public func explained(of unchanged: Counterfactual) -> Double? {
    guard ingredient != .none, let own = log10Total?.median, let before = unchanged.log10Total?.median, before != 0,
      own.isFinite,
      before.isFinite
    else { return nil }
    return 1 - abs(own) / abs(before)
  }
}

extension Network {
  /// Measures this network with the numbers it has, and networks that differ from it in one ingredient and are drawn anew
  /// with every seed.
  ///
  /// The network itself comes first, then the others by how much of the gradient's way they mend; one of them is the
  /// unchanged network drawn anew, which tells what training or assignment has done. `progress` hears how many networks
  /// are measured. When `isStopped` says so, what has been measured counts.
  public func counterfactuals(
    _ data: DataSet, loss: Loss?, limit: Int, seeds: [UInt64], standard: Precision, pool: ThreadPool,
    isStopped: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(NetworkError) -> [Counterfactual] {
    try architecture.requireMemory(networks: pool.threads + 1)
    try check(data, rows: limit)
    if let loss { try check(loss, on: data) }
    try checkTrainingPass(samples: min(limit, data.samples))
    let blueprint = architecture.blueprint
    let own = try flow(
      data, loss: loss ?? .automatic(for: data, outputs: outputs), limit: limit, predicts: false, pool: pool,
      isStopped: isStopped)
    if own.isEmpty { return [] }
    let unchanged = Counterfactual(
      ingredient: .none, from: "", to: "", change: blueprint.source(standard: standard), starts: [StartFlow(own)])
    let exchanges = blueprint.exchanges()
    let total = exchanges.count * seeds.count
    let starts = Guarded((done: 0, flows: [StartFlow?](repeating: nil, count: total)))
    pool.run(total) { number in
      if isStopped() { return }
      let blueprint = exchanges[number / seeds.count].blueprint
      guard let architecture = try? Architecture(blueprint) else { return }
      let network = Network(architecture, seed: NetworkSeed(seeds[number % seeds.count]), isStopped: isStopped)
      let loss = loss ?? .automatic(for: data, outputs: network.outputs)
      let rows = unlessTooLarge { () throws(NetworkError) in
        try network.flow(data, loss: loss, limit: limit, predicts: false, pool: pool, isStopped: isStopped)
      }
      starts.withLock { starts in
        if let rows, !rows.isEmpty { starts.flows[number] = StartFlow(rows) }
        starts.done += 1
        progress(starts.done, total)
      }
    }
    let all = starts.withLock { $0.flows }
    let measured = exchanges.indices.map { index in
      Counterfactual(
        ingredient: exchanges[index].ingredient, from: exchanges[index].from, to: exchanges[index].to,
        change: exchanges[index].blueprint.source(standard: standard),
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
    ingredient: Counterfactual.Ingredient, from: String, to: String, blueprint: Blueprint
  )

  fileprivate func exchanges() -> [Exchange] {
    let dense = (try? layers()).flatMap(firstDense)
    let zeros = Initializer.named("zeros")!
    let weights = dense.map { sourceText($0.weights.name, $0.weights.arguments) } ?? ""
    let bias = dense.map { sourceText($0.bias.name, $0.bias.arguments) } ?? ""
    let activation = (try? layers()).flatMap(firstActivation).map { sourceText($0.name, $0.arguments) } ?? ""
    var exchanges: [Exchange] = [(.draw, "as it is", "drawn anew", self)]
    func add(_ ingredient: Counterfactual.Ingredient, from: String, to: String, _ blueprint: Blueprint?) {
      if let blueprint { exchanges.append((ingredient, from, to, blueprint)) }
    }
    for name in ["identity", "sigmoid", "tanh", "relu", "selu", "gelu"] {
      add(.activation, from: activation, to: name, with(activation: .named(name)!))
    }
    for name in ["xavier_normal", "he_normal", "lecun_normal", "orthogonal", "lsuv"] {
      add(.initializer, from: weights, to: name, with(weights: .named(name)!))
    }
    add(.bias, from: bias, to: "zeros", with(bias: zeros))
    for norm in [NormChoice.batch, .layer] { add(.norm, from: "none", to: norm.rawValue, with(norm: norm)) }
    add(.skip, from: "false", to: "true", withShortcuts())
    if let half = withHalfTheHiddenLayers() {
      func depth(_ blueprint: Blueprint) -> String {
        (try? Architecture(blueprint)).map { "\($0.outline.count { $0.layer != nil })" } ?? ""
      }
      add(.depth, from: depth(self), to: depth(half), half)
    }
    return exchanges
  }
}

/// The first dense layer, also in a block.
private func firstDense(_ layers: [any Layer]) -> Dense? {
  layers.lazy.compactMap { $0 as? Dense ?? ($0 as? Residual).flatMap { firstDense($0.layers) } }.first
}

/// The first activation that is not linear, also in a block.
private func firstActivation(_ layers: [any Layer]) -> Activation? {
  layers.lazy.compactMap { layer -> Activation? in
    switch layer {
    case let dense as Dense: dense.activation.name == "identity" ? nil : dense.activation
    case let own as ActivationLayer: own.activation
    case let block as Residual: firstActivation(block.layers)
    default: nil
    }
  }.first
}
