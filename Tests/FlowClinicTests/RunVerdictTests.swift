// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

@testable import FlowClinic

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

  /// A few steps do not prove that the model is unsuitable, even if further ones do not lower the loss either.
  @Test(arguments: [6, 10, 19])
  func fewStepsSayNothingAboutTheModel(steps: Int) throws {
    for seed: UInt64 in 1...6 {
      let network = try Fixture.mlp([8, 20, 1], "tanh", seed: seed)
      let options = TrainingOptions(optimizer: FailingCase.sgd(0.05), steps: steps, seed: seed)
      let run = try network.train(
        Fixture.regression(2000, 8, 1, seed: seed), options, observer: NoObserver(), pool: Fixture.pool)
      let verdict = try run.diagnose(limit: 1024, thresholds: .usual, pool: Fixture.pool)
      #expect(!verdict.diagnoses.contains { $0.cause == .model }, "seed \(seed): \(verdict)")
      if verdict.diagnoses.isEmpty {
        guard case .tooShort(steps)? = verdict.remark else {
          Issue.record("seed \(seed): \(verdict)")
          continue
        }
      }
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
      if verdict.diagnoses.map(\.cause) == [.model] { continue }
      guard verdict.diagnoses.isEmpty, case .unexplained(let loss, let baseline)? = verdict.remark else {
        Issue.record("seed \(seed): \(verdict)")
        continue
      }
      #expect(loss > 0.75 * baseline)
    }
  }

  /// A warm-up that is followed by a decay is not longer than the training.
  @Test func decaysAfterWarmUpsAreNamed() throws {
    let data = Self.digits
    for (schedule, word) in [
      ([.named("warmup", [3, 0])!, .named("decay", [1, 0.5])!], "lowers"), ([.named("warmup", [1e5, 0])!], "warm-up"),
    ] as [([RateSchedule], String)] {
      let network = try Fixture.mlp([64, 20, 20, 10], "tanh", seed: 1)
      let options = TrainingOptions(optimizer: FailingCase.sgd(0.1), schedule: schedule, epochs: 10, seed: 1)
      let run = try network.train(data, options, observer: NoObserver(), pool: Fixture.pool)
      let found = try run.diagnose(pool: Fixture.pool).first
      #expect(found?.explanation.contains(word) ?? false, "\(String(describing: found))")
    }
  }

  /// However long a run was, only some of its steps are repeated.
  @Test func repetitionsAreBounded() throws {
    let options = TrainingOptions(
      optimizer: FailingCase.sgd(0.1), schedule: [.named("decay", [1000, 0.1])!], epochs: 1, steps: 6000, batch: 2)
    let run = try Fixture.mlp([2, 3, 1], "identity").train(
      FailingCase.xor, options, observer: NoObserver(), pool: Fixture.single)
    let course = try RunCourse(
      run, before: run.networkBefore(), after: run.networkAfter(), samples: 64, .usual, Fixture.single)
    let reading = RunReading(
      run: run, before: run.networkBefore(), after: run.networkAfter(), thresholds: .usual)
    let suspects = SettingSuspect.all(reading, .stalled, course)
    #expect(suspects.contains { $0.cause == .model } && suspects.contains { $0.quantity == "mean_factor" })
    for suspect in suspects { #expect(suspect.steps <= 1000, "\(suspect.quantity)") }
  }

  @Test func momentumIsDescribed() {
    func explanation(_ momentum: Double) -> String? {
      SettingSuspect.arguments(of: FailingCase.sgd(0.1, momentum: momentum)).first?.explanation
    }
    #expect(explanation(0.99)?.hasSuffix("steps add up to 100 times their size") ?? false)
    for momentum in [1, 1.5] { #expect(explanation(momentum)?.hasSuffix("the steps grow without limit") ?? false) }
  }

  /// Data that are sorted by class need shuffling, and the prescribed training is shuffled. In a random order, nothing
  /// is said about it.
  @Test(arguments: ["relu", "tanh"])
  func sortedDataAreNamed(_ activation: String) throws {
    let labels = Self.digits.targetLists.map { $0.firstIndex(of: 1)! }
    let order = labels.indices.sorted { (labels[$0], $0) < (labels[$1], $1) }.map(Int32.init)
    for (data, isSorted) in [(Self.digits.subset(order), true), (Self.digits, false)] {
      for seed: UInt64 in 1...3 {
        let options = TrainingOptions(
          optimizer: FailingCase.sgd(0.1), epochs: 10, batch: 16, shuffle: false, seed: seed)
        let run = try Fixture.mlp([64, 20, 20, 10], activation, seed: seed).train(
          data, options, observer: NoObserver(), pool: Fixture.pool)
        let found = try run.diagnose(pool: Fixture.pool)
        guard isSorted else {
          #expect(found.isEmpty, "\(found)")
          continue
        }
        #expect(found.first?.cause == .data && found.first?.setting?.name == "shuffle", "\(found)")
        guard case .training(let changed)? = found.first?.prescriptions.first?.change else { continue }
        let cured = run.networkBefore()
        _ = try cured.train(data, changed, observer: NoObserver(), pool: Fixture.pool)
        #expect(try changed.shuffle && loss(cured) < 0.5 * loss(run.networkAfter()))
      }
    }
  }

  /// A single batch says little about the loss at the beginning.
  @Test func evidenceIsTheMeanOfAnEpoch() throws {
    let options = TrainingOptions(optimizer: FailingCase.sgd(1e-6), epochs: 3, seed: 1)
    let run = try Fixture.mlp([64, 20, 10], "tanh", seed: 1).train(
      Self.digits, options, observer: NoObserver(), pool: Fixture.pool)
    let evidence = try #require(try run.diagnose(pool: Fixture.pool).first).evidence
    #expect(evidence.first { $0.quantity == "first_loss" }?.value == run.epochs.first?.loss)
  }

  /// The effect of repairing the start of a run is that on the loss, one cause after the other.
  @Test func repairsOfTheStartLowerTheLoss() throws {
    let network = try Fixture.mlp(
      [64, 20, 20, 20, 20, 20, 20, 20, 20, 10], "tanh", output: "relu", seed: 1,
      Fixture.options(Fixture.initializer("normal", 0, 0.01)))
    let options = TrainingOptions(optimizer: FailingCase.sgd(0.1), epochs: 5, seed: 1)
    let run = try network.train(Self.digits, options, observer: NoObserver(), pool: Fixture.pool)
    let found = try run.diagnose(pool: Fixture.pool)
    #expect(found.map(\.cause) == [.pairing, .weights], "\(found)")
    let last = try #require(found.last?.repair)
    #expect(last.quantity == "loss" && last.after < 0.8 * last.before, "\(last)")
  }

  /// Constant targets have no best constant outputs to be compared with, but their training may fail, too.
  @Test func constantTargetsAreLearned() throws {
    let plain = Fixture.regression(128, 3, 1)
    let data = DataSet(
      name: "constant", inputs: plain.inputLists.flatMap(\.self), inputWidth: 3,
      targets: plain.inputLists.map { _ in 3 }, outputWidth: 1)
    for (rate, cause) in [(1e-2, nil), (1e-9, .rate)] as [(Double, Diagnosis.Cause?)] {
      let options = TrainingOptions(optimizer: FailingCase.sgd(rate), epochs: 20, seed: 1)
      let run = try Fixture.mlp([3, 8, 1], "tanh", seed: 1).train(
        data, options, observer: NoObserver(), pool: Fixture.pool)
      let verdict = try run.diagnose(limit: 1024, thresholds: .usual, pool: Fixture.pool)
      #expect(verdict.diagnoses.first?.cause == cause && verdict.remark == nil, "\(verdict)")
    }
  }
}
