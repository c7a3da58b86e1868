// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet

/// A replacement of one ingredient of a network.
struct Exchange {
  let ingredient: Counterfactual.Ingredient
  /// The original values, several if the layers differ.
  let from: [Counterfactual.Value]
  let to: Counterfactual.Value
  /// The architecture of the changed network.
  let blueprint: Blueprint
  /// Whether parameters of the changed network are drawn.
  var draws = false
  /// Creates the changed network, which keeps as many parameters of the original network as possible.
  var make: @Sendable (_ network: Network, _ architecture: Architecture, _ seed: NetworkSeed) -> Network = {
    $0.transplanted(to: $1, seed: $2)
  }
}

extension Network {
  /// Returns the replacements of ingredients by ones that the network does not have, and the removals of those that it
  /// has.
  ///
  /// - Parameter fresh: Whether the changed networks are drawn. The values of biases and weights are then those of
  ///   their initializers.
  func exchanges(fresh: Bool) -> [Exchange] {
    let blueprint = architecture.blueprint
    let layers = (try? blueprint.layers()) ?? []
    var exchanges = [
      Exchange(ingredient: .draw, from: [.current], to: .redrawn, blueprint: blueprint, draws: true) {
        Network($1, seed: $2)
      }
    ]
    func add(
      _ ingredient: Counterfactual.Ingredient, from: [Counterfactual.Value], to: Counterfactual.Value,
      _ blueprint: Blueprint?
    ) {
      guard let blueprint else { return }
      exchanges.append(Exchange(ingredient: ingredient, from: from, to: to, blueprint: blueprint))
    }
    for other in [Activation.identity, .sigmoid, .tanh, .relu, .selu, .gelu] {
      let changed = blueprint.with(activation: other)
      add(.activation, from: replacedActivations(changed).map { .activation($0) }, to: .activation(other), changed)
    }
    let kept = Set(ParameterKind.allCases).subtracting([.weight])
    for other in [Initializer.xavierNormal, .heNormal, .lecunNormal, .orthogonal, .lsuv] {
      guard let changed = blueprint.with(weights: other) else { continue }
      let from = initializers(.weight, fresh: fresh)
      exchanges.append(
        Exchange(ingredient: .initializer, from: from, to: .initializer(other), blueprint: changed, draws: true) {
          $0.transplanted(to: $1, kinds: kept, seed: $2)
        })
    }
    let unbiased = blueprint.with(bias: .zeros)
    if fresh ? unbiased != nil : hasNonzero(.bias) {
      let from = initializers(.bias, fresh: fresh)
      exchanges.append(
        Exchange(ingredient: .bias, from: from, to: .initializer(.zeros), blueprint: unbiased ?? blueprint) {
          own, _, _ in
          own.zeroing(.bias)
        })
    }
    exchanges += blueprint.structuralExchanges(layers)
    return exchanges
  }

  /// Returns the activations that another blueprint with the same layers replaces.
  private func replacedActivations(_ other: Blueprint?) -> [Activation] {
    guard let graph = other.flatMap({ try? Architecture($0) })?.graph else { return [] }
    return (1...depth).untilStopped.compactMap { row -> Activation? in
      let own = layer(row).activation
      return own == graph.activation(ofRow: row) ?? .identity ? nil : own
    }.distinct
  }

  /// Returns the source of the parameters of a kind: initializers, or the current network if they have changed since.
  private func initializers(_ kind: ParameterKind, fresh: Bool) -> [Counterfactual.Value] {
    guard fresh || hasInitialValues(kind) else { return [.current] }
    let graph = architecture.graph
    return graph.rows.untilStopped.compactMap { row -> Counterfactual.Value? in
      let (weights, biases) = graph.initializers(row.node)
      return (kind == .weight ? weights : biases).map { .initializer($0) }
    }.distinct
  }
}

extension Blueprint {
  /// Returns the replacements of layers. `layers` are those of the blueprint.
  fileprivate func structuralExchanges(_ layers: [any Layer]) -> [Exchange] {
    var exchanges: [Exchange] = []
    func add(
      _ ingredient: Counterfactual.Ingredient, from: [Counterfactual.Value], to: Counterfactual.Value,
      _ blueprint: Blueprint?
    ) {
      guard let blueprint else { return }
      exchanges.append(Exchange(ingredient: ingredient, from: from, to: to, blueprint: blueprint))
    }
    let norms = layers.allLayers { $0.isNorm }.map { Counterfactual.Value.norm(NormChoice.name(of: $0)) }.distinct
    let plain = withoutNorms()
    add(.norm, from: norms, to: .norm(nil), plain)
    for norm in [NormChoice.batch, .layer] {
      let to = Counterfactual.Value.norm(norm.rawValue)
      add(.norm, from: [.norm(nil)], to: to, with(norm: norm))
      // In a sequence, the user has placed the layers explicitly, so none are added.
      if options.norm != .none, options.norm != norm { add(.norm, from: norms, to: to, plain?.with(norm: norm)) }
    }
    let scales = layers.allLayers { $0.isBlock }.map { Counterfactual.Value.skip($0.number("scale") ?? 1) }.distinct
    add(.skip, from: scales, to: .skip(nil), withoutShortcuts())
    add(.skip, from: [.skip(nil)], to: .skip(1), withShortcuts())
    let masks = layers.allLayers { $0.isMask }.map { Counterfactual.Value.dropout($0.number("p") ?? 0) }.distinct
    add(.dropout, from: masks, to: .dropout(0), withoutMasks())
    if let half = withHalfTheHiddenLayers(), let new = half.depth, let depth {
      let rows = rowsOfHalf
      exchanges.append(
        Exchange(ingredient: .depth, from: [.depth(depth)], to: .depth(new), blueprint: half, draws: true) {
          $0.transplanted(to: $1, rows: rows.count == new && rows.allSatisfy { $0 <= depth } ? rows : nil, seed: $2)
        })
    }
    return exchanges
  }

  private var depth: Int? { (try? Architecture(self))?.graph.rows.count }
}

extension [any Layer] {
  /// Returns the layers with a role, also those inside other layers.
  fileprivate func allLayers(_ isOfRole: (SequenceRole) -> Bool) -> [any Layer] {
    flatMap { layer in (isOfRole(layer.sequenceRole) ? [layer] : []) + layer.children.allLayers(isOfRole) }
  }
}

extension Layer {
  /// Returns the number that is the argument with the given name, or nil if there is none.
  fileprivate func number(_ name: String) -> Double? {
    guard case .number(let number) = arguments.first(where: { $0.name == name })?.value else { return nil }
    return number
  }
}

extension Array where Element: Equatable {
  /// The elements without repetitions, in the order of their first occurrence.
  fileprivate var distinct: [Element] {
    reduce(into: []) { result, element in if !result.contains(element) { result.append(element) } }
  }
}
