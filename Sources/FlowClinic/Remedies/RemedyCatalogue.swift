// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

extension Remedy {
  /// All single remedies.
  static let catalogue: [Remedy] = [
    .network("fewer layers", "Nielsen 2015, chapter 5") { $0.withHalfTheHiddenLayers() },
    initializer("xavier_normal"), initializer("he_normal"), initializer("lecun_normal"), initializer("orthogonal"),
    initializer("lsuv"),
    .network("zero biases", "LeCun and others 1998") { $0.with(bias: .named("zeros")!) },
    activation("tanh", "xavier_normal"), activation("relu", "he_normal"), activation("selu", "lecun_normal"),
    activation("gelu", "he_normal"),
    .network("batch normalisation", "Ioffe, Szegedy 2015") { $0.with(norm: .batch) },
    .network("layer normalisation", "Ba, Kiros, Hinton 2016") { $0.with(norm: .layer) },
    .network("shortcuts", "He and others 2016") { $0.withShortcuts() },
    .training("pre-training", "Bengio and others 2007") {
      $0.pretraining = PretrainingOptions(epochs: $0.training.epochs)
    },
    .training("clip by norm", "Pascanu, Mikolov, Bengio 2013") { $0.training.clip = clip("clip_norm", 1) },
    .training("clip by value", "Mikolov 2012") { $0.training.clip = clip("clip_value", 0.1) },
    .training("l2 penalty", "Krogh, Hertz 1992") { $0.training.penalty = penalty("l2", 1e-3) },
    .training("l1 penalty", "Tibshirani 1996") { $0.training.penalty = penalty("l1", 1e-5) },
    .training("elastic penalty", "Zou, Hastie 2005") { $0.training.penalty = penalty("elastic", 1e-5, 1e-3) },
    .training("adam", "Kingma, Ba 2015") { $0.training.optimizer = .named("adam")! },
    .training("momentum", "Sutskever and others 2013") { plan in
      guard plan.training.optimizer.name == "sgd" else { return }
      plan.training.optimizer = .named("sgd", [plan.training.optimizer.arguments[0], 0.9, 0])!
    },
    .training("larger rate", "ten times the rate") {
      $0.training.optimizer = $0.training.optimizer.with(rate: decimalShift($0.training.optimizer.rate, by: 1))
    },
    .training("smaller rate", "a tenth of the rate") {
      $0.training.optimizer = $0.training.optimizer.with(rate: decimalShift($0.training.optimizer.rate, by: -1))
    },
  ]

  /// Pairs of remedies that work well together.
  static let pairs: [Remedy] = [
    ("relu", "batch normalisation"), ("relu", "shortcuts"), ("relu", "adam"), ("tanh", "shortcuts"),
    ("batch normalisation", "shortcuts"), ("batch normalisation", "larger rate"), ("shortcuts", "adam"),
    ("pre-training", "adam"), ("clip by norm", "smaller rate"), ("clip by value", "l2 penalty"),
    ("he_normal", "clip by norm"),
  ].map { named($0.0).and(named($0.1)) }

  /// Returns the remedy of the given name.
  static func named(_ name: String) -> Remedy { catalogue.first { $0.name == name }! }

  private static func initializer(_ name: String) -> Remedy {
    let recipe = Initializer.catalogue.first { $0.name == name }!
    return .network(name, recipe.source) { blueprint in
      guard blueprint.with(weights: .named(name)!) != nil else { return nil }
      return blueprint.with(weights: .named(name)!, bias: .named("zeros")!)
    }
  }

  /// Returns a remedy that replaces the activation and uses the initial weights designed for it.
  private static func activation(_ name: String, _ weights: String) -> Remedy {
    let recipe = Activation.catalogue.first { $0.name == name }!
    return .network(name, recipe.source) { blueprint in
      let changed = blueprint.with(activation: .named(name)!)
      return changed.map { $0.with(weights: .named(weights)!, bias: .named("zeros")!) ?? $0 }
    }
  }

  private static func clip(_ name: String, _ limit: Double) -> Clip {
    Clip.catalogue.first { $0.name == name }!.make([limit])
  }

  private static func penalty(_ name: String, _ strengths: Double...) -> Penalty {
    Penalty.catalogue.first { $0.name == name }!.make(strengths)
  }
}
