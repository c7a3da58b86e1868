// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet
import TestSupport
import Testing

/// Tests schedules of the learning rate in the language.
@Suite struct ScheduleTests {
  /// Every schedule can be called with its required arguments, and a run names the ones that it used.
  @Test(arguments: RateSchedule.catalogue.map(\.name))
  func runsNameTheirSchedules(_ name: String) {
    let recipe = RateSchedule.catalogue.first { $0.name == name }!
    let call = "\(name)(\(recipe.parameters.contains { $0.defaultValue == nil } ? "4" : ""))"
    let script = """
      net = mlp([2, 4, 1], tanh)
      run = train(net, xor(32), schedule: \(call), epochs: 2, batch: 8)
      print(run.schedule[1] == \(call), run.schedule[1].name, len(run.steps.learning_rate))
      print(min(run.steps.learning_rate) < 0.1, type(run.schedule[1]))
      """
    #expect(transcript(script) == "true \(name) 8\ntrue schedule\n")
  }

  @Test func listsMultiply() {
    let script = """
      net = mlp([2, 4, 1], tanh)
      data = xor(32)
      fn rates(s) = train(net, data, schedule: s, epochs: 2, batch: 8).steps.learning_rate
      expected = [0, 0.21875, 0.375, 0.46875, 0.5, 0.375, 0.25, 0.125]
      print(max(abs(rates([warmup(4, 0), linear_decay()]) / 0.1 - expected)) < 1e-15)
      print(str(rates(none)) == str(rates([])), train(net, data, epochs: 1).schedule)
      """
    #expect(transcript(script) == "true\ntrue none\n")
  }

  /// A training run with a schedule equals a sequence of runs of one step with the rate of each step.
  @Test func trainingsEqualSingleSteps() {
    let script = """
      data = gaussian(16, 2, 1)
      net = mlp([2, 4, 1], tanh)
      other = copy(net)
      run = train(net, data, steps: 6, batch: 16, shuffle: false, schedule: [warmup(2), cosine()])
      for rate in run.steps.learning_rate { train(other, data, optimizer: sgd(rate), steps: 1, batch: 16, shuffle: false); }
      print(str(net[1].weight) == str(other[1].weight), str(net[2].bias) == str(other[2].bias))
      """
    #expect(transcript(script) == "true true\n")
  }

  /// Rows that are written during training have the rate, too.
  @Test func emittedRowsHaveTheRate() {
    let script = """
      run = train(mlp([2, 1], tanh), xor(8), steps: 2, schedule: cosine(), emit: steps)
      print(str(run.steps.learning_rate))
      """
    let lines = transcript(script).split(separator: "\n")
    #expect(lines[0].hasSuffix("rate") && lines[2].hasSuffix("\t0.05") && lines[3] == "[0.1, 0.05]")
  }

  @Test(arguments: [
    ("schedule: warmup(0)", "'steps' of warmup must be a whole number of at least 1, but this is 0"),
    ("schedule: cosine(2.5)", "'steps' of cosine must be a whole number of at least 1 or none, but this is 2.5"),
    ("schedule: cosine(end: 2)", "'end' of cosine must be a number from 0 to 1, but this is 2"),
    ("schedule: decay(4, by: -1)", "'by' of decay must be a finite number of at least 0, but this is -1"),
    ("optimizer: sgd(inf)", "'rate' of sgd must be a finite number of at least 0, but this is inf"),
    ("optimizer: sgd(nan)", "'rate' of sgd must be a finite number of at least 0, but this is nan"),
    ("optimizer: sgd(0.1, momentum: inf)", "'momentum' of sgd must be a finite number of at least 0"),
    ("optimizer: adam(inf)", "'rate' of adam must be a finite number of at least 0"),
    ("optimizer: adamw(0.1, decay: inf)", "'decay' of adamw must be a finite number of at least 0"),
    ("optimizer: rmsprop(0.1, eps: inf)", "'eps' of rmsprop must be a finite number of at least 0"),
    ("optimizer: adagrad(inf)", "'rate' of adagrad must be a finite number of at least 0"),
    ("penalty: l2(inf)", "'lambda' of l2 must be a finite number of at least 0"),
    ("schedule: decay(4, by: inf)", "'by' of decay must be a finite number of at least 0, but this is inf"),
    ("schedule: warmup", "'warmup' needs arguments"), ("schedule: adam", "but this is an optimizer"),
    ("schedule: [cosine(), 3]", "but this is a list that contains a number"),
  ])
  func errors(_ argument: String, _ message: String) {
    #expect(transcript("train(mlp([2, 1], tanh), xor(8), \(argument))").contains(message))
  }

  /// The names of PyTorch lead to those of the language.
  @Test(arguments: [
    ("schedule: StepLR(3)", "decay"), ("schedule: CosineAnnealingLR(3)", "cosine"), ("scheduler: cosine()", "schedule"),
    ("schedule: cosine(T_max: 3)", "steps"), ("schedule: decay(step_size: 3)", "every"),
  ])
  func suggestions(_ argument: String, _ name: String) {
    let error = fault("train(mlp([2, 1], tanh), xor(8), \(argument))")
    #expect(error?.labels.contains { $0.text == "did you mean '\(name)'?" } == true, "\(argument)")
  }
}
