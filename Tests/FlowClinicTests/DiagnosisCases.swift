// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowNet
import NetworkFixtures

/// A network or a training run with a problem, and the diagnosis that is expected.
struct FailingCase: Sendable, CustomStringConvertible {
  let description: String
  let symptom: Diagnosis.Symptom
  let cause: Diagnosis.Cause
  let diagnose: @Sendable (_ seed: UInt64) throws -> [Diagnosis]

  /// A network to be diagnosed before any training.
  static func net(
    _ symptom: Diagnosis.Symptom, _ cause: Diagnosis.Cause, _ description: String, on data: DataSet = Fixture.digits,
    checksData: Bool = true, loss: Loss? = nil, _ network: @escaping @Sendable (UInt64) throws -> Network
  ) -> FailingCase {
    FailingCase(description: description, symptom: symptom, cause: cause) { seed in
      let network = try network(seed)
      return try network.diagnose(
        data, loss: loss ?? .automatic(for: data, outputs: network.outputs), checksData: checksData, pool: Fixture.pool)
    }
  }

  /// A training run to be diagnosed.
  static func run(
    _ symptom: Diagnosis.Symptom, _ cause: Diagnosis.Cause, _ description: String, on data: DataSet = Fixture.digits,
    _ optimizer: Optimizer, schedule: RateSchedule? = nil, loss: Loss? = nil, clip: Clip? = nil,
    penalty: Penalty? = nil, epochs: Int = 3, batch: Int = 32,
    _ network: @escaping @Sendable (UInt64) throws -> Network
  ) -> FailingCase {
    FailingCase(description: description, symptom: symptom, cause: cause) { seed in
      let options = TrainingOptions(
        loss: loss, optimizer: optimizer, schedule: schedule.map { [$0] } ?? [], epochs: epochs, batch: batch,
        clip: clip, penalty: penalty, seed: seed)
      let run = try network(seed).train(data, options, observer: NoObserver(), pool: Fixture.pool)
      return try run.diagnose(pool: Fixture.pool)
    }
  }

  /// Standard normal inputs and targets; `bend` can change the inputs.
  static func numbers(_ bend: (_ column: Int, _ x: Double) -> Double = { $1 }) -> DataSet {
    let plain = Fixture.regression(256, 8, 2)
    let inputs = plain.inputLists.flatMap { row in row.enumerated().map { bend($0.offset, $0.element) } }
    return DataSet(
      name: "bent", inputs: inputs, inputWidth: 8, targets: plain.targetLists.flatMap(\.self), outputWidth: 2)
  }

  /// Two classes on the four corners of a square.
  static let xor: DataSet = {
    let corners: [[Double]] = [[-1, -1], [1, -1], [-1, 1], [1, 1]]
    let labels: [Int32] = [0, 1, 1, 0]
    return DataSet(
      name: "xor", inputs: (0..<64).flatMap { corners[$0 % 4] }, inputWidth: 2, labels: (0..<64).map { labels[$0 % 4] },
      classes: ["same", "other"])
  }()

  static func sgd(_ rate: Double, momentum: Double = 0) -> Optimizer { .named("sgd", [rate, momentum, 0])! }

  static func adam(_ rate: Double, beta1: Double = 0.9, eps: Double = 1e-8) -> Optimizer {
    .named("adam", [rate, beta1, 0.999, eps])!
  }
}

private let deep = [64, 30, 30, 30, 30, 30, 30, 10]
private let shallow = [64, 30, 30, 10]
private let small = [8, 20, 2]

@Sendable private func mlp(
  _ sizes: [Int], _ activation: String, _ weights: Initializer? = nil, bias: Initializer = Fixture.initializer("zeros"),
  output: String = "identity", precision: Precision = .f64
) -> @Sendable (UInt64) throws -> Network {
  { seed in
    let weights = weights ?? Blueprint.automaticInitializer(for: Fixture.activation(activation))
    return try Fixture.mlp(
      sizes, activation, output: output, seed: seed, Fixture.options(weights, bias: bias, precision: precision))
  }
}

@Sendable private func chain(
  _ depth: Int, _ activation: String, width: Int, _ weights: Initializer = Fixture.initializer("normal", 0, 1),
  precision: Precision = .f64
) -> @Sendable (UInt64) throws -> Network {
  { seed in
    try Fixture.chain(depth, activation, width: width, seed: seed, Fixture.options(weights, precision: precision))
  }
}

private func normal(_ std: Double) -> Initializer { Fixture.initializer("normal", 0, std) }

extension FailingCase {
  /// Networks diagnosed before training.
  static let networks: [FailingCase] = [
    net(.vanishing, .slope, "sigmoid, six hidden layers", mlp(deep, "sigmoid")),
    net(
      .vanishing, .slope, "sigmoid, LeCun weights, normal biases",
      mlp(deep, "sigmoid", Fixture.initializer("lecun_normal"), bias: normal(1))),
    net(.vanishing, .slope, "sigmoid, He weights", mlp(deep, "sigmoid", Fixture.initializer("he_normal"))),
    net(.vanishing, .slope, "sigmoid, orthogonal weights", mlp(deep, "sigmoid", Fixture.initializer("orthogonal"))),
    net(
      .vanishing, .slope, "sigmoid, twelve layers of 50", on: Fixture.regression(256, 50, 50), checksData: false,
      chain(12, "sigmoid", width: 50, Fixture.initializer("xavier_normal"))),
    net(.vanishing, .weights, "tanh, weights of 0.01", mlp(deep, "tanh", normal(0.01))),
    net(.exploding, .depth, "linear branches with shortcuts", on: Fixture.regression(256, 20, 20)) { seed in
      try Fixture.chain(
        24, "identity", width: 20, seed: seed, Fixture.options(Fixture.initializer("lecun_normal"), skip: true))
    },
    net(.exploding, .norm, "batch normalisation with scales of 4", on: Fixture.regression(256, 20, 20)) { seed in
      let network = try Fixture.mlp(
        [Int](repeating: 20, count: 9), "sin", seed: seed,
        Fixture.options(Fixture.initializer("lecun_normal"), norm: .batch))
      for layer in 1...7 { network.assign(layer: layer, .scale, [Double](repeating: 4, count: 20)) }
      return network
    },
    net(.vanishing, .weights, "relu, weights of 0.02", mlp(deep, "relu", normal(0.02))),
    net(.vanishing, .weights, "gelu, uniform weights", mlp(deep, "gelu", Fixture.initializer("uniform", -0.02, 0.02))),
    net(
      .vanishing, .weights, "linear, weights of 0.05", on: Fixture.regression(256, 20, 20),
      chain(8, "identity", width: 20, normal(0.05))),
    net(
      .vanishing, .weights, "sigmoid, weights of 0.01", on: Fixture.regression(256, 20, 20), checksData: false,
      chain(6, "sigmoid", width: 20, normal(0.01))),
    net(
      .vanishing, .depth, "tanh, 60 layers a little too small", on: Fixture.regression(256, 40, 40), checksData: false,
      chain(60, "tanh", width: 40, normal(0.9 / 40.0.squareRoot()))),
    net(
      .vanishing, .depth, "linear, 100 layers a little too small", on: Fixture.regression(256, 60, 60),
      chain(100, "identity", width: 60, normal(0.92 / 60.0.squareRoot()))),
    net(
      .exploding, .depth, "linear, 60 layers a little too large", on: Fixture.regression(256, 20, 20),
      chain(60, "identity", width: 20, normal(1.2 / 20.0.squareRoot()))),
    net(
      .exploding, .weights, "relu, weights of 1", on: Fixture.regression(256, 32, 32), checksData: false,
      chain(8, "relu", width: 32)),
    net(.exploding, .weights, "leaky relu, weights of 1", mlp(deep, "leaky_relu", normal(1))),
    net(.exploding, .weights, "selu, weights of 0.7", mlp(deep, "selu", normal(0.7))),
    net(
      .exploding, .weights, "linear, weights of 1", on: Fixture.regression(256, 20, 20),
      chain(8, "identity", width: 20)),
    net(
      .dead, .weights, "relu, weights with mean -1", on: Fixture.digits,
      mlp(shallow, "relu", Fixture.initializer("normal", -1, 0.3))),
    net(.saturated, .weights, "tanh, weights of 3", mlp(deep, "tanh", normal(3))),
    net(.saturated, .weights, "sigmoid, weights of 5", mlp(shallow, "sigmoid", normal(5))),
    net(
      .saturated, .weights, "softsign, weights of 10", on: Fixture.regression(256, 30, 30), checksData: false,
      chain(10, "softsign", width: 30, normal(10))),
    net(
      .saturated, .bias, "sigmoid, biases of 10",
      mlp(shallow, "sigmoid", bias: Fixture.initializer("constant", 10))),
    net(.dead, .bias, "relu, biases of -10", mlp(shallow, "relu", bias: Fixture.initializer("constant", -10))),
    net(.symmetric, .symmetry, "relu, weights of -1", mlp(shallow, "relu", Fixture.initializer("constant", -1))),
    net(
      .underflow, .precision, "sigmoid, 130 layers in f32", on: Fixture.regression(64, 4, 4), checksData: false,
      chain(130, "sigmoid", width: 4, precision: .f32)),
    net(
      .overflow, .weights, "relu, weights of 30 in f32", on: Fixture.regression(64, 20, 20), checksData: false,
      chain(40, "relu", width: 20, normal(30), precision: .f32)),
    net(
      .dead, .weights, "sigmoid, zero weights in the middle", on: numbers(),
      { seed in
        let network = try mlp([8, 20, 20, 2], "sigmoid")(seed)
        network.assign(layer: 2, .weight, [Double](repeating: 0, count: 400))
        return network
      }),
    net(
      .saturated, .bias, "tanh, biases of 8 and -8", on: numbers(),
      { seed in
        let network = try mlp(small, "tanh")(seed)
        network.assign(layer: 1, .bias, (0..<20).map { $0 % 2 == 0 ? 8 : -8 })
        return network
      }),
    net(
      .saturated, .bias, "tanh after shifts of 8", on: numbers(),
      { seed in
        let network = try Fixture.mlp(small, "tanh", seed: seed, Fixture.options(norm: .batch))
        network.assign(layer: 1, .shift, [Double](repeating: 8, count: 20))
        return network
      }),
    net(.scale, .data, "inputs of 10,000", on: numbers { 1e4 * $1 }, mlp(small, "tanh")),
    net(.scale, .data, "inputs of 0.001", on: numbers { 1e-3 * $1 }, mlp(small, "gelu")),
    net(.scale, .data, "inputs with an offset", on: numbers { 10 + 0.1 * $1 }, mlp(small, "relu")),
    net(.scale, .data, "one input of 100", on: numbers { $0 == 3 ? 70 * $1 : $1 }, mlp(small, "relu")),
    net(.scale, .data, "one input of 0.0001", on: numbers { $0 == 3 ? 1e-4 * $1 : $1 }, mlp(small, "relu")),
    net(
      .scale, .data, "a code for missing values", on: numbers { $0 == 3 && $1 > 2 ? -9999 : $1 }, mlp(small, "relu")),
    net(
      .pairing, .pairing, "softmax with mse", loss: Fixture.mse, mlp(shallow, "relu", output: "softmax")),
    net(
      .pairing, .pairing, "sigmoid with cross entropy", loss: .named("cross_entropy"),
      mlp(shallow, "relu", output: "sigmoid")),
    net(.pairing, .pairing, "tanh for normal targets", on: numbers(), mlp(small, "tanh", output: "tanh")),
    net(.pairing, .pairing, "relu for normal targets", on: numbers(), mlp(small, "relu", output: "relu")),
  ]

  /// Training runs.
  static let trainings: [FailingCase] = [
    run(.jumping, .rate, "tanh, rate 10", sgd(10), mlp(shallow, "tanh")),
    run(.jumping, .rate, "tanh, rate 3", sgd(3), mlp([64, 30, 10], "tanh")),
    run(.jumping, .rate, "relu, adam with rate 1", adam(1), mlp(shallow, "relu")),
    run(
      .jumping, .momentum, "tanh, momentum 0.99", on: numbers(), sgd(0.9, momentum: 0.99), epochs: 10,
      mlp(small, "tanh")),
    run(.jumping, .weights, "relu, weights of 1", sgd(0.1), mlp([64, 30, 30, 30, 30, 10], "relu", normal(1))),
    run(.dead, .rate, "relu, rate 1.3", sgd(1.3), mlp([64, 30, 10], "relu")),
    run(.dead, .rate, "relu, adam with rate 0.2", adam(0.2), mlp([64, 30, 10], "relu")),
    run(.saturated, .rate, "tanh, adam with rate 0.2", adam(0.2), mlp([64, 30, 10], "tanh")),
    run(.stalled, .rate, "relu, rate 1e-6", sgd(1e-6), mlp(shallow, "relu")),
    run(.stalled, .rate, "tanh, adam with rate 1e-8", adam(1e-8), mlp(shallow, "tanh")),
    run(.stalled, .rate, "tanh, rate 1e-7", on: numbers(), sgd(1e-7), epochs: 10, mlp(small, "tanh")),
    run(.stalled, .rate, "tanh, rate 1e-12", on: numbers(), sgd(1e-12), epochs: 10, mlp(small, "tanh")),
    run(.stalled, .rate, "tanh, rate 0", sgd(0), mlp(shallow, "tanh")),
    run(
      .stalled, .rate, "relu, rate halved in every step", sgd(0.1), schedule: .named("decay", [1, 0.5])!, epochs: 5,
      mlp(shallow, "relu")),
    run(
      .stalled, .rate, "relu, linear decay over five steps", adam(0.003), schedule: .named("linear_decay", [5, 0])!,
      epochs: 5, mlp(shallow, "relu")),
    run(
      .stalled, .rate, "tanh, warm-up of 10,000 steps", sgd(0.1), schedule: .named("warmup", [1e4, 0])!, epochs: 5,
      mlp(shallow, "tanh")),
    run(.stalled, .rate, "relu, adam with eps 1000", adam(0.003, eps: 1000), epochs: 5, mlp(shallow, "relu")),
    run(
      .stalled, .rate, "tanh, rmsprop with eps 1000", .named("rmsprop", [0.003, 0.99, 1000])!, epochs: 5,
      mlp(shallow, "tanh")),
    run(
      .stalled, .penalty, "tanh, adamw with decay 100", .named("adamw", [0.003, 0.9, 0.999, 1e-8, 100])!, epochs: 10,
      mlp(shallow, "tanh")),
    run(
      .jumping, .momentum, "tanh, momentum 1.1", on: numbers(), sgd(0.1, momentum: 1.1), epochs: 10,
      mlp(small, "tanh")),
    run(
      .stalled, .model, "linear layers on xor", on: xor, adam(0.01), epochs: 30, mlp([2, 16, 2], "identity")),
    run(.overflow, .rate, "relu, rate 1e200", on: numbers(), sgd(1e200), mlp(small, "relu")),
    run(
      .oscillating, .batch, "tanh, rate 0.7 in batches of 8", on: numbers(), sgd(0.7), epochs: 5, batch: 8,
      mlp([8, 10, 2], "tanh")),
    run(.overflow, .rate, "relu, rate 30", on: numbers(), sgd(30), epochs: 30, mlp(small, "relu")),
    run(
      .overflow, .rate, "relu with mse, rate 100 in f32", sgd(100), loss: Fixture.mse,
      mlp(shallow, "relu", precision: .f32)),
    run(
      .overflow, .weights, "relu with mse, weights of 1 in f32", sgd(0.1), loss: Fixture.mse,
      mlp([64, 30, 30, 30, 30, 10], "relu", normal(1), precision: .f32)),
    run(
      .overflow, .weights, "relu, weights of 30 in f32", on: Fixture.regression(64, 20, 20), sgd(0.1),
      chain(40, "relu", width: 20, normal(30), precision: .f32)),
    run(.scale, .data, "inputs of 10,000, trained", on: numbers { 1e4 * $1 }, sgd(0.1), mlp(small, "relu")),
    run(
      .stalled, .penalty, "tanh, l2 penalty of 0.3", sgd(0.1), penalty: Penalty.catalogue[1].make([0.3]), epochs: 10,
      mlp([64, 32, 32, 10], "tanh", Fixture.initializer("xavier_normal"))),
    run(
      .stalled, .clip, "relu, clipped to a millionth", sgd(0.1), clip: Clip.catalogue[1].make([1e-6]),
      mlp(shallow, "relu")),
    run(
      .stalled, .dropout, "relu, dropout of 97 %", sgd(0.1), epochs: 5,
      { seed in
        try Fixture.sequence(
          64,
          [
            Fixture.dense(100, "relu"), Dropout(0.97), Fixture.dense(100, "relu"), Dropout(0.97), Fixture.dense(10),
          ], seed: seed)
      }),
    run(
      .stalled, .model, "linear on xor", on: xor, sgd(0.1), epochs: 20,
      mlp([2, 2], "identity", normal(0.1))),
    run(.vanishing, .slope, "sigmoid, six hidden layers, trained", sgd(0.1), mlp(deep, "sigmoid")),
    run(.vanishing, .weights, "tanh, weights of 0.01, trained", sgd(0.1), mlp(deep, "tanh", normal(0.01))),
  ]
}
