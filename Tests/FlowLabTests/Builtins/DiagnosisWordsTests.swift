// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// What a diagnosis says about causes, and where.
struct DiagnosisWordsTests {
  /// Frozen layers are named, and the code thaws them.
  @Test func frozenLayers() throws {
    let host = ScriptedHost()
    let script = """
      r = train(mlp([2, 8, 8, 2], tanh), circles(200), epochs: 60, freeze: 1..2)
      t = diagnose(r)
      print(t.cause[1]); print(t.change[1])
      """
    try Interpreter(host: host.host()).run(Source(name: "test", text: script))
    let lines = host.output.split(separator: "\n")
    #expect(lines.first == "model: 2 of 3 layers are frozen and learn nothing")
    #expect(
      lines.last?.hasPrefix("net = r.before; r2 = train(net, r.data, ") == true && !host.output.contains("freeze"))
  }

  @Test func weightsThatAreNaN() throws {
    let host = ScriptedHost()
    let script = "n = mlp([2, 4, 1], tanh)\nn[1].weight = n[1].weight * nan\nprint(diagnose(n).cause[1])"
    try Interpreter(host: host.host()).run(Source(name: "test", text: script))
    #expect(host.output == "weights: the weights contain nan\n")
  }

  /// Evidence from another layer than that of the cause names it.
  @Test func evidenceNamesItsLayer() throws {
    let host = ScriptedHost()
    let script = """
      for i in 1..9 { draw(normal(0, 1), 1); }
      n = chain(60, tanh, width: 4)
      row = diagnose(n)[1]
      layer = sort(flow(n), log10_total)[1].layer
      assert layer != row.layer
      print(contains(row.evidence, "in layer {layer}"))
      """
    try Interpreter(host: host.host()).run(Source(name: "test", text: script))
    #expect(host.output == "true\n")
  }

  /// The output of a chain stays what the loss is fused with, and code of a second round has another name.
  @Test func outputsAndRunsAreKept() throws {
    let host = ScriptedHost()
    let script = """
      run2 = 5
      net = chain(12, sigmoid, width: 8, inputs: 2, outputs: 1)
      run = train(net, moons(200), epochs: 5)
      code = diagnose(run).change
      print(code[len(code)])
      run3 = train(net, moons(200), optimizer: sgd(1e-7), epochs: 20)
      print(diagnose(run3).change[1])
      """
    try Interpreter(host: host.host()).run(Source(name: "test", text: script))
    let lines = host.output.split(separator: "\n")
    #expect(
      lines.first?.contains("relu, output: sigmoid)") == true && lines.first?.contains("; run3 = train(net, ") == true)
    #expect(lines.last?.contains("; run4 = train(net, ") == true, "\(lines)")
  }
}
