// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// A remedy for a diagnosis, the reason why it helps, and the change that applies it.
public struct Prescription: Sendable {
  /// A change to the network, the data or the training.
  public enum Change: Sendable {
    /// Standardizes every input to mean 0 and standard deviation 1.
    case standardizeInputs
    /// Standardizes every target to mean 0 and standard deviation 1.
    case scaleTargets
    /// Changes the values of some parameters.
    case edits([ParameterEdit])
    /// Uses another network.
    case network(Blueprint)
    /// Uses other training options.
    case training(TrainingOptions)
    /// Cannot be written as code.
    case advice
  }

  /// The action to take.
  public let remedy: String
  public let reason: String
  public internal(set) var change: Change
  /// The edits that do the same for a network whose parameters are drawn again.
  var editsOfDraw: [ParameterEdit] = []
  private var rebuild: (@Sendable (Blueprint) -> Blueprint?)?

  init(_ remedy: String, _ reason: String, _ change: Change) {
    (self.remedy, self.reason, self.change) = (remedy, reason, change)
  }

  /// Creates a prescription of edits that suit any draw of the parameters.
  init(_ remedy: String, _ reason: String, editing edits: [ParameterEdit]) {
    self.init(remedy, reason, .edits(edits))
    editsOfDraw = edits
  }

  /// Creates the prescription of another network. Returns nil if the change does not apply or has no effect.
  init?(
    _ remedy: String, _ reason: String, from blueprint: Blueprint,
    _ rebuild: @escaping @Sendable (Blueprint) -> Blueprint?
  ) {
    guard let other = rebuild(blueprint) else { return nil }
    self.init(remedy, reason, .network(other))
    self.rebuild = rebuild
  }

  /// Returns another network with the prescribed change, or nil if the prescription does not change the network, or
  /// the change has no effect.
  func rebased(onto blueprint: Blueprint) -> Blueprint? { rebuild?(blueprint) }

  /// Returns the prescription of the same change to another network.
  func rebased(onto blueprint: Blueprint) -> Prescription? {
    rebuild.flatMap { Prescription(remedy, reason, from: blueprint, $0) }
  }
}

/// The remedies for causes in a network, its data or its loss. Nothing is prescribed that the network already has.
struct NetworkPrescriptions {
  let blueprint: Blueprint
  /// Whether the activations are rectifiers, for which He's initializer was designed.
  private let hasRectifiers: Bool
  /// The activation that the last layer of a chain keeps if the others get another one; nil if it changes with them.
  private let output: Activation?

  /// Creates the remedies for a network.
  ///
  /// - Parameter loss: The loss of the data that the network is meant for, or nil if it has none.
  init(_ network: Network, for loss: Loss?) {
    blueprint = network.architecture.blueprint
    let last = network.layer(network.depth).activation
    output = loss.map { $0.fusesWith == last ? last : .identity }
    hasRectifiers = (1...network.depth).contains { network.layer($0).activation.isRectifier }
  }

  /// Returns the remedies, the most promising first.
  func list(_ symptom: Diagnosis.Symptom, _ suspect: Suspect) -> [Prescription] {
    let all: [Prescription?] =
      switch suspect.cause {
      case .data:
        suspect.layer == nil ? [suspect.prescription] : [suspect.prescription, batchNorm]
      case .pairing, .dropout: [suspect.prescription]
      case .symmetry: [suspect.prescription, start("a random start: "), orthogonal]
      case .weights: [suspect.prescription, start("") ?? start("a new draw of "), batchNorm, shortcuts]
      case .bias: [suspect.prescription, zeroBiases, batchNorm]
      case .norm: [suspect.prescription, fewer]
      case .slope:
        symptom == .dead
          ? [suspect.prescription, shortcuts, batchNorm, leakyReLU] : [relu, batchNorm, shortcuts, fewer]
      case .depth:
        symptom == .exploding ? [scaledBranches, batchNorm, fewer] : [shortcuts, batchNorm, orthogonal, fewer]
      case .precision: [doublePrecision, batchNorm]
      case .batch, .rate, .momentum, .clip, .penalty, .model, .unknown: []
      }
    var names: Set<String> = []
    return all.compactMap(\.self).filter { names.insert($0.remedy).inserted }
  }

  /// Returns the prescription of another network; see `Prescription.init(_:_:from:_:)`.
  private func network(
    _ remedy: String, _ reason: String, _ rebuild: @escaping @Sendable (Blueprint) -> Blueprint?
  ) -> Prescription? {
    Prescription(remedy, reason, from: blueprint, rebuild)
  }

  private func start(_ prefix: String) -> Prescription? {
    let initializer = hasRectifiers ? Initializer.heNormal : .xavierNormal
    return network("\(prefix)init: \(initializer.name)", "this variance preserves the size of signal and gradient") {
      $0.with(weights: initializer)
    }
  }

  private var orthogonal: Prescription? {
    network("init: orthogonal", "the factor varies less from layer to layer and stays closer to 1") {
      $0.with(weights: .orthogonal)
    }
  }

  private var zeroBiases: Prescription? {
    network("bias: zeros", "z stays where the slope is large") { $0.with(bias: .zeros) }
  }

  var relu: Prescription? {
    network("relu with init: he_normal", "its slope is 1 where it is active") {
      replacing($0, .relu).map { $0.with(weights: .heNormal) ?? $0 }
    }
  }

  var leakyReLU: Prescription? {
    network("leaky_relu", "its slope is never 0") { replacing($0, .leakyReLU) }
  }

  /// Returns a network with another activation in its hidden layers.
  private func replacing(_ blueprint: Blueprint, _ activation: Activation) -> Blueprint? {
    guard case .chain(let depth, _, let width, let inputs, let outputs, let options) = blueprint, depth > 1, let output,
      let other = blueprint.with(activation: activation)
    else { return blueprint.with(activation: activation) }
    if output == activation { return other }
    let sizes = [inputs] + Array(repeating: width, count: depth - 1) + [outputs]
    return .mlp(sizes: sizes, activation: activation, output: output, options: options)
  }

  var batchNorm: Prescription? {
    network("batch normalisation", "it keeps z where the slope is large, whatever the weights") {
      $0.with(norm: .batch)
    }
  }

  var shortcuts: Prescription? {
    network("shortcuts", "the gradient also bypasses the layers, with factor 1") { $0.withShortcuts() }
  }

  var identityOutput: Prescription? {
    network("identity output", "the loss then has a gradient for every output, and every target can be reached") {
      $0.with(output: .identity)
    }
  }

  var noDropout: Prescription? { network("no dropout", "all units then contribute") { $0.withoutMasks() } }

  private var scaledBranches: Prescription? {
    network("scaled branches", "each block then adds only its share; Fixup uses this factor") {
      $0.withScaledBranches()
    }
  }

  private var fewer: Prescription? {
    network("fewer layers", "every layer multiplies the gradient by the factor again") {
      $0.withHalfTheHiddenLayers()
    }
  }

  private var doublePrecision: Prescription? {
    network("precision: f64", "its numbers range from 4.9e-324 to 1.8e308") { blueprint in
      var other = blueprint
      other.options.precision = .f64
      return other
    }
  }
}

extension Prescription {
  /// Returns the remedies for a training setting, with the value that helped.
  static func list(_ suspect: SettingSuspect, _ options: TrainingOptions) -> [Prescription] {
    let plain = TrainingChange(options)
    if let remedy = suspect.remedy {
      return [
        suspect.exchanges.first?.network.map { Prescription(remedy.name, remedy.reason, .network($0)) }
          ?? plain.with(remedy.name, remedy.reason, suspect)
      ]
    }
    switch suspect.cause {
    case .clip: return [plain.with("no clip, or a larger limit", "the gradient is not large", suspect)]
    case .penalty: return [plain.with("smaller penalty", "the loss then outweighs the penalty", suspect)]
    case .batch:
      return [
        plain.with("larger batch", "the noise of the gradient falls with the root of the batch", suspect),
        plain.with("smaller rate", "small steps average over batches") {
          $0.optimizer = $0.optimizer.with(rate: decimalShift($0.optimizer.rate, by: -1))
        },
      ]
    case .rate:
      let isLarger = suspect.exchanges.first.map { $0.value > suspect.before } ?? false
      let rate = plain.with(
        isLarger ? "larger rate" : "smaller rate",
        isLarger ? "the weights have hardly moved" : "a step must be small compared to the weights", suspect)
      let adam = plain.with("adam", "its steps do not depend on the gradient's size") { $0.optimizer = .adam }
      let clip = plain.with("clip by norm", "it bounds the step and keeps its direction") {
        $0.clip = Clip.norm.make([1])
      }
      // The steps of the other optimizers are relative, too.
      let others = options.optimizer.name == Optimizer.sgd.name ? [adam] : []
      return [rate] + (isLarger ? [] : [clip]) + others
    default: return []
    }
  }

  /// The remedies for a network that cannot fit better.
  static let ofModel = [
    Prescription(
      "more units or layers, another activation", "the network may be unable to fit the data", .advice),
    Prescription("check the targets", "noise cannot be learned", .advice),
  ]
}

/// Creates prescriptions of other training options.
private struct TrainingChange {
  private let options: TrainingOptions

  init(_ options: TrainingOptions) { self.options = options }

  func with(_ remedy: String, _ reason: String, _ change: (inout TrainingOptions) -> Void) -> Prescription {
    var changed = options
    change(&changed)
    return Prescription(remedy, reason, .training(changed))
  }

  /// Returns the prescription of the change of a suspect that helped.
  func with(_ remedy: String, _ reason: String, _ suspect: SettingSuspect) -> Prescription {
    with(remedy, reason) { suspect.exchanges.first?.change(&$0) }
  }
}
