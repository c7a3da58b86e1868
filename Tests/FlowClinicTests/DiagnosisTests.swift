// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

@Suite struct DiagnosisTests {
  /// The first diagnosis must have the expected symptom and cause.
  @Test(arguments: FailingCase.networks + FailingCase.trainings)
  func findsTheProblem(_ failing: FailingCase) throws {
    let found = try failing.diagnose(1).first
    #expect(found?.symptom == failing.symptom && found?.cause == failing.cause, "\(text(found))")
    #expect(found?.explanation.isEmpty == false)
    #expect(found?.prescriptions.isEmpty == false)
  }

  /// A rate that is too large has many symptoms, and the first of them depends on the draw. Still, at least 37 of 40
  /// cases must be diagnosed as expected.
  @Test(arguments: 2...6 as ClosedRange<UInt64>)
  func otherDrawsAreDiagnosedToo(seed: UInt64) throws {
    let all = FailingCase.networks + FailingCase.trainings
    let wrong = try all.compactMap { failing -> String? in
      let found = try failing.diagnose(seed).first
      let isRight = found?.symptom == failing.symptom && found?.cause == failing.cause
      return isRight ? nil : "\n\(failing): \(text(found))"
    }
    #expect(wrong.count * 40 <= 3 * all.count, "\(wrong)")
  }

  @Test func thereAreEnoughCases() {
    #expect(FailingCase.networks.count + FailingCase.trainings.count >= 40)
    let all = FailingCase.networks + FailingCase.trainings
    #expect(Set(all.map(\.symptom)) == Set(Diagnosis.Symptom.allCases))
    #expect(Set(all.map(\.cause)).union([.unknown]) == Set(Diagnosis.Cause.allCases))
  }

  /// Four kinds of healthy networks, each drawn twenty times, before and after training.
  @Test(arguments: ["relu", "batch", "residual", "tanh"])
  func healthyNetworksRaiseNoAlarm(_ kind: String) throws {
    let hidden = [Int](repeating: 40, count: 6)
    for seed: UInt64 in 1...20 {
      let network =
        switch kind {
        case "relu": try Fixture.mlp([64] + hidden + [10], "relu", seed: seed, Fixture.options(he))
        case "batch": try Fixture.mlp([64] + hidden + [10], "relu", seed: seed, Fixture.options(he, norm: .batch))
        case "residual":
          try Fixture.mlp([64] + hidden + [10], "relu", seed: seed, Fixture.options(he, norm: .batch, skip: true))
        default: try Fixture.mlp([64] + hidden + [10], "tanh", seed: seed, Fixture.options(xavier))
        }
      let loss = Loss.named("cross_entropy")!
      let before = try network.diagnose(Fixture.digits, loss: loss, checksData: true, pool: Fixture.pool)
      #expect(before.isEmpty, "seed \(seed), before: \(text(before.first))")
      let options = TrainingOptions(optimizer: .named("sgd", [0.05, 0, 0])!, epochs: 5, seed: seed)
      let run = try network.train(Fixture.digits, options, observer: NoObserver(), pool: Fixture.pool)
      #expect(run.epochs.last!.accuracy! > 0.5)
      let after = try run.diagnose(pool: Fixture.pool)
      #expect(after.isEmpty, "seed \(seed), after: \(text(after.first))")
    }
  }

  /// The rate that is prescribed instead of one that is far too large lowers the loss below its start.
  @Test(arguments: [20, 1e3, 1e8, 1e40, 1e300], ["relu", "tanh"])
  func prescribedRatesHelp(rate: Double, activation: String) throws {
    for (loss, seed) in [(Loss.named("cross_entropy")!, 1), (Fixture.mse, 2)] as [(Loss, UInt64)] {
      let options = TrainingOptions(loss: loss, optimizer: FailingCase.sgd(rate), epochs: 2, seed: seed)
      let network = try Fixture.mlp([64, 20, 10], activation, seed: seed)
      let start = try network.evaluate(Fixture.digits, loss: loss, pool: Fixture.pool).loss
      let found = try network.train(Fixture.digits, options, observer: NoObserver(), pool: Fixture.pool)
        .diagnose(pool: Fixture.pool).first
      #expect(found?.cause == .rate, "\(text(found))")
      let after = try #require(found?.repair?.after)
      #expect(after < start, "\(after) is not below \(start): \(text(found))")
    }
  }

  /// In layers of one or two rectifiers, all units of a layer may be inactive whatever the draw. With three, another draw
  /// usually helps.
  @Test(arguments: 1...3)
  func narrowRectifiersAreNamed(units: Int) throws {
    var named = 0
    for seed: UInt64 in 1...12 {
      let widths = [Int](repeating: units, count: 9)
      let network = try Fixture.mlp(widths, "relu", seed: seed, Fixture.options(he))
      let data = Fixture.regression(200, units, units, seed: 2)
      let found = try network.diagnose(data, loss: Loss.named("mse")!, checksData: false, pool: Fixture.pool)
      #expect(!found.contains { $0.cause == .unknown }, "seed \(seed): \(text(found.first))")
      guard let dead = found.first, dead.symptom == .dead, dead.cause == .slope else { continue }
      named += 1
      #expect(found.count == 1 && (dead.repair?.after ?? 1) < 1 && dead.prescriptions.count == 3)
    }
    #expect(units == 3 || named >= 3)
  }

  /// Batches of one sample at the end of an epoch, batches of one sample only, and training that continues from a good
  /// network: all are healthy, although the losses jump.
  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func unevenBatchesRaiseNoAlarm(seed: UInt64) throws {
    func symptoms(_ sizes: [Int], _ data: DataSet, _ options: TrainingOptions, _ network: Network? = nil) throws
      -> [Diagnosis.Symptom]
    {
      let network = try network ?? Fixture.mlp(sizes, "relu", seed: seed, Fixture.options(he))
      return try network.train(data, options, observer: NoObserver(), pool: Fixture.pool)
        .diagnose(pool: Fixture.pool).map(\.symptom)
    }
    let momentum = TrainingOptions(optimizer: .named("sgd", [0.1, 0.9, 0])!, epochs: 20, seed: seed)
    #expect(try symptoms([64, 32, 10], Fixture.digits, momentum).isEmpty)
    let few = Fixture.regression(33, 2, 1, seed: seed)
    let slow = TrainingOptions(optimizer: .named("sgd", [0.01, 0, 0])!, epochs: 50, seed: seed)
    #expect(!(try symptoms([2, 8, 1], few, slow).contains(.jumping)))
    let single = TrainingOptions(optimizer: .named("adam")!, epochs: 30, batch: 1, seed: seed)
    #expect(try symptoms([8, 16, 2], teacher, single).isEmpty)
    let network = try Fixture.mlp([8, 16, 2], "relu", seed: seed, Fixture.options(he))
    _ = try symptoms([], teacher, single, network)
    let gentle = TrainingOptions(optimizer: .named("adam", [1e-5, 0.9, 0.999, 1e-8])!, epochs: 20, seed: seed)
    #expect(!(try symptoms([], teacher, gentle, network).contains(.jumping)))
  }

  /// A diagnosis uses the state at the end of the run, not what happened to the network later.
  @Test func aLaterTrainingChangesNothing() throws {
    let network = try Fixture.mlp([8, 16, 2], "relu", Fixture.options(he))
    let good = try network.train(
      teacher, TrainingOptions(epochs: 20), observer: NoObserver(), pool: Fixture.pool)
    _ = try network.train(
      teacher, TrainingOptions(optimizer: .named("sgd", [1e300, 0, 0])!), observer: NoObserver(), pool: Fixture.pool)
    #expect(try good.diagnose(pool: Fixture.pool).isEmpty)
  }

  /// The network can be diagnosed with data other than its training data.
  @Test func otherDataCanBeUsed() throws {
    let network = try Fixture.mlp([8, 16, 2], "relu", Fixture.options(he))
    let run = try network.train(teacher, TrainingOptions(), observer: NoObserver(), pool: Fixture.pool)
    #expect(try run.diagnose(pool: Fixture.pool).isEmpty)
    let far = FailingCase.numbers { 1e4 * $1 }
    #expect(try run.diagnose(on: far, pool: Fixture.pool).first?.symptom == .scale)
  }

  /// Drift is measured at the end of the run and does not depend on the recorded steps.
  @Test func driftDoesNotDependOnTheRecord() throws {
    let network = try Fixture.mlp([2, 2], "identity", Fixture.options(Fixture.initializer("normal", 0, 0.1)))
    let options = TrainingOptions(epochs: 50, recordEvery: 1_000_000)
    let run = try network.train(FailingCase.xor, options, observer: NoObserver(), pool: Fixture.pool)
    let found: Diagnosis = try #require(run.diagnose(pool: Fixture.pool).first)
    #expect(found.symptom == .stalled)
    let drift = try #require(found.evidence.first { $0.quantity == "drift" })
    #expect(drift.value > 0.05)
  }

  /// If not every step is recorded, the death of a layer is placed between two recorded steps, and only observed
  /// revivals are counted.
  @Test(arguments: [(every: 7, budget: Int.max), (1, 12_000), (3, 6_000)])
  func aDeathBetweenRecordedStepsIsEnclosed(_ every: Int, _ budget: Int) throws {
    func death(_ every: Int, _ budget: Int) throws -> [String: Double] {
      var options = TrainingOptions(optimizer: FailingCase.adam(0.2), epochs: 3, batch: 32, recordEvery: every)
      options.recordBudget = budget
      let network = try Fixture.mlp([64, 30, 10], "relu", Fixture.options(he))
      let run = try network.train(Fixture.digits, options, observer: NoObserver(), pool: Fixture.pool)
      let dead = try #require(run.diagnose(pool: Fixture.pool).first { $0.symptom == .dead })
      #expect(dead.cause == .rate)
      return Dictionary(uniqueKeysWithValues: dead.evidence.map { ($0.quantity, $0.value) })
    }
    let (exact, sparse) = (try death(1, .max), try death(every, budget))
    let died = try #require(exact["died_at_step"])
    #expect(exact["revivals"] != nil && exact["dead_at_step"] == nil && exact["revivals_seen"] == nil)
    #expect(sparse["died_at_step"] == nil && sparse["revivals"] == nil && sparse["revivals_seen"] != nil)
    let dead = try #require(sparse["dead_at_step"])
    #expect(died <= dead)
    // The layer was alive before, unless the first recorded step is after its death.
    #expect(sparse["alive_at_step"].map { $0 < died } ?? (dead == 1))
  }

  /// Data that a network can learn: sums and differences of some inputs.
  private var teacher: DataSet {
    let plain = Fixture.regression(300, 8, 2)
    return DataSet(
      name: "teacher", inputs: plain.inputLists.flatMap(\.self), inputWidth: 8,
      targets: plain.inputLists.flatMap { [$0[0] + $0[1], $0[2] - $0[3]] }, outputWidth: 2)
  }

  /// Targets of a smaller or moderately larger scale are not a symptom.
  @Test func diagnosesDoNotDependOnScale() throws {
    let network = try Fixture.mlp([8, 20, 20, 2], "tanh", Fixture.options(xavier))
    for scale in [1e-6, 1, 20] {
      let data = Fixture.regression(128, 8, 2)
      let scaled = DataSet(
        name: "scaled", inputs: data.inputLists.flatMap(\.self), inputWidth: 8,
        targets: data.targetLists.flatMap { $0.map { $0 * scale } }, outputWidth: 2)
      #expect(try network.diagnose(scaled, loss: Fixture.mse, checksData: true, pool: Fixture.pool).isEmpty)
    }
  }

  /// The thresholds determine where a symptom begins.
  @Test func thresholdsCanBeSet() throws {
    let network = try Fixture.mlp([64, 30, 30, 30, 10], "sigmoid", Fixture.options(xavier))
    func symptoms(_ ratio: Double) throws -> [Diagnosis.Symptom] {
      try network.diagnose(
        Fixture.digits, loss: .named("cross_entropy")!, checksData: true, limit: 1024,
        thresholds: DiagnosisThresholds(flow: FlowThresholds(ratio: ratio, share: 0.5), scale: 30),
        pool: Fixture.pool
      ).map(\.symptom)
    }
    #expect(try symptoms(10) == [.vanishing])
    #expect(try symptoms(10_000).isEmpty)
  }

  @Test func evidenceDoesNotDependOnThreads() throws {
    let network = try Fixture.mlp([64, 90, 90, 10], "sigmoid", Fixture.options(xavier))
    func evidence(_ threads: Int) throws -> [Double] {
      try network.diagnose(
        Fixture.digits, loss: .named("cross_entropy")!, checksData: true, limit: 1024,
        thresholds: DiagnosisThresholds(flow: FlowThresholds(ratio: 2, share: 0.5), scale: 30),
        pool: ThreadPool(threads: threads)
      ).flatMap { $0.evidence.map(\.value) }
    }
    let one = try evidence(1)
    #expect(!one.isEmpty)
    for threads in [2, 3, 7] { #expect(try evidence(threads) == one) }
  }

  private var he: Initializer { Fixture.initializer("he_normal") }
  private var xavier: Initializer { Fixture.initializer("xavier_normal") }

  private func text(_ diagnosis: Diagnosis?) -> String {
    guard let diagnosis else { return "nothing" }
    return "\(diagnosis.symptom)/\(diagnosis.cause), "
      + diagnosis.evidence.map { "\($0.quantity) \($0.value)" }.joined(separator: ", ")
  }
}
