// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowMath
import FlowRuntime
import TestSupport
import Testing

@testable import FlowLab
@testable import FlowNet

/// One entry is enough to add an activation, an initializer or a command with a table: everything else follows from it.
/// The entries of this test are not in the program.
@Suite struct AdditionsTests {
  /// y = z/√(1 + p·z²), y' = (1 + p·z²)^(−3/2).
  private enum InverseRoot: Pointwise {
    @inline(__always) static func value<V: Lanes>(_ z: V, _ p: V) -> V { z / (.of(1) + p * z * z).squareRoot() }
    @inline(__always) static func slope<V: Lanes>(_ z: V, _ y: V, _ p: V) -> V {
      let r = V.of(1) / (.of(1) + p * z * z).squareRoot()
      return r * r * r
    }
  }

  private static let activation = ActivationEntry(
    InverseRoot.self, "isru", "inverse square root unit", "y = z/sqrt(1 + alpha*z^2)",
    parameters: [RecipeParameter("alpha", 1, in: 0 ... .infinity, "steepness")], steepest: 1)

  private static let initializer = InitializerEntry(
    name: "quarters", summary: "one quarter everywhere", parameters: [], source: "w = 1/4", mean: { _ in 0.25 },
    secondMoment: { _, _, _ in 0.0625 }, draw: { shape, _, _ in [Double](repeating: 0.25, count: shape.count) })

  private static let widths: [ColumnEntry<LayerOutline>] = [
    .integer("layer", ColumnMeaning.layer) { $0.layer }, .integer("width", "number of units") { $0.outputs },
  ]

  private static let command = Builtin(
    "widths", "Lists the widths of the layers.", in: .networks, [.network], gives: "a table with one row per layer",
    columns: widths.glosses(), example: "widths(chain(2, tanh))"
  ) { call in .table(widths.table(call.network("net").architecture.outline)) }

  private static let registry = Registry([
    Registry.standard.builtins.values.flatMap(\.entries),
    [
      Builtin(activation.recipe, family: .activation, in: .activations),
      Builtin(initializer.recipe, family: .initializer, in: .initializers), command,
    ],
  ])

  private func lines(_ script: String) throws -> [Substring] {
    let scripted = ScriptedHost()
    try Interpreter(host: scripted.host(), registry: Self.registry).run(Source(name: "test", text: script))
    return scripted.output.split(separator: "\n")
  }

  @Test func networksUseTheEntries() throws {
    let script = """
      net = mlp([3, 4, 4, 2], isru(2), init: quarters, bias: constant(0.5))
      show(net)
      save(net, "net.safetensors")
      show(load("net.safetensors"))
      print(net[1].activation, net[2].weight[1])
      max(gradcheck(net, gaussian(5, 3, 2)).max_error) < 1e-6
      len(theory(isru, 1, 0)) == 1
      """
    let source = "mlp([3, 4, 4, 2], isru(2), init: quarters, bias: constant(0.5))"
    #expect(
      try lines(script) == [source[...], source[...], "isru(2) [0.25, 0.25, 0.25, 0.25]", "true", "true"])
  }

  /// The gains of the flow table multiply to the factor, and the theory predicts it.
  @Test func analysesUseTheEntries() throws {
    let script = """
      t = flow(chain(4, isru, width: 300, init: lecun_normal), gaussian(64, 300, 300))
      abs(t.factor[1] / (t.weight_gain[1] * t.slope_gain[1]) - 1) < 1e-12
      abs(t.factor[1] / t.theory[1] - 1) < 0.1
      b = blame(chain(3, isru, width: 4), seeds: 1)
      contains(b.from, "isru(1)")
      r = remedies(mlp([2, 4, 1], isru), xor(16), seeds: 1, epochs: 1)
      len(r) > 10
      """
    #expect(try lines(script) == ["true", "true", "true", "true"])
  }

  @Test func helpAndCompletionListTheEntries() throws {
    let interpreter = Interpreter(host: .silent, registry: Self.registry)
    #expect(interpreter.complete("chain(3, isr", cursor: 12) == ["isru"])
    #expect(interpreter.complete("chain(3, tanh, init: quar", cursor: 25) == ["quarters"])
    #expect(interpreter.complete("width", cursor: 5).contains("widths"))
    for (name, words) in [("isru", "steepness"), ("quarters", "w = 1/4"), ("widths", "number of units")] {
      #expect(interpreter.manual.helpPage(name)?.contains(words) == true, "\(name)")
    }
  }

  @Test func commandsPrintTheirTable() throws {
    #expect(try lines("widths(mlp([3, 5, 2], tanh))") == ["layer\twidth", "1\t5", "2\t2"])
  }
}
