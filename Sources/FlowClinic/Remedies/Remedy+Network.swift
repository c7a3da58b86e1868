// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// Remedies that build another network, or redraw the parameters of the same one.
extension Remedy {
  static let ofStarts = [
    network("new draw", "the same distributions") { $0 },
    xavierNormal, heNormal, initializer(.lecunNormal), orthogonal, lsuv,
    network("pytorch", "PyTorch's default initialization") { $0.with(weights: .pytorch, bias: .pytorch) },
    network("zero biases", "LeCun and others 1998") { $0.with(bias: .zeros) },
  ]
  static let ofArchitectures = [
    network("fewer layers", "Nielsen 2015, chapter 5") { $0.withHalfTheHiddenLayers() },
    tanh, relu, activation(.leakyReLU, .heNormal), activation(.selu, .lecunNormal), activation(.gelu, .heNormal),
    batchNorm, layerNorm, shortcuts, scaledBranches,
    network("no dropout", "all units contribute") { $0.withoutMasks() },
    network("no batch normalisation", "no sample depends on the rest of its batch") { blueprint in
      (try? Architecture(blueprint))?.graph.normalizesBatches == true ? blueprint.withoutNorms() : nil
    },
    network("no normalisation", "z keeps its size") { $0.withoutNorms() },
    network("no shortcuts", "each layer replaces its input") { $0.withoutShortcuts() },
  ]

  static let xavierNormal = initializer(.xavierNormal)
  static let heNormal = initializer(.heNormal)
  static let orthogonal = initializer(.orthogonal)
  static let lsuv = initializer(.lsuv)
  static let tanh = activation(.tanh, .xavierNormal)
  static let relu = activation(.relu, .heNormal)
  static let batchNorm = network("batch normalisation", "Ioffe, Szegedy 2015") { $0.with(norm: .batch) }
  static let layerNorm = network("layer normalisation", "Ba, Kiros, Hinton 2016") { $0.with(norm: .layer) }
  static let shortcuts = network("shortcuts", "He and others 2016") { $0.withShortcuts() }
  static let scaledBranches = network("scaled branches", "Zhang, Dauphin, Ma 2019 (Fixup)") { $0.withScaledBranches() }

  private static func initializer(_ weights: Initializer) -> Remedy {
    network(weights.name, weights.recipe.source) { blueprint in
      guard blueprint.with(weights: weights) != nil else { return nil }
      return blueprint.with(weights: weights, bias: .zeros)
    }
  }

  /// Returns a remedy that replaces the activation and uses the initial weights designed for it.
  private static func activation(_ activation: Activation, _ weights: Initializer) -> Remedy {
    network(activation.name, activation.recipe.source) { blueprint in
      blueprint.with(activation: activation).map { $0.with(weights: weights, bias: .zeros) ?? $0 }
    }
  }
}

extension Blueprint {
  /// Returns the network with the branches of its residual blocks scaled by 1/√L for L dense layers, rounded to two
  /// digits. The sum of all branches is then about as large as one of them (Zhang, Dauphin, Ma 2019). Returns nil if
  /// there are no residual blocks.
  func withScaledBranches() -> Blueprint? {
    let layers = Double((try? Architecture(self))?.outline.count { $0.layer != nil } ?? 1)
    return withBranches(scaledBy: (100 / layers.squareRoot()).rounded() / 100)
  }
}
