// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures

/// A fault in a setup that is otherwise healthy.
struct PlantedFault {
  let kind: FaultKind
  let strength: String
  /// The layer with the fault, if it is in one layer.
  var layer: Int?
  let setup: Setup
  /// The same setup without the fault.
  let twin: Setup

  /// Plants a fault of the given kind with a random strength. Returns nil if the setup cannot have it.
  init?(_ kind: FaultKind, in healthy: Setup, _ stream: inout RandomStream) {
    self.kind = kind
    var (sick, twin) = (healthy, healthy)
    var layer: Int?
    let depth = healthy.shape.depth
    let isNumeric = !healthy.data.isClassification
    func chosen<T>(_ strengths: [T]) -> T { stream.pick(strengths) }
    switch kind {
    case .inputsScaled:
      let factor = chosen([1e-3, 50, 100, 255, 1000])
      sick.data.inputs = sick.data.inputs.map { factor * $0 }
      strength = "\(factor)"
    case .inputsShifted:
      let shift = chosen([30.0, 100, 300])
      let deviation = healthy.data.inputDeviation
      sick.data.inputs = sick.data.inputs.map { $0 + shift * deviation }
      strength = "\(shift)"
    case .targetsScaled:
      guard isNumeric else { return nil }
      let factor = chosen([300.0, 1000, 10000])
      sick.data.changeTargets { factor * $0 }
      sick.unit = factor * factor
      strength = "\(factor)"
    case .targetsShifted:
      guard isNumeric else { return nil }
      let shift = chosen([100.0, 1000, 10000])
      sick.data.changeTargets { $0 + shift }
      strength = "\(shift)"
    case .wrongOutput:
      // A chain has no output activation of its own.
      guard isNumeric, healthy.shape.form != .chain else { return nil }
      let (output, factor, shift) = chosen([
        ("tanh", 4.0, 1.0), ("tanh", 1, 3), ("sigmoid", 2, 3), ("sigmoid", 1, 0), ("relu", 1, -2),
      ])
      twin.data.changeTargets { factor * $0 + shift }
      sick.data = twin.data
      sick.shape.output = output
      strength = "\(output) \(factor) \(shift)"
    case .constantWeights:
      let value = chosen([0, 0.05, 0.1, 0.5])
      sick.shape.weights = Fixture.initializer("constant", value)
      strength = "\(value)"
    case .copiedUnits:
      layer = stream.pick(1...depth - 1)
      sick.edits = [.copies(layer: layer!)]
      strength = "\(healthy.shape.hidden[layer! - 1]) units"
    case .layerBias:
      layer = stream.pick(1...depth - 1)
      let value = chosen([-100.0, -30, -10, 10, 30, 100])
      sick.edits = [.bias(layer: layer!, value: value)]
      strength = "\(value)"
    case .layerWeightsSmall, .layerWeightsLarge:
      layer = stream.pick(1...depth)
      let factor = chosen(kind == .layerWeightsSmall ? [0.001, 0.01] : [30, 100])
      sick.edits = [.scale(layer: layer!, factor: factor)]
      strength = "\(factor)"
    case .allSmall, .allLarge:
      let factor = chosen(kind == .allSmall ? [0.01, 0.1, 0.3] : [5, 10, 30])
      sick.edits = (1...depth).map { .scale(layer: $0, factor: factor) }
      strength = "\(factor)"
    case .deepSigmoid:
      // In a chain, the outputs would be those of sigmoid too.
      guard depth > 4, healthy.shape.form != .chain else { return nil }
      sick.shape.activation = "sigmoid"
      sick.shape.weights = Fixture.initializer(chosen(["xavier_uniform", "xavier_normal"]))
      strength = "\(depth) layers"
    case .tanhLarge:
      guard healthy.shape.form != .chain else { return nil }
      twin.shape.activation = "tanh"
      twin.shape.weights = Fixture.initializer("xavier_normal")
      sick.shape = twin.shape
      let factor = chosen([4.0, 8, 16])
      sick.edits = (1...depth).map { .scale(layer: $0, factor: factor) }
      strength = "\(factor)"
    case .shortcuts:
      guard healthy.shape.form != .sequence, healthy.shape.norm == .none else { return nil }
      let layers = chosen([20, 30, 40])
      twin.shape.form = .mlp
      twin.shape.activation = "relu"
      twin.shape.weights = Fixture.initializer("he_normal")
      twin.shape.hidden = [Int](repeating: 12, count: layers)
      twin.shape.skip = 1 / Double(layers).squareRoot()
      sick.shape = twin.shape
      sick.shape.skip = 1
      strength = "\(layers) layers"
    case .weightsShifted:
      guard healthy.shape.norm == .none else { return nil }
      let mean = chosen([-1.0, 0.5, 1])
      sick.shape.weights = Fixture.initializer("normal", mean, 0.1)
      strength = "\(mean)"
    case .schedule:
      let (name, length, end) = chosen([
        ("decay", 1.0, 0.5), ("decay", 4, 0.1), ("linear_decay", 5, 0), ("warmup", 1e5, 0),
      ])
      sick.training.schedule = [.named(name, [length, end])!]
      strength = "\(name) \(length)"
    case .epsLarge, .decayLarge:
      let argument = kind == .epsLarge ? "eps" : "decay"
      let value = chosen(kind == .epsLarge ? [100.0, 1e4] : [30, 100])
      let optimizer = Optimizer.with(kind == .epsLarge ? chosen(["adam", "rmsprop"]) : "adamw", rate: 0.003)
      twin.training.optimizer = optimizer
      sick.training.optimizer = optimizer.with(argument, value)
      strength = "\(value)"
    case .rateLarge, .rateSmall:
      let factor = chosen(kind == .rateLarge ? [30, 100, 300] : [1e-2, 1e-3, 1e-5])
      sick.training.optimizer = healthy.training.optimizer.with(rateTimes: factor)
      strength = "\(factor)"
    case .momentum:
      guard healthy.training.optimizer.name == "sgd", healthy.training.optimizer.arguments[1] == 0 else { return nil }
      let momentum = chosen([0.99, 0.99, 0.999])
      sick.training.optimizer = .named("sgd", [healthy.training.optimizer.arguments[0], momentum, 0])!
      strength = "\(momentum)"
    case .clip:
      // Adam and RMSProp cancel the limit by dividing by the size of the gradient.
      guard healthy.training.optimizer.name == "sgd" else { return nil }
      let limit = chosen([1e-6, 1e-4])
      sick.training.clip = Clip.norm.make([limit])
      strength = "\(limit)"
    case .dropout:
      guard healthy.shape.form != .chain, healthy.shape.skip == nil else { return nil }
      sick.shape.form = .sequence
      sick.shape.dropout = chosen([0.9, 0.97])
      strength = "\(sick.shape.dropout)"
    case .penalty:
      let factor = chosen([1.0, 10])
      sick.training.penalty = Penalty.l2.make([factor])
      strength = "\(factor)"
    case .batchSmall:
      let factor = chosen([3.0, 10])
      twin.data.addNoise(&stream)
      sick.data = twin.data
      // Batch normalisation needs more than one sample, also in the last batch.
      sick.training.batch = healthy.shape.norm == .batch ? 4 : 2
      sick.training.optimizer = healthy.training.optimizer.with(rateTimes: factor)
      strength = "\(factor)"
    case .range:
      guard healthy.shape.norm != .none, healthy.shape.form != .chain else { return nil }
      // Normalisations compensate for the size, but not for the range.
      let isOfInputs = chosen([true, false])
      if isOfInputs {
        twin.data.inputs = healthy.data.inputs.map { 1e20 * $0 }
        sick.data = twin.data
      } else {
        twin.edits = [.scale(layer: 1, factor: 1e20)]
        sick.edits = twin.edits
        layer = 1
      }
      sick.shape.precision = .f32
      strength = isOfInputs ? "inputs 1e20" : "weights 1e20"
    }
    self.layer = layer
    self.setup = sick
    self.twin = twin
  }

  /// Whether the setup without the fault is the original one.
  var hasOriginalTwin: Bool {
    switch kind {
    case .wrongOutput, .tanhLarge, .shortcuts, .epsLarge, .decayLarge, .batchSmall, .range: false
    default: true
    }
  }
}

extension SampleData {
  /// Adds noise of 0.7 standard deviations to the targets, or to the inputs if the targets are classes.
  fileprivate mutating func addNoise(_ stream: inout RandomStream) {
    switch targets {
    case .numbers(let numbers): targets = .numbers(numbers.map { $0 + 0.7 * stream.normal() })
    case .labels:
      let size = 0.7 * inputDeviation
      inputs = inputs.map { $0 + size * stream.normal() }
    }
  }
}
