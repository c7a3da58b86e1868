// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import FlowTables
import TestSupport
import Testing

struct BlameTests {
  private static let data = "d = gaussian(64, 8, 4)\n"

  /// Runs a script and returns the table `t`.
  private func table(_ script: String, threads: Int = 2) throws -> Table {
    let interpreter = Interpreter(host: ScriptedHost().host())
    interpreter.settings.threads = threads
    try interpreter.run(Source(name: "test", text: Self.data + script))
    let value = interpreter.globals.first { $0.name == "t" }?.value
    guard case .table(let table)? = value else { throw Missing() }
    return table
  }

  private struct Missing: Error {}

  private func cells(_ table: Table, _ column: String) -> [Cell] {
    (0..<table.rowCount).compactMap { table[column: column]?[$0] }
  }

  private func texts(_ table: Table, _ column: String) -> [String] {
    cells(table, column).map { if case .text(let text) = $0 { text } else { "" } }
  }

  private func numbers(_ table: Table, _ column: String) -> [Double] {
    cells(table, column).map { if case .number(let number) = $0 { number } else { .nan } }
  }

  /// The rows as `ingredient from -> to`.
  private func exchanges(_ table: Table) -> [String] {
    zip(texts(table, "ingredient"), zip(texts(table, "from"), texts(table, "to"))).map { "\($0) \($1.0) -> \($1.1)" }
  }

  private func number(_ table: Table, _ column: String, _ exchange: String) throws -> Double {
    numbers(table, column)[try #require(exchanges(table).firstIndex(of: exchange), "\(exchanges(table))")]
  }

  /// In a deep sigmoid network, removing the activation explains almost all of the change of the gradient.
  @Test(arguments: [false, true]) func theActivationIsNamed(_ fresh: Bool) throws {
    let table = try table("t = blame(mlp([8, 30, 30, 30, 30, 30, 4], sigmoid), d, fresh: \(fresh))")
    #expect(texts(table, "ingredient").first == "none")
    #expect(try number(table, "explained", "activation sigmoid -> identity") > 0.9)
    #expect(abs(try number(table, "explained", "initializer xavier_uniform -> orthogonal")) < 0.1)
    #expect(try number(table, "explained", "norm none -> batch") > 0.8)
    // With three transitions between layers instead of five, three fifths of log10_total remain.
    #expect(abs(try number(table, "explained", "depth 6 -> 4") - 0.4) < 0.1)
  }

  /// The first row is the given network with its current weights. Comparing it with the row of redrawn networks shows
  /// the effect of these weights.
  @Test func theNetworkItselfIsMeasured() throws {
    let script = "net = mlp([8, 30, 30, 4], tanh); net[2].weight = map(net[2].weight, fn(row) = 100 * row)\n"
    let table = try table(script + "t = blame(net, d)")
    let own = try self.table(script + "t = flow(net, d)")
    let total = numbers(table, "log10_total")
    #expect(total[0] == numbers(own, "log10_total")[0])
    #expect(abs(try number(table, "log10_total", "draw as it is -> redrawn")) < abs(total[0]) - 0.1)
  }

  /// Ingredients that the network has are replaced or removed, others are added, and `from` names the original.
  @Test(arguments: [
    (
      "mlp([8, 6, 6, 4], tanh)", ["norm none -> batch", "norm none -> layer", "skip false -> true"],
      ["bias", "dropout"]
    ),
    (
      "mlp([8, 6, 6, 4], tanh, norm: batch, skip: 0.5, bias: constant(1))",
      ["norm batch -> none", "norm batch -> layer", "skip 0.5 -> false", "bias constant(1) -> zeros"],
      ["dropout", "norm none", "skip false"]
    ),
    (
      "sequence(8, dense(8, tanh), rmsnorm(), residual(dense(8, relu), dropout(0.3)), dense(4), dropout(0.2))",
      [
        "norm rmsnorm -> none", "norm none -> layer", "skip true -> false", "skip false -> true",
        "dropout 0.3, 0.2 -> 0", "activation tanh, relu -> sigmoid", "activation tanh -> relu",
      ], ["bias"]
    ),
    ("mlp([8, 6, 6, 4], tanh, bias: false)", ["norm none -> batch"], ["bias"]),
    ("chain(4, relu, width: 8, outputs: 4, norm: layer)", ["norm layer -> none", "depth 4 -> 2"], ["norm none"]),
  ])
  func bothDirections(_ network: String, _ expected: [String], _ missing: [String]) throws {
    for fresh in [false, true] {
      let rows = exchanges(try table("t = blame(\(network), d, seeds: 1, fresh: \(fresh))"))
      for exchange in expected { #expect(rows.contains(exchange), "\(exchange) is not among \(rows)") }
      for ingredient in missing { #expect(!rows.contains { $0.hasPrefix(ingredient) }, "\(rows)") }
    }
  }

  /// Trained weights and biases no longer come from their initializers.
  @Test func trainedParametersAreAsTheyAre() throws {
    let script = "net = mlp([8, 6, 6, 4], tanh, bias: zeros)\ntrain(net, d, epochs: 1);\n"
    let rows = exchanges(try table(script + "t = blame(net, d, seeds: 1)"))
    #expect(rows.contains("bias as it is -> zeros") && rows.contains("initializer as it is -> he_normal"))
    // The initial biases are zeros already.
    #expect(!exchanges(try table(script + "t = blame(net, d, seeds: 1, fresh: true)")).contains { $0.contains("bias") })
  }

  /// A replacement in place measures the same as a network that is built by hand with the same parameters.
  @Test(arguments: [
    ("activation tanh -> relu", "relu, norm: batch, skip: true, bias: normal(0, 1)", "all"),
    ("norm batch -> none", "tanh, skip: true, bias: normal(0, 1)", "plain"),
    ("norm batch -> layer", "tanh, norm: layer, skip: true, bias: normal(0, 1)", "all"),
    ("skip true -> false", "tanh, norm: batch, bias: normal(0, 1)", "all"),
    ("bias as it is -> zeros", "tanh, norm: batch, skip: true", "unbiased"),
    ("depth 6 -> 4", "tanh, norm: batch, skip: true, bias: normal(0, 1)", "half"),
  ])
  func exchangesAgreeWithNetworksBuiltByHand(_ exchange: String, _ arguments: String, _ copied: String) throws {
    let script = """
      net = mlp([8, 8, 8, 8, 8, 8, 4], tanh, norm: batch, skip: true, bias: normal(0, 1))
      train(net, d, epochs: 3);
      rows = \(copied == "half" ? "[1, 3, 5, 6]" : "1..6")
      other = mlp(\(copied == "half" ? "[8, 8, 8, 8, 4]" : "[8, 8, 8, 8, 8, 8, 4]"), \(arguments))
      for i in 1..len(rows) {
        other[i].weight = net[rows[i]].weight
        \(copied == "unbiased" ? "" : "other[i].bias = net[rows[i]].bias")
        if \(copied != "plain") and i < len(rows) {
          other[i].scale = net[rows[i]].scale
          other[i].shift = net[rows[i]].shift
        }
      }

      """
    let blamed = try table(script + "t = blame(net, d, seeds: 1)")
    let byHand = numbers(try table(script + "t = flow(other, d)"), "log10_total")[0]
    #expect(try number(blamed, "log10_total", exchange) == byHand)
    #expect(byHand != numbers(blamed, "log10_total")[0])
  }

  /// Layers of a sequence with projections and loose normalisations keep all parameters that stay.
  @Test func looseParametersAreKept() throws {
    let own = "net = sequence(8, layernorm(), dense(8, tanh), residual(dense(12, tanh)), dense(4))\n"
    let blamed = try table(own + "t = blame(net, d, seeds: [3])")
    let other = try table(own + "t = blame(net, d, seeds: [4])")
    // The weights of the projection do not depend on the seed either.
    for exchange in ["norm layer -> none", "activation tanh -> relu", "norm none -> batch"] {
      #expect(try number(blamed, "log10_total", exchange) == number(other, "log10_total", exchange))
    }
  }

  /// In place, seeds matter only where something is drawn.
  @Test func seedsMatterWhereSomethingIsDrawn() throws {
    let net = "net = mlp([8, 12, 12, 4], sigmoid, bias: constant(0.1))\n"
    let inPlace = try table(net + "t = blame(net, d, seeds: 3)")
    let low = numbers(inPlace, "factor_low")
    let high = numbers(inPlace, "factor_high")
    for (row, ingredient) in texts(inPlace, "ingredient").enumerated() {
      let isDrawn = ["draw", "initializer"].contains(ingredient)
      #expect(isDrawn == (low[row] < high[row]), "\(ingredient)")
    }
    let fresh = try table(net + "t = blame(net, d, seeds: 3, fresh: true)")
    for (row, low) in numbers(fresh, "factor_low").enumerated().dropFirst() {
      #expect(low < numbers(fresh, "factor_high")[row])
    }
  }

  /// With `fresh`, a row measures the network that its code builds after `seed`.
  @Test func freshNetworksAreThoseOfTheCode() throws {
    let net = "net = mlp([8, 12, 12, 4], sigmoid, bias: normal(0, 1))\n"
    let table = try table(net + "t = blame(net, d, seeds: [4], fresh: true)")
    let totals = numbers(table, "log10_total")
    for (row, code) in texts(table, "change").enumerated().dropFirst() {
      let own = try self.table("seed(4)\nt = flow(\(code), d)")
      #expect(numbers(own, "log10_total")[0] == totals[row], "\(code)")
    }
  }

  /// The network itself does not change, and threads make no difference.
  @Test func theNetworkStaysAsItIs() throws {
    let script = "net = mlp([8, 12, 12, 4], tanh, init: lsuv)\nflow(net, d);\nbefore = predict(net, d)\n"
    #expect(
      transcript(Self.data + script + "blame(net, d);\nprint(str(predict(net, d)) == str(before))") == "true\n")
    func text(_ threads: Int) throws -> String {
      let table = try table(script + "t = blame(net, d)", threads: threads)
      return "\(table.columnNames.map { cells(table, $0).map { "\($0)" } })"
    }
    #expect(try text(1) == text(3))
  }

  @Test(arguments: [
    ("blame(mlp([2, 3, 1], tanh), seeds: [])", "out-of-range"),
    ("blame(mlp([2, 3, 1], tanh), seeds: 1e9)", "too-large"),
    ("blame(mlp([2, 3, 1], tanh), fresh: 1)", "wrong-type"), ("blame(mlp([3, 3, 1], tanh), xor(8))", "network"),
  ]) func invalidArgumentsAreReported(script: String, code: String) {
    #expect(fault(script)?.code == code)
  }
}
