// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// Soft targets have an entropy that no network can beat. A run that has reached it is healthy.
@Suite struct LossFloorTests {
  private func run(_ script: String) throws -> (output: String, notes: [String]) {
    let host = ScriptedHost()
    try Interpreter(host: host.host()).run(Source(name: "test", text: script))
    return (host.output, host.notes)
  }

  private static let targets = [
    ("0.5", "bce", 1, "0.6931"), ("0.3 + 0.4 / (1 + exp(-r[1]))", "bce", 1, "0.67"),
    ("[0.5 + 0.4 * sin(r[1]), 0.5 - 0.4 * sin(r[1])]", "cross_entropy", 2, "0.5"),
  ]

  @Test(arguments: targets)
  func runsAtTheFloorAreHealthy(_ target: String, _ loss: String, _ outputs: Int, _ floor: String) throws {
    let script = """
      x = gaussian(200, 2, 1).inputs
      data = dataset(x, map(x, fn(r) = \(target)))
      run = train(mlp([2, 8, \(outputs)], tanh), data, loss: \(loss), epochs: 60)
      print(len(diagnose(run)))
      """
    let (output, notes) = try run(script)
    #expect(output == "0\n")
    #expect(notes.contains { $0.hasPrefix("the loss cannot fall below \(floor)") && $0.contains("soft") }, "\(notes)")
  }

  /// A run that stalls far from the floor is not healthy, and its evidence names the floor between loss and baseline.
  @Test(arguments: [targets[2]])
  func stalledRunsNameTheFloor(_ target: String, _ loss: String, _ outputs: Int, _ floor: String) throws {
    let script = """
      x = gaussian(200, 2, 1).inputs
      data = dataset(x, map(x, fn(r) = \(target)))
      run = train(mlp([2, 8, \(outputs)], tanh), data, loss: \(loss), epochs: 10, optimizer: sgd(1e-7))
      d = diagnose(run)
      print(d.symptom[1], d.evidence[1])
      """
    let (output, notes) = try run(script)
    #expect(output.hasPrefix("stalled ") && output.contains(", floor \(floor)"), "\(output)")
    #expect(!notes.contains { $0.contains("cannot fall") })
  }

  /// Hard targets have no floor: neither classes, nor numbers that are 0 or 1, nor the targets of other losses.
  @Test(arguments: [
    ("xor(60)", "auto"), ("dataset(x, map(x, fn(r) = (sign(r[1]) + 1) / 2))", "bce"),
    ("dataset(x, map(x, fn(r) = 0.5 + r[1]))", "mse"),
  ])
  func hardTargetsHaveNone(_ data: String, _ loss: String) throws {
    let script = """
      x = gaussian(60, 2, 1).inputs
      data = \(data)
      d = diagnose(train(mlp([2, 8, 1], tanh), data, loss: \(loss), epochs: 5, optimizer: sgd(1e-7)))
      print(contains(str(d.evidence), "floor"))
      diagnose(train(mlp([2, 8, 1], tanh), data, loss: \(loss), epochs: 60));
      """
    let (output, notes) = try run(script)
    #expect(output == "false\n")
    #expect(!notes.contains { $0.contains("cannot fall") })
  }
}
