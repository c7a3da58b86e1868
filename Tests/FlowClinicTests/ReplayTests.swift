// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests the replay of a training run that diverged.
@Suite struct ReplayTests {
  private func broken(_ precision: Precision, optimizer: String = "sgd", epochs: Int = 3) throws -> Run {
    let network = try Fixture.mlp(
      [8, 20, 20, 2], "relu", Fixture.options(Fixture.initializer("he_normal"), precision: precision))
    // The targets are large from the middle on, so the first steps are good.
    var targets = Fixture.regression(320, 8, 2).targetLists.flatMap(\.self)
    for place in 320..<640 { targets[place] *= 1e6 }
    let data = DataSet(
      name: "half", inputs: Fixture.regression(320, 8, 2).inputLists.flatMap(\.self), inputWidth: 8, targets: targets,
      outputWidth: 2)
    let options = TrainingOptions(
      optimizer: .named(optimizer, [0.1] + Optimizer.named(optimizer)!.arguments.dropFirst())!, epochs: epochs,
      shuffle: false)
    return try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
  }

  private func replay(_ run: Run, steps: Int = 20, threads: Int = 2) throws -> [Replay] {
    try run.replay(steps: steps, observer: NoObserver(), pool: ThreadPool(threads: threads))
  }

  /// Without a change, training diverges again at the same step and with the same losses: the checkpoint is exact.
  @Test(arguments: [Precision.f32, .f64], ["sgd", "rmsprop"])
  func nothingChangedBreaksAgain(_ precision: Precision, _ optimizer: String) throws {
    let run = try broken(precision, optimizer: optimizer, epochs: 40)
    guard let fault = run.fault else { return #expect(optimizer == "rmsprop") }
    let nothing = try #require(try replay(run).first { $0.remedy == "nothing" })
    #expect(nothing.state == .diverged && !nothing.continues)
    #expect(nothing.lastStep == fault.step)
    #expect(nothing.fromStep == run.lastGoodStep)
    #expect(nothing.plan == run.plan)
  }

  /// The first five batches are good. The sixth contains the large targets.
  @Test func findsTheLastGoodStep() throws {
    let run = try broken(.f64)
    #expect(run.lastGoodStep == 5)
    let growth = run.growth()
    #expect(growth.map(\.step) == Array(1...run.steps.count))
    #expect(growth[5].growth! > 100 && growth[4].growth! < 10)
    #expect(growth[5].updateRatio! > 1 && growth[0].growth == nil)
    #expect(run.growth(last: 2).map(\.step) == [run.steps.count - 1, run.steps.count])
  }

  /// Each remedy reaches the promised end, and the mildest one that does is chosen.
  @Test func remediesCarryOn() throws {
    let run = try broken(.f64)
    let fault = try #require(run.fault)
    let replays = try replay(run)
    let good = replays.filter(\.continues)
    #expect(good.allSatisfy { $0.lastStep == fault.step + 20 && $0.state == .finished })
    #expect(good.map(\.loss) == good.map(\.loss).sorted())
    let clip = try #require(replays.first { $0.remedy == "clip by norm" })
    #expect(clip.fromStep == 5)
    let slower = try #require(replays.first { $0.remedy == "smaller rate" })
    #expect(slower.plan.training.optimizer.isOfKind(.sgd) && slower.plan.blueprint == run.plan.blueprint)
    #expect(slower.plan.training.optimizer.rate < run.options.optimizer.rate && slower.state == .finished)
  }

  /// If the suggested change is made by hand, the result is the same as in the replay.
  @Test func theAdviceIsTrue() throws {
    let start = try Fixture.mlp([8, 20, 20, 2], "relu", Fixture.options(Fixture.initializer("normal", 0, 10)))
    let data = Fixture.regression(320, 8, 2)
    let options = TrainingOptions(epochs: 20)
    let run = try start.train(data, options, observer: NoObserver(), pool: Fixture.single)
    #expect(run.state == .diverged)
    let he = try #require(try replay(run).first { $0.remedy == "he_normal" })
    #expect(he.continues && he.plan.blueprint.options.weights == .heNormal)
    let other = try Fixture.mlp(
      [8, 20, 20, 2], "relu", seed: 0, Fixture.options(Fixture.initializer("he_normal")))
    var longer = options
    longer.steps = run.fault!.step + 20
    let again = try other.train(data, longer, observer: NoObserver(), pool: Fixture.single)
    #expect(again.state == .finished)
    let tenth = max(again.steps.count / 10, 1)
    #expect(he.loss == again.steps.suffix(tenth).reduce(0) { $0 + $1.loss } / Double(tenth))
  }

  /// A limit with which the loss grows to 1e11 does not count as a remedy, so a smaller one is tried.
  @Test func aGrowingLossIsNoRemedy() throws {
    let network = try Fixture.mlp([2, 16, 16, 1], "identity", Fixture.options(Fixture.initializer("normal", 0, 0.5)))
    let options = TrainingOptions(optimizer: .named("sgd", [0.4, 0, 0])!, steps: 400)
    let run = try network.train(Fixture.regression(64, 2, 1), options, observer: NoObserver(), pool: Fixture.single)
    #expect(run.fault != nil)
    let replays = try replay(run, steps: 50)
    #expect(replays.contains { $0.continues })
    for replay in replays where replay.continues { #expect(replay.loss <= 1.1 * replay.firstLoss) }
    for replay in replays where replay.continues && replay.fromStep > 1 {
      #expect(replay.firstLoss == run.steps[replay.fromStep - 1].loss)
    }
  }

  @Test func threadsLeaveTheNumbersAlone() throws {
    let run = try broken(.f32)
    func numbers(_ threads: Int) throws -> [[Double]] {
      try replay(run, threads: threads).map { [$0.loss, $0.firstLoss, Double($0.lastStep)] }
    }
    let one = try numbers(1)
    #expect(one.count > 5)
    for threads in [2, 3] {
      let other = try numbers(threads)
      #expect(zip(one, other).allSatisfy { zip($0, $1).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) } })
    }
  }

  @Test func aSuccessfulRunHasNothingToReplay() throws {
    let network = try Fixture.mlp([2, 3, 1], "tanh")
    let run = try network.train(
      Fixture.regression(8, 2, 1), TrainingOptions(steps: 3), observer: NoObserver(), pool: Fixture.single)
    #expect(run.lastGoodStep == nil)
    #expect(throws: NetworkError.self) { try replay(run) }
  }
}
