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

  private func replay(_ run: Run, epochs: Int? = nil, threads: Int = 2) throws -> ReplayTable {
    try run.replay(epochs: epochs, observer: NoObserver(), pool: ThreadPool(threads: threads))
  }

  /// Without a change, training diverges again at the same step.
  @Test(arguments: [Precision.f32, .f64], ["sgd", "rmsprop"])
  func nothingChangedBreaksAgain(_ precision: Precision, _ optimizer: String) throws {
    let run = try broken(precision, optimizer: optimizer, epochs: 40)
    guard let fault = run.fault else { return #expect(optimizer == "rmsprop") }
    let nothing = try #require(try replay(run).replays.first { $0.remedy == "nothing" })
    #expect(nothing.state == .diverged && !nothing.learns && nothing.accuracy == nil)
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

  /// A replay goes on to the end of the plan, and a remedy is as mild as it can be: the next milder one does not learn.
  @Test func remediesAreMild() throws {
    let run = try broken(.f64)
    let table = try replay(run)
    let good = table.replays.filter(\.learns)
    #expect(good.allSatisfy { $0.lastStep == 3 * 10 && $0.state == .finished && $0.loss < 0.98 * table.baseline })
    #expect(good.map(\.loss) == good.map(\.loss).sorted())
    #expect(table.lossBefore == run.steps[4].loss)
    #expect(!table.replays.prefix(good.count).contains { !$0.learns })
    let slower = try #require(table.replays.first { $0.remedy == "smaller rate" })
    #expect(slower.plan.blueprint == run.plan.blueprint && slower.plan.training.optimizer.isOfKind(.sgd))
    let rate = slower.plan.training.optimizer.rate
    #expect(rate < run.options.optimizer.rate)
    if slower.learns, rate * 10 < run.options.optimizer.rate {
      #expect(try !learns(run, rate: rate * 10))
    }
  }

  private func learns(_ run: Run, rate: Double) throws -> Bool {
    var options = run.options
    options.optimizer = .named("sgd", [rate, 0, 0])!
    let network = try Fixture.mlp([8, 20, 20, 2], "relu", Fixture.options(Fixture.initializer("he_normal")))
    let other = try network.train(run.data, options, observer: NoObserver(), pool: Fixture.single)
    guard other.state == .finished else { return false }
    let loss = try network.evaluate(run.data, loss: run.loss, pool: Fixture.single).loss
    let columns = (0..<2).map { column in run.data.targetLists.map { $0[column] } }
    let variances = columns.map { column in
      let mean = column.reduce(0, +) / Double(column.count)
      return column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count)
    }
    return loss < 0.98 * (variances[0] + variances[1]) / 2
  }

  /// If the change is made by hand, the training ends with the same loss, bit for bit.
  @Test func theAdviceIsTrue() throws {
    let start = try Fixture.mlp([8, 20, 20, 2], "relu", Fixture.options(Fixture.initializer("normal", 0, 10)))
    let data = Fixture.regression(320, 8, 2)
    let options = TrainingOptions(epochs: 20)
    let run = try start.train(data, options, observer: NoObserver(), pool: Fixture.single)
    #expect(run.state == .diverged)
    let he = try #require(try replay(run).replays.first { $0.remedy == "he_normal" })
    #expect(he.learns && he.plan.blueprint.options.weights == .heNormal && he.fromStep == 1)
    let other = try Fixture.mlp([8, 20, 20, 2], "relu", seed: 0, Fixture.options(Fixture.initializer("he_normal")))
    var again = he.plan.training
    again.number = options.number + 1
    let result = try other.train(data, again, observer: NoObserver(), pool: Fixture.single)
    #expect(result.state == .finished)
    #expect(he.loss == (try other.evaluate(data, loss: run.loss, pool: Fixture.single).loss))
  }

  /// A training run that stays at the loss of a constant has learned nothing.
  @Test func aConstantPredictionIsNoLearning() throws {
    let network = try Fixture.mlp([8, 20, 20, 2], "relu", Fixture.options(Fixture.initializer("normal", 0, 10)))
    // Targets that do not depend on the inputs.
    let noise = Fixture.regression(4096, 8, 2).targetLists.reversed().flatMap(\.self)
    let data = DataSet(
      name: "noise", inputs: Fixture.regression(4096, 8, 2).inputLists.flatMap(\.self), inputWidth: 8, targets: noise,
      outputWidth: 2)
    let run = try network.train(data, TrainingOptions(epochs: 2), observer: NoObserver(), pool: Fixture.single)
    #expect(run.fault != nil)
    let table = try replay(run)
    #expect(table.replays.contains { $0.state == .finished })
    for replay in table.replays {
      #expect(replay.learns == (replay.state == .finished && replay.loss < 0.98 * table.baseline))
    }
    #expect(table.replays.allSatisfy { !$0.learns })
  }

  /// The number of epochs can be chosen.
  @Test func epochsReplaceThoseOfTheRun() throws {
    let run = try broken(.f64)
    let table = try replay(run, epochs: 5)
    #expect(table.replays.filter { $0.state == .finished }.allSatisfy { $0.lastStep == 50 })
  }

  @Test func threadsLeaveTheNumbersAlone() throws {
    let run = try broken(.f32)
    func numbers(_ threads: Int) throws -> [[Double]] {
      try replay(run, threads: threads).replays.map { [$0.loss, $0.accuracy ?? -1, Double($0.lastStep)] }
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
