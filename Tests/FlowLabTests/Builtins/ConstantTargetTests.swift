// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

@testable import FlowLab

/// Notes about losses that are compared with that of the best constant prediction, which is 0 for constant targets.
@Suite struct ConstantTargetTests {
  private func notes(_ script: String) throws -> [String] {
    let host = ScriptedHost()
    try Interpreter(host: host.host()).run(Source(name: "test", text: script))
    return host.notes
  }

  @Test(arguments: ["3", "0.1"], ["mse", "mae", "huber"])
  func noConstantIsBetter(_ target: String, _ loss: String) throws {
    let script = """
      x = gaussian(100, 2, 1).inputs
      net = mlp([2, 8, 1], tanh)
      data = dataset(x, map(x, fn(r) = \(target)))
      for i in 1..3 { r = train(net, data, loss: \(loss), optimizer: sgd(0.2)) }
      diagnose(r);
      """
    let found = try notes(script)
    #expect(!found.contains { $0.contains("best constant") }, "\(found)")
  }

  /// The statement is true for every loss above three quarters of that of the best constant prediction.
  @Test(arguments: [0.6, 0.7, 7])
  func wordsAreTrue(_ loss: Double) {
    let note = RunVerdict.Remark.unexplained(loss: loss, baseline: 0.7).notes[0]
    #expect(note.contains("not clearly below 0.7, that of the best constant prediction"), "\(note)")
    let constant = RunVerdict.Remark.unexplainedConstant(loss: loss, before: 0.7).notes
    #expect(constant.count == 1 && !constant[0].contains("best constant"), "\(constant)")
  }
}
