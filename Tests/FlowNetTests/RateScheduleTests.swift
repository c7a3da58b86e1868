// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import NetworkFixtures
import Testing

@testable import FlowNet

/// Tests the schedules of the learning rate against PyTorch, and that a training run applies them.
@Suite struct RateScheduleTests {
  /// Schedules, and the rates of eight steps that PyTorch 1.13 computes for them:
  ///
  ///     opt = SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=0.5)
  ///     schedule = ...  # The first text of each case.
  ///     for _ in range(8):
  ///         print(opt.param_groups[0]["lr"]); opt.step(); schedule.step()
  struct Case: CustomTestStringConvertible {
    let torch: String
    let schedules: [RateSchedule]
    let rates: [Double]
    var testDescription: String { torch }

    init(_ torch: String, _ schedules: RateSchedule..., rates: [Double]) {
      self.torch = torch
      self.schedules = schedules
      self.rates = rates
    }
  }

  static let cases = [
    Case(
      "LinearLR(opt, total_iters=4)", .named("warmup", [4, 1.0 / 3])!,
      rates: [
        0.16666666666666666, 0.25, 0.33333333333333337, 0.41666666666666674, 0.5000000000000001, 0.5000000000000001,
        0.5000000000000001, 0.5000000000000001,
      ]),
    Case(
      "LinearLR(opt, start_factor=0.1, total_iters=5)", .named("warmup", [5, 0.1])!,
      rates: [
        0.05, 0.13999999999999999, 0.22999999999999995, 0.31999999999999995, 0.4099999999999999, 0.4999999999999999,
        0.4999999999999999, 0.4999999999999999,
      ]),
    Case(
      "CosineAnnealingLR(opt, T_max=8)", .named("cosine")!,
      rates: [
        0.5, 0.4809698831278217, 0.42677669529663687, 0.34567085809127246, 0.25, 0.15432914190872757,
        0.07322330470336313, 0.01903011687217832,
      ]),
    Case(
      "CosineAnnealingLR(opt, T_max=3, eta_min=0.05)", .named("cosine", [3, 0.1])!,
      rates: [
        0.5, 0.3875, 0.16250000000000006, 0.05, 0.16249999999999998, 0.38750000000000023, 0.5000000000000003,
        0.38750000000000034,
      ]),
    Case(
      "PolynomialLR(opt, total_iters=8, power=1)", .named("linear_decay")!,
      rates: [0.5, 0.4375, 0.375, 0.3125, 0.25, 0.1875, 0.125, 0.0625]),
    Case(
      "LinearLR(opt, start_factor=1, end_factor=0.2, total_iters=5)", .named("linear_decay", [5, 0.2])!,
      rates: [
        0.5, 0.42, 0.33999999999999997, 0.25999999999999995, 0.17999999999999997, 0.09999999999999996,
        0.09999999999999996, 0.09999999999999996,
      ]),
    Case(
      "StepLR(opt, step_size=3)", .named("decay", [3, 0.1])!,
      rates: [0.5, 0.5, 0.5, 0.05, 0.05, 0.05, 0.005000000000000001, 0.005000000000000001]),
    Case(
      "ExponentialLR(opt, gamma=0.9)", .named("decay", [1, 0.9])!,
      rates: [
        0.5, 0.45, 0.405, 0.36450000000000005, 0.32805000000000006, 0.2952450000000001, 0.2657205000000001,
        0.23914845000000007,
      ]),
    Case(
      "ChainedScheduler([LinearLR(opt, start_factor=0.1, total_iters=4), CosineAnnealingLR(opt, T_max=8)])",
      .named("warmup", [4, 0.1])!, .named("cosine")!,
      rates: [
        0.05, 0.15631521201654205, 0.23472718241315027, 0.26789491502073615, 0.25, 0.15432914190872757,
        0.07322330470336313, 0.01903011687217832,
      ]),
  ]

  @Test func everyScheduleHasCases() {
    #expect(Set(Self.cases.flatMap(\.schedules).map(\.name)) == Set(RateSchedule.catalogue.map(\.name)))
  }

  private let data = Fixture.regression(40, 4, 3)

  private func train(
    _ network: Network, _ optimizer: Optimizer, _ schedule: [RateSchedule] = [], steps: Int,
    shuffle: Bool = true
  ) throws -> Run {
    let options = TrainingOptions(
      loss: Fixture.mse, optimizer: optimizer, schedule: schedule, steps: steps, batch: 40, shuffle: shuffle)
    return try network.train(data, options, observer: NoObserver(), pool: Fixture.single)
  }

  @Test(arguments: cases)
  func ratesAreThoseOfPyTorch(_ test: Case) throws {
    let run = try train(Fixture.mlp([4, 6, 3], "tanh"), .named("sgd", [0.5, 0, 0])!, test.schedules, steps: 8)
    for (step, rate) in zip(1..., test.rates) { #expect(relativeError(run.rates.rate(ofStep: step), rate) < 4e-15) }
  }

  /// A training run takes the same steps as runs of one step each with the rate of that step.
  @Test(arguments: cases)
  func stepsUseTheRates(_ test: Case) throws {
    let scheduled = try Fixture.mlp([4, 6, 3], "tanh")
    let run = try train(scheduled, .named("sgd", [0.5, 0, 0])!, test.schedules, steps: 8, shuffle: false)
    let byHand = try Fixture.mlp([4, 6, 3], "tanh")
    var losses: [Double] = []
    for step in 1...8 {
      let optimizer = Optimizer.named("sgd", [run.rates.rate(ofStep: step), 0, 0])!
      losses.append(try train(byHand, optimizer, steps: 1, shuffle: false).steps[0].loss)
    }
    #expect(run.steps.map(\.loss) == losses)
    #expect(scheduled.allParameters == byHand.allParameters)
    let plain = try Fixture.mlp([4, 6, 3], "tanh")
    _ = try train(plain, .named("sgd", [0.5, 0, 0])!, steps: 8, shuffle: false)
    #expect(plain.allParameters != byHand.allParameters)
  }

  /// A factor of 1 changes no bit, for every optimizer.
  @Test(arguments: Optimizer.catalogue.map(\.name))
  func constantSchedulesChangeNothing(_ name: String) throws {
    let (plain, scheduled) = (try Fixture.mlp([4, 6, 3], "tanh"), try Fixture.mlp([4, 6, 3], "tanh"))
    _ = try train(plain, .named(name)!, steps: 5)
    _ = try train(scheduled, .named(name)!, [.named("decay", [2, 1])!], steps: 5)
    #expect(plain.allParameters == scheduled.allParameters)
  }

  /// In a training run that is counted in epochs, a schedule without a length extends over the steps of all epochs.
  @Test func lengthsFollowFromTheEpochs() throws {
    var options = TrainingOptions(optimizer: .sgd, schedule: [.named("linear_decay")!], epochs: 5, batch: 16)
    let network = try Fixture.mlp([4, 6, 3], "tanh")
    #expect(network.rates(data, options).rate(ofStep: 15) == 0.1 * (1 - 14.0 / 15))
    options.batch = 40
    #expect(network.rates(data, options).rate(ofStep: 5) == 0.1 * (1 - 4.0 / 5))
    let normed = try Fixture.mlp([4, 6, 3], "tanh", Fixture.options(Fixture.initializer("he_normal"), norm: .batch))
    options.batch = 13
    // The fourth batch of one sample is left out.
    #expect(normed.rates(data, options).rate(ofStep: 15) == 0.1 * (1 - 14.0 / 15))
  }

  /// Resuming from a step, or repeating only some of the steps, keeps the rates of the whole run.
  @Test func partsOfATrainingKeepItsRates() throws {
    let schedule = [RateSchedule.named("warmup", [3, 0.1])!, .named("cosine")!]
    let run = try train(Fixture.mlp([4, 6, 3], "tanh"), .named("adam")!, schedule, steps: 12)
    let point = try #require(run.resumePoint(afterSteps: 5, observer: NoObserver(), pool: Fixture.single))
    var options = run.options
    for steps in [8, 12] {
      options.steps = steps
      let rest = point.resume(options, observer: NoObserver(), pool: Fixture.single)
      #expect(rest.steps.map(\.loss) == run.steps[5..<steps].map(\.loss))
    }
    options.steps = 4
    let again = try run.networkBefore().train(data, options, observer: NoObserver(), pool: Fixture.single)
    #expect(again.steps.map(\.loss) == run.steps[..<4].map(\.loss))
    // Another number of epochs is another plan.
    options.epochs = 3
    options.steps = nil
    #expect(
      run.network.rates(data, options).rate(ofStep: 4) == 0.001
        * RateSchedule.cosine.default.factor(afterSteps: 3, of: 3))
  }
}
