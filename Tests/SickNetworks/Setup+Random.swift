// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures

extension Setup {
  /// Draws a setup as someone with experience would choose it. Whether it is healthy depends on its training.
  static func random(_ stream: inout RandomStream) throws -> Setup {
    let data = try SampleData.random(&stream)
    let shape = Shape.random(data, &stream)
    return Setup(data: data, shape: shape, training: training(data, shape, &stream))
  }

  private static func training(_ data: SampleData, _ shape: Shape, _ stream: inout RandomStream) -> TrainingOptions {
    var rate = ["sigmoid": 0.5, "tanh": 0.1, "softsign": 0.1][shape.activation] ?? 0.05
    rate *= stream.pick([0.5, 1, 2])
    if !data.isClassification { rate /= 2 }
    if shape.hidden.count >= 6 { rate /= 2 }
    if shape.hidden.count >= 10 { rate /= 2 }
    let optimizer: Optimizer =
      switch stream.pick(0...4) {
      case 0, 1: .named("sgd", [rate, 0, 0])!
      case 2: .named("sgd", [rate / 8, 0.9, 0])!
      case 3: .with("rmsprop", rate: stream.pick([0.001, 0.003]))
      default: .with("adam", rate: stream.pick([0.001, 0.003, 0.01]) * (shape.hidden.count >= 8 ? 0.3 : 1))
      }
    let options = TrainingOptions(
      optimizer: optimizer, epochs: stream.pick([10, 15, 20, 30]), batch: stream.pick([16, 16, 32]))
    // Small batches are healthy with small steps.
    guard stream.chance(0.15) else { return options }
    let smallest = shape.norm == .batch ? 4 : 2
    return TrainingOptions(
      optimizer: optimizer.with(rateTimes: optimizer.name == "sgd" ? 0.3 : 1), epochs: stream.pick([5, 10]),
      batch: stream.pick([smallest, 4, 8]))
  }
}

extension Optimizer {
  /// Returns an optimizer with the given rate and otherwise the defaults.
  static func with(_ name: String, rate: Double) -> Optimizer {
    .named(name, [rate] + Optimizer.named(name)!.arguments.dropFirst())!
  }

  /// Returns the optimizer with its rate multiplied.
  func with(rateTimes factor: Double) -> Optimizer {
    .named(name, [factor * arguments[0]] + arguments.dropFirst())!
  }
}

extension Shape {
  fileprivate static func random(_ data: SampleData, _ stream: inout RandomStream) -> Shape {
    let names = [
      "relu", "relu", "leaky_relu", "tanh", "tanh", "gelu", "elu", "selu", "silu", "softplus", "softsign", "sigmoid",
    ]
    let activation = stream.pick(names)
    // Deep networks with these activations are sick.
    let isShallow = activation == "sigmoid" || activation == "softplus"
    let depth = isShallow ? stream.pick([1, 1, 2, 3]) : stream.pick([1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 15])
    let smallest = depth >= 6 ? 16 : depth <= 2 ? 8 : 4
    func width() -> Int {
      let width = Double(smallest) * Real.exp(stream.uniform() * Real.log(48 / Double(smallest)))
      return Int(width / 2) * 2
    }
    let first = width()
    let isEven = depth >= 6 || stream.chance(0.5)
    let hidden = (0..<depth).map { _ in isEven ? first : width() }
    var shape = Shape(
      form: stream.pick([.mlp, .mlp, .mlp, .sequence, .sequence, .chain]), inputs: data.inputWidth, hidden: hidden,
      outputs: data.outputs, activation: activation, weights: initializer(activation, depth, &stream))
    if shape.form == .chain {
      // The activation of a chain follows its last layer too, which must not keep the outputs from the targets.
      let isUnbounded = ["leaky_relu", "elu", "selu"].contains(activation)
      if isUnbounded && data.isClassification && isEven {
        shape.norm = stream.pick([.none, .none, .batch])
      } else {
        shape.form = .mlp
      }
    }
    if shape.form != .chain { shape.norm = stream.pick([.none, .none, .none, .batch, .layer, .group, .rms]) }
    // A normalisation over four units leaves little of the signal.
    if shape.norm != .none && shape.norm != .batch && hidden.min()! < 8 { shape.norm = .none }
    if shape.norm == .group || shape.norm == .rms { shape.form = .sequence }
    if isEven && (2...10).contains(depth) && stream.chance(0.25) { shape.skip = 1 }
    if shape.form == .sequence && depth <= 4 && hidden.min()! >= 16 && stream.chance(0.3) {
      shape.dropout = stream.pick([0.1, 0.2, 0.3])
    }
    return shape
  }

  private static func initializer(_ activation: String, _ depth: Int, _ stream: inout RandomStream) -> Initializer {
    var names: [String] =
      switch activation {
      case "tanh", "softsign": ["xavier_uniform", "xavier_normal", "orthogonal", "lecun_normal"]
      case "sigmoid": ["xavier_uniform", "xavier_normal"]
      case "selu": ["lecun_normal"]
      case "elu": ["he_normal", "xavier_uniform"]
      default: ["he_normal", "he_normal", "he_uniform"]
      }
    if depth <= 3 && activation != "sigmoid" { names.append("pytorch") }
    return Fixture.initializer(stream.pick(names))
  }
}
