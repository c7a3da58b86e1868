// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet

/// A network that has not been initialized yet, and how to train it.
public struct TrainingPlan: Sendable {
  /// The architecture of the network.
  public var blueprint: Blueprint
  /// The training options. Each trial replaces the seed and the number.
  public var training: TrainingOptions
  /// The options for pre-training, if any.
  public var pretraining: PretrainingOptions?

  public init(_ blueprint: Blueprint, _ training: TrainingOptions, pretraining: PretrainingOptions? = nil) {
    self.blueprint = blueprint
    self.training = training
    self.pretraining = pretraining
  }

  /// Returns source code that turns another plan into this one. `network` and `data` are the variable names to use.
  func change(from other: TrainingPlan, network: String, data: String, standard: Precision) -> String {
    var statements: [String] = []
    let source = blueprint.source(standard: standard)
    if source != other.blueprint.source(standard: standard) { statements.append("\(network) = \(source)") }
    if let pretraining, other.pretraining == nil {
      statements.append("pretrain(\(network), \(data)\(pretraining.arguments))")
    }
    if training.arguments != other.training.arguments {
      statements.append("train(\(network), \(data)\(training.arguments))")
    }
    return statements.joined(separator: "; ")
  }
}

extension TrainingOptions {
  /// The arguments of `train` that differ from the defaults, each preceded by a comma.
  var arguments: String {
    var text = ""
    func source<Product>(_ catalogue: [Recipe<Product>], _ name: String, _ arguments: [Double]) -> String {
      catalogue.first { $0.name == name }?.source(arguments) ?? name
    }
    if let loss { text += ", loss: \(source(Loss.catalogue, loss.name, loss.arguments))" }
    let standard = TrainingOptions()
    if optimizer.name != standard.optimizer.name || optimizer.arguments != standard.optimizer.arguments {
      text += ", optimizer: \(source(Optimizer.catalogue, optimizer.name, optimizer.arguments))"
    }
    if let steps {
      text += ", steps: \(steps)"
    } else if epochs != standard.epochs {
      text += ", epochs: \(epochs)"
    }
    if batch != standard.batch { text += ", batch: \(batch)" }
    if !shuffle { text += ", shuffle: false" }
    if let clip { text += ", clip: \(source(Clip.catalogue, clip.name, clip.arguments))" }
    if let penalty { text += ", penalty: \(source(Penalty.catalogue, penalty.name, penalty.arguments))" }
    return text
  }
}

extension PretrainingOptions {
  /// The arguments of `pretrain` that differ from the defaults, each preceded by a comma.
  var arguments: String { epochs == PretrainingOptions().epochs ? "" : ", epochs: \(epochs)" }
}
