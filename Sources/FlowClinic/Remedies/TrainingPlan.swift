// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet

/// An untrained network and its training options.
public struct TrainingPlan: Sendable {
  /// The architecture of the network.
  public var blueprint: Blueprint
  /// The network whose parameters the training starts from, or nil if each trial draws them.
  public private(set) var start: Network?
  /// Changes of the parameters of `start`.
  public private(set) var edits: [ParameterEdit] = []
  /// The training options. Each trial replaces the seed and the number.
  public var training: TrainingOptions
  /// The options for pre-training, or nil for a plan without it.
  public var pretraining: PretrainingOptions?
  /// The options for pre-training that a remedy may add, except for the number of epochs. If nil, none is added.
  let addedPretraining: PretrainingOptions?
  /// Whether the inputs are standardized before the training.
  public var standardizesInputs = false
  /// Whether the targets are standardized before the training.
  public var scalesTargets = false

  public init(_ blueprint: Blueprint, _ training: TrainingOptions, addedPretraining: PretrainingOptions? = nil) {
    self.blueprint = blueprint
    self.training = training
    self.addedPretraining = addedPretraining
  }

  /// Creates a plan that starts from the parameters of a network as they are now.
  public init(from network: Network, _ training: TrainingOptions, addedPretraining: PretrainingOptions? = nil) {
    self.init(network.architecture.blueprint, training, addedPretraining: addedPretraining)
    start = network.copy()
  }

  /// Returns the plan with another network, or the same one, whose parameters each trial draws.
  func drawing(_ blueprint: Blueprint) -> TrainingPlan {
    var plan = self
    plan.blueprint = blueprint
    plan.start = nil
    plan.edits = []
    return plan
  }

  /// Returns the plan with a prescribed change, or nil if the change cannot be expressed as a program.
  func applying(_ change: Prescription.Change) -> TrainingPlan? {
    var plan = self
    switch change {
    case .standardizeInputs: plan.standardizesInputs = true
    case .scaleTargets: plan.scalesTargets = true
    case .edits(let edits): plan.edits += edits
    case .network(let blueprint): return drawing(blueprint)
    case .training(let options): plan.training = options
    case .advice: return nil
    }
    return plan
  }

  /// Returns the network that a trial with the given seed trains. If it is drawn, it is the first random object of a
  /// program.
  func network(seed: UInt64) throws(NetworkError) -> Network {
    guard let start else { return Network(try Architecture(blueprint), seed: NetworkSeed(seed, number: 0)) }
    let network = start.copy()
    network.apply(edits, seed: seed)
    return network
  }

  /// The number of random objects that a trial draws before it trains.
  var draws: Int { start == nil ? 1 : edits.draws }

  /// Returns the data, changed as the plan requires.
  func prepared(_ data: DataSet) -> DataSet {
    let inputs = standardizesInputs ? data.standardized() : data
    return scalesTargets ? (try? inputs.scaled(targets: .standard)) ?? inputs : inputs
  }
}

/// Two plans are equal if their trials are. The seed and the record settings are ignored, because each trial sets its
/// own. Plans of the same comparison have the same start, if they have one.
extension TrainingPlan: Equatable {
  public static func == (left: TrainingPlan, right: TrainingPlan) -> Bool {
    left.blueprint == right.blueprint && (left.start == nil) == (right.start == nil) && left.edits == right.edits
      && left.pretraining == right.pretraining && left.training.hasSameSteps(as: right.training)
      && left.standardizesInputs == right.standardizesInputs && left.scalesTargets == right.scalesTargets
  }
}

extension TrainingOptions {
  /// Returns whether training with both options takes the same steps if the seed is the same.
  func hasSameSteps(as other: TrainingOptions) -> Bool {
    loss == other.loss && optimizer == other.optimizer && epochs == other.epochs && steps == other.steps
      && batch == other.batch && shuffle == other.shuffle && clip == other.clip && penalty == other.penalty
      && frozenLayers == other.frozenLayers
      && schedule == other.schedule && (schedule.isEmpty || scheduledLength == other.scheduledLength)
  }
}
