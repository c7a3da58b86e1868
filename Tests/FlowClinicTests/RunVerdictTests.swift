// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// What `diagnose` says about the settings of training runs, and about runs without a diagnosis.
@Suite struct RunVerdictTests {
  private static let adam = FailingCase.adam
  private static let digits = Fixture.digits.subset(0..<320)

  /// Settings that leave little of the steps, with the quantity that is named.
  private static let slow: [(quantity: String, optimizer: Optimizer, schedule: [RateSchedule])] = [
    ("mean_factor", FailingCase.sgd(0.1), [.named("decay", [1, 0.5])!]),
    ("mean_factor", FailingCase.sgd(0.1), [.named("linear_decay", [4, 0])!]),
    ("mean_factor", adam(0.003, 0.9, 1e-8), [.named("warmup", [1e5, 0])!]),
    ("mean_factor", adam(0.003, 0.9, 1e-8), [.named("cosine", [4, 0])!, .named("decay", [4, 0])!]),
    ("eps", adam(0.003, 0.9, 1e3), []),
    ("eps", .named("rmsprop", [0.003, 0.99, 1e4])!, []),
    ("eps", .named("adagrad", [0.05, 1e4])!, []),
  ]

  /// The setting is named, and the prescribed one lowers the loss of the whole training.
  @Test(arguments: slow.indices, ["relu", "tanh", "gelu"])
  func slowSettingsAreNamed(_ index: Int, activation: String) throws {
    let (quantity, optimizer, schedule) = Self.slow[index]
    for seed: UInt64 in 1...2 {
      let network = try Fixture.mlp([64, 20, 20, 10], activation, seed: seed)
      let options = TrainingOptions(optimizer: optimizer, schedule: schedule, epochs: 15, seed: seed)
      let run = try network.train(Self.digits, options, observer: NoObserver(), pool: Fixture.pool)
      let found = try #require(try run.diagnose(pool: Fixture.pool).first)
      #expect(found.cause == .rate && found.setting?.name == quantity, "seed \(seed): \(found)")
      guard case .training(let changed)? = found.prescriptions.first?.change else {
        Issue.record("no training is prescribed: \(found)")
        continue
      }
      let cured = run.networkBefore()
      _ = try cured.train(Self.digits, changed, observer: NoObserver(), pool: Fixture.pool)
      let (before, after) = try (loss(run.networkAfter()), loss(cured))
      #expect(after < 0.9 * before, "seed \(seed): \(before) and \(after): \(found)")
    }
  }

  private func loss(_ network: Network) throws -> Double {
    try network.evaluate(Self.digits, loss: .named("cross_entropy")!, pool: Fixture.pool).loss
  }

  /// Schedules and arguments in common use raise no alarm.
  @Test(
    arguments: [
      [.named("cosine")!], [.named("linear_decay")!], [.named("warmup", [10, 0])!, .named("cosine")!],
      [.named("decay", [60, 0.5])!],
    ] as [[RateSchedule]])
  func usualSchedulesRaiseNoAlarm(_ schedule: [RateSchedule]) throws {
    for (seed, beta1, eps) in [(1, 0.9, 1e-8), (2, 0.5, 1e-4), (3, 0.95, 1e-6)] as [(UInt64, Double, Double)] {
      let network = try Fixture.mlp([64, 20, 20, 10], "relu", seed: seed)
      let options = TrainingOptions(
        optimizer: Self.adam(0.003, beta1, eps), schedule: schedule, epochs: 20, seed: seed)
      let run = try network.train(Self.digits, options, observer: NoObserver(), pool: Fixture.pool)
      let found = try run.diagnose(pool: Fixture.pool)
      #expect(found.isEmpty, "seed \(seed): \(found)")
    }
  }

  /// A few steps of a healthy network prove nothing, but a network that was sick before them is named.
  @Test(arguments: 1...4)
  func fewStepsAreTooShortToTell(steps: Int) throws {
    for seed: UInt64 in 1...6 {
      for activation in ["relu", "tanh"] {
        let network = try Fixture.mlp([64, 20, 20, 10], activation, seed: seed)
        let options = TrainingOptions(optimizer: FailingCase.sgd(0.05), steps: steps, seed: seed)
        let run = try network.train(Self.digits, options, observer: NoObserver(), pool: Fixture.pool)
        let verdict = try run.diagnose(limit: 1024, thresholds: .usual, pool: Fixture.pool)
        #expect(verdict.diagnoses.isEmpty, "seed \(seed), \(activation): \(verdict.diagnoses)")
        guard case .tooShort(steps)? = verdict.remark else {
          Issue.record("seed \(seed), \(activation): \(verdict)")
          continue
        }
      }
      let sick = try Fixture.mlp([64, 20, 20, 10], "relu", seed: seed, Fixture.options(Fixture.initializer("zeros")))
      let run = try sick.train(
        Self.digits, TrainingOptions(steps: steps, seed: seed), observer: NoObserver(), pool: Fixture.pool)
      #expect(try run.diagnose(pool: Fixture.pool).first?.cause == .symmetry)
    }
  }

  /// Weights with a mean far from 0 are the cause, not the rate.
  @Test(arguments: [(1.0, 0.1), (-1.0, 0.1), (0.5, 0.1), (2.0, 0.3)], ["relu", "tanh", "gelu"])
  func shiftedWeightsAreNamed(_ start: (mean: Double, deviation: Double), activation: String) throws {
    for seed: UInt64 in 1...2 {
      let weights = Fixture.initializer("normal", start.mean, start.deviation)
      let network = try Fixture.mlp([64, 20, 20, 10], activation, seed: seed, Fixture.options(weights))
      let options = TrainingOptions(optimizer: FailingCase.sgd(0.05), seed: seed)
      let run = try network.train(Self.digits, options, observer: NoObserver(), pool: Fixture.pool)
      let found = try run.diagnose(pool: Fixture.pool).first
      #expect(found?.cause == .weights, "seed \(seed): \(String(describing: found))")
    }
  }

  /// Targets that have nothing to do with the inputs are not blamed on a setting.
  @Test func noiseIsUnexplained() throws {
    for seed: UInt64 in 1...4 {
      let data = Fixture.regression(2000, 8, 1, seed: seed)
      let network = try Fixture.mlp([8, 4, 1], "tanh", seed: seed)
      let options = TrainingOptions(optimizer: FailingCase.sgd(0.01), seed: seed)
      let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.pool)
      let verdict = try run.diagnose(limit: 1024, thresholds: .usual, pool: Fixture.pool)
      let causes = verdict.diagnoses.map(\.cause)
      #expect(causes.isEmpty || causes == [.model], "seed \(seed): \(verdict)")
      if causes.isEmpty {
        guard case .unexplained(let loss, let baseline)? = verdict.remark else {
          Issue.record("seed \(seed): \(verdict)")
          continue
        }
        #expect(loss > 0.75 * baseline)
      }
    }
  }
}
