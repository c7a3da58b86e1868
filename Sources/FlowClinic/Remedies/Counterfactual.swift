// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// A network with one ingredient replaced, and its gradient flow.
public struct Counterfactual: Sendable {
  /// The properties of a network that affect the size of the gradient.
  public enum Ingredient: String, Sendable, CaseIterable {
    case none, draw, activation, initializer, bias, norm, skip, dropout, depth
  }

  /// A value of an ingredient.
  public enum Value: Sendable, Equatable {
    /// The current parameters of the network.
    case current
    /// Parameters that are drawn again with every seed.
    case redrawn
    case activation(Activation)
    case initializer(Initializer)
    /// The name of a normalisation, or nil for none.
    case norm(String?)
    /// The factor of the branches of residual blocks, or nil without shortcuts.
    case skip(Double?)
    /// The probability of dropout; 0 is none.
    case dropout(Double)
    case depth(Int)
  }

  /// The ingredient that was replaced. `none` is the network itself, `draw` the same network with redrawn parameters.
  public let ingredient: Ingredient
  /// The original values of the ingredient; several if the layers differ. Empty if nothing was replaced, or if the
  /// network has no such ingredient.
  public let from: [Value]
  /// The new value of the ingredient; nil if nothing was replaced.
  public let to: Value?
  /// The architecture of the network.
  public let blueprint: Blueprint
  /// A single result if nothing was drawn, or else one per finished seed, in the order of the seeds.
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
  /// Measures this network, and networks that differ from it in one ingredient.
  ///
  /// The network itself comes first, then the others, in ascending order of the total change of the gradient. One of
  /// them is the unchanged network with redrawn parameters, which shows the effect of training or assignment.
  /// `progress` is called after every measurement. If a stop is requested, only what has been measured is returned.
  ///
  /// - Parameter fresh: Whether all other networks are redrawn with every seed. Otherwise they keep the parameters of
  ///   this one as far as possible.
  public func counterfactuals(
    _ data: DataSet, loss: Loss?, limit: Int, seeds: [UInt64], fresh: Bool, pool: ThreadPool,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(NetworkError) -> [Counterfactual] {
    try architecture.requireMemory(networks: pool.threads + 1)
    try check(data, rows: limit)
    if let loss { try check(loss, on: data) }
    try checkTrainingPass(samples: min(limit, data.samples))
    let ownLoss = loss ?? .automatic(for: data, outputs: outputs)
    // This also calibrates initial weights that depend on data, before they are copied.
    guard let own = try startFlow(data, loss: ownLoss, limit: limit, pool: pool) else { return [] }
    let unchanged = Counterfactual(
      ingredient: .none, from: [], to: nil, blueprint: architecture.blueprint, starts: [own])
    let exchanges = exchanges(fresh: fresh)
    let trials = exchanges.enumerated().flatMap { index, exchange in
      (fresh || exchange.draws ? seeds : Array(seeds.prefix(1))).map { (exchange: index, seed: $0) }
    }
    let starts = Guarded((done: 0, flows: [StartFlow?](repeating: nil, count: trials.count)))
    pool.run(trials.count) { number in
      let exchange = exchanges[trials[number].exchange]
      let seed = NetworkSeed(trials[number].seed)
      guard let architecture = try? Architecture(exchange.blueprint) else { return }
      let network = fresh ? Network(architecture, seed: seed) : exchange.make(self, architecture, seed)
      let loss = loss ?? .automatic(for: data, outputs: network.outputs)
      let flow = unlessTooLarge { () throws(NetworkError) in
        try network.startFlow(data, loss: loss, limit: limit, pool: pool)
      }
      starts.withLock { starts in
        starts.flows[number] = flow ?? nil
        starts.done += 1
        progress(starts.done, trials.count)
      }
    }
    let flows = starts.withLock { $0.flows }
    let measured = exchanges.enumerated().map { index, exchange in
      Counterfactual(
        ingredient: exchange.ingredient, from: exchange.from, to: exchange.to, blueprint: exchange.blueprint,
        starts: zip(trials, flows).filter { $0.0.exchange == index }.compactMap(\.1))
    }.filter { !$0.starts.isEmpty }
    func distance(_ counterfactual: Counterfactual) -> Double {
      let size = abs(counterfactual.log10Total?.median ?? .infinity)
      return size.isNaN ? .infinity : size
    }
    return [unchanged]
      + measured.enumerated().sorted { (distance($0.1), $0.0) < (distance($1.1), $1.0) }.map(\.element)
  }
}
