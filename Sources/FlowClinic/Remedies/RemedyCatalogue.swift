// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

extension Remedy {
  /// All single remedies.
  static let catalogue: [Remedy] = [
    .network("fewer layers", "Nielsen 2015, chapter 5") { $0.withHalfTheHiddenLayers() },
    xavierNormal, heNormal, initializer(.lecunNormal), orthogonal, lsuv,
    .network("zero biases", "LeCun and others 1998") { $0.with(bias: .zeros) },
    tanh, relu, activation(.selu, .lecunNormal), activation(.gelu, .heNormal), batchNorm, layerNorm, shortcuts,
    pretraining, clipByNorm, clipByValue, l2Penalty,
    .training("l1 penalty", "Tibshirani 1996") { $0.training.penalty = Penalty.l1.make([1e-5]) },
    .training("elastic penalty", "Zou, Hastie 2005") { $0.training.penalty = Penalty.elastic.make([1e-5, 1e-3]) },
    adam,
    .training("momentum", "Sutskever and others 2013") { plan in
      guard plan.training.optimizer.isOfKind(.sgd) else { return }
      plan.training.optimizer = .sgd(rate: plan.training.optimizer.rate, momentum: 0.9)
    },
    largerRate, smallerRate,
  ]

  /// Pairs of remedies that work well together.
  static let pairs: [Remedy] = [
    relu.and(batchNorm), relu.and(shortcuts), relu.and(adam), tanh.and(shortcuts), batchNorm.and(shortcuts),
    batchNorm.and(largerRate), shortcuts.and(adam), pretraining.and(adam), clipByNorm.and(smallerRate),
    clipByValue.and(l2Penalty), heNormal.and(clipByNorm),
  ]

  /// The remedies that take effect before the first step. A replay tries them from new initial weights.
  static let newStarts = [heNormal, xavierNormal, orthogonal, lsuv, batchNorm, layerNorm]

  private static let xavierNormal = initializer(.xavierNormal)
  private static let heNormal = initializer(.heNormal)
  private static let orthogonal = initializer(.orthogonal)
  private static let lsuv = initializer(.lsuv)
  private static let tanh = activation(.tanh, .xavierNormal)
  private static let relu = activation(.relu, .heNormal)
  private static let batchNorm = network("batch normalisation", "Ioffe, Szegedy 2015") { $0.with(norm: .batch) }
  private static let layerNorm = network("layer normalisation", "Ba, Kiros, Hinton 2016") { $0.with(norm: .layer) }
  private static let shortcuts = network("shortcuts", "He and others 2016") { $0.withShortcuts() }
  private static let pretraining = training("pre-training", "Bengio and others 2007") {
    $0.pretraining = $0.addedPretraining
    $0.pretraining?.epochs = $0.training.epochs
  }
  private static let clipByNorm = training("clip by norm", "Pascanu, Mikolov, Bengio 2013") {
    $0.training.clip = Clip.norm.make([1])
  }
  private static let clipByValue = training("clip by value", "Mikolov 2012") {
    $0.training.clip = Clip.value.make([0.1])
  }
  private static let l2Penalty = training("l2 penalty", "Krogh, Hertz 1992") {
    $0.training.penalty = Penalty.l2.make([1e-3])
  }
  private static let adam = training("adam", "Kingma, Ba 2015") { $0.training.optimizer = .adam }
  private static let largerRate = training("larger rate", "ten times the rate") { $0.scaleRate(decimals: 1) }
  private static let smallerRate = training("smaller rate", "a tenth of the rate") { $0.scaleRate(decimals: -1) }

  private static func initializer(_ weights: Initializer) -> Remedy {
    .network(weights.name, weights.recipe.source) { blueprint in
      guard blueprint.with(weights: weights) != nil else { return nil }
      return blueprint.with(weights: weights, bias: .zeros)
    }
  }

  /// Returns a remedy that replaces the activation and uses the initial weights designed for it.
  private static func activation(_ activation: Activation, _ weights: Initializer) -> Remedy {
    .network(activation.name, activation.recipe.source) { blueprint in
      blueprint.with(activation: activation).map { $0.with(weights: weights, bias: .zeros) ?? $0 }
    }
  }
}

extension TrainingPlan {
  /// Shifts the decimal point of the learning rate.
  fileprivate mutating func scaleRate(decimals: Int) {
    training.optimizer = training.optimizer.with(rate: decimalShift(training.optimizer.rate, by: decimals))
  }
}
