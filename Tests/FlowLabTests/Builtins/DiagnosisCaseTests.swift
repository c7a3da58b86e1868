// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import FlowTables
import Foundation
import TestSupport
import Testing

/// The scripts in `Cases`, each of which makes a network with one fault, and mostly trains it.
@Suite struct DiagnosisCaseTests {
  /// The diagnosis that is expected for a script.
  struct Case: Sendable, CustomStringConvertible {
    let script: String
    /// Whether the run is examined instead of the network.
    let isRun: Bool
    /// The possible symptoms, the beginning of the cause and the layer of each row; no rows for a healthy network.
    let rows: [(symptoms: [String], cause: String, layer: Int?)]
    /// Words that must be among the first three remedies.
    let remedies: [String]

    var description: String { "\(script) \(isRun ? "run" : "net")" }

    static func net(
      _ script: String, _ symptom: String, _ cause: String, _ layer: Int? = nil, _ remedies: String...
    ) -> Case {
      Case(script: script, isRun: false, rows: [([symptom], cause, layer)], remedies: remedies)
    }

    static func run(
      _ script: String, _ symptoms: String, _ cause: String, _ layer: Int? = nil, _ remedies: String...
    ) -> Case {
      Case(
        script: script, isRun: true, rows: [(symptoms.split(separator: " ").map(String.init), cause, layer)],
        remedies: remedies)
    }

    static func healthy(_ script: String, isRun: Bool = false) -> Case {
      Case(script: script, isRun: isRun, rows: [], remedies: [])
    }
  }

  static let cases: [Case] = [
    .net("01_pixels", "scale", "data", nil, "standardize inputs"),
    .run("01_pixels", "scale", "data", nil, "standardize inputs"),
    .net("02_prices", "scale", "data", nil, "scale targets"), .run("02_prices", "scale", "data", nil, "scale targets"),
    Case(
      script: "03_quartic", isRun: false, rows: [(["scale"], "data", 1), (["scale"], "data", nil)],
      remedies: ["standardize inputs"]),
    .net("04_output", "pairing", "pairing", 2, "identity output"),
    .run("04_output", "pairing", "pairing", 2, "identity output"),
    .net("06_copies", "symmetric", "symmetry", 1, "a random start"),
    .run("06_copies", "symmetric", "symmetry", 1, "a random start"),
    .net("07_one_bias", "dead", "bias", 3, "bias of layer 3"),
    .run("07_one_bias", "dead", "bias", 3, "bias of layer 3"),
    .net("08_one_weight", "vanishing", "weights", 2, "new initial weights for layer 2"),
    .net("09_too_small", "vanishing", "weights", 1, "he_normal", "batch normalisation"),
    .run("09_too_small", "vanishing", "weights", 1, "he_normal", "batch normalisation"),
    .run("11_clip", "stalled", "clip", nil, "no clip, or a larger limit"),
    .run("12_momentum", "dead jumping oscillating overflow", "momentum", nil, "smaller momentum"),
    .run("13_dropout", "stalled", "dropout", nil, "no dropout"),
    .run("14_penalty", "stalled", "penalty", nil, "smaller penalty"),
    .net("15_shortcuts", "exploding", "depth", 1, "batch normalisation", "scaled branches"),
    .healthy("16_healthy_wide"), .healthy("17_healthy_spikes"), .healthy("17_healthy_spikes", isRun: true),
    .healthy("18_noise"),
  ]

  /// Runs a case and then `call`, which assigns a table to `t`, and returns the table.
  static func table(_ script: String, isRun: Bool, _ call: String) throws -> Table {
    let folder = try #require(Bundle.module.url(forResource: "Cases", withExtension: nil))
    let lines = try String(contentsOf: folder.appending(path: "\(script).gf"), encoding: .utf8).split(separator: "\n")
    // Only a run needs the training.
    let text = lines.filter { isRun || !$0.hasPrefix("run = ") }.joined(separator: "\n")
    let host = ScriptedHost()
    for name in ["pixels.csv", "prices.csv", "quartic.csv", "marks.csv"] {
      let bytes = try Data(contentsOf: folder.appending(path: name))
      host.state.withLock { $0.files[name] = Array(bytes) }
    }
    let interpreter = Interpreter(host: host.host())
    try interpreter.run(Source(name: script, text: "\(text)\n\(call)"))
    guard case .table(let table)? = interpreter.globals.first(where: { $0.name == "t" })?.value else {
      throw Missing()
    }
    return table
  }

  private struct Missing: Error {}

  private func texts(_ table: Table, _ column: String) -> [String] {
    (0..<table.rowCount).map { row in
      switch table[column: column]?[row] {
      case .text(let text): text
      case .number(let number): "\(Int(number))"
      default: ""
      }
    }
  }

  @Test(arguments: cases)
  func verdict(_ own: Case) throws {
    let table = try Self.table(
      own.script, isRun: own.isRun, own.isRun ? "t = diagnose(run)" : "t = diagnose(net, data)")
    let (symptoms, causes, layers) = (texts(table, "symptom"), texts(table, "cause"), texts(table, "layer"))
    #expect(symptoms.count == own.rows.count, "\(symptoms), \(causes)")
    for (index, row) in own.rows.enumerated() where index < symptoms.count {
      #expect(row.symptoms.contains(symptoms[index]))
      #expect(causes[index].hasPrefix("\(row.cause):"))
      if let layer = row.layer { #expect(layers[index] == "\(layer)") }
    }
    let remedies = texts(table, "remedy").first?.split(separator: "; ").prefix(3).joined(separator: "; ") ?? ""
    for remedy in own.remedies { #expect(remedies.contains(remedy), "\(remedies)") }
    #expect(texts(table, "helped_by").allSatisfy { !$0.isEmpty })
  }

  /// Noise cannot be learned: at most the model or the data are to blame.
  @Test func noiseIsNoFault() throws {
    let table = try Self.table("18_noise", isRun: true, "t = diagnose(run)")
    let causes = texts(table, "cause")
    #expect(causes.allSatisfy { $0.hasPrefix("model:") || $0.hasPrefix("data:") })
  }

  /// The code of the first remedy removes the cause from the network.
  @Test(arguments: cases.filter { !$0.isRun && !$0.rows.isEmpty && $0.rows[0].cause != "data" })
  func changeRemovesTheCause(_ own: Case) throws {
    let change = try #require(
      texts(try Self.table(own.script, isRun: false, "t = diagnose(net, data)"), "change").first)
    #expect(!change.isEmpty)
    let after = try Self.table(own.script, isRun: false, "\(change)\nt = diagnose(net, data)")
    #expect(texts(after, "cause").allSatisfy { !$0.hasPrefix("\(own.rows[0].cause):") }, "\(change)")
  }

  /// The code for a run only needs the variable of the run, whatever its name is and wherever network and data came from.
  @Test(arguments: ["r", "net", "data"])
  func codeForRunsNeedsOnlyTheRun(name: String) throws {
    let trainings = [
      "train(mlp([3, 8, 1], tanh), scale(teacher(mlp([3, 8, 1], tanh), 100), inputs: 1000))",
      "train(mlp([3, 8, 1], tanh), scale(teacher(mlp([3, 8, 1], tanh), 100), targets: 5000))",
      "train(mlp([2, 8, 8, 1], relu, init: constant(0.1)), moons(100), epochs: 20)",
      "train(mlp([2, 8, 1], tanh), moons(100), optimizer: sgd(1e-6))",
      "train(mlp([2, 8, 1], tanh), moons(100), penalty: l2(10), epochs: 20)",
      "train(seeded, moons(100), epochs: 5)",
    ]
    for training in trainings {
      let script = """
        seeded = mlp([2, 8, 8, 1], relu)
        seeded[1].bias = map(seeded[1].bias, fn(b) = -100)
        \(name) = \(training);
        t = diagnose(\(name))
        """
      func change(_ more: String) throws -> String {
        let interpreter = Interpreter(host: ScriptedHost().host())
        try interpreter.run(Source(name: "names", text: script + more))
        guard case .table(let table)? = interpreter.globals.first(where: { $0.name == "t" })?.value else {
          throw Missing()
        }
        return texts(table, "change").first ?? ""
      }
      let code = try change("")
      #expect(code.contains(training.contains("constant") ? "mlp(" : name), "\(training)")
      _ = try change("\n\(code)")
    }
  }

  /// Short scripts, each with the beginning of the cause of its first row; nil for a healthy network.
  static let shortScripts: [(script: String, cause: String?)] = [
    ("data = moons(200); seed(1); net = mlp([2, 16, 1], relu); net[1].bias = map(net[1].bias, fn(b) = 100)", "bias"),
    (
      "data = moons(200); seed(1); net = mlp([2, 16, 1], relu); net[1].bias = map(net[1].bias, fn(b) = 100); "
        + "run = train(net, data)", "bias"
    ),
    ("data = iris(); net = mlp([4, 20, 20, 3], elu); net[2].weight = net[2].weight * 100", "weights"),
    // Without standardized inputs, more than half of the units of some layer stay dead in any draw.
    ("data = iris(); net = mlp([4, 16, 16, 3], relu); net[1].bias = map(net[1].bias, fn(b) = -100)", "bias"),
    ("data = moons(200); net = mlp([2, 16, 16, 16, 1], tanh); net[2].weight = 0 * net[2].weight", "weights"),
    (
      "data = standardize(iris()); net = mlp([4, 7, 7, 7, 3], selu); for i in 1..4 { net[i].weight = net[i].weight * 5 }; "
        + "run = train(net, data, optimizer: adam(0.001), epochs: 20)", "weights"
    ),
    (
      "data = teacher(mlp([3, 8, 1], tanh, init: normal(0, 1)), 200); seed(1); net = mlp([3, 16, 1], tanh); "
        + "run = train(net, data, epochs: 20, penalty: l2(1))", "penalty"
    ),
    (
      "data = teacher(mlp([3, 8, 1], tanh, init: normal(0, 1)), 200); net = mlp([3, 24, 24, 1], relu, norm: layer); "
        + "run = train(net, data, optimizer: sgd(0.01, momentum: 0.999))", "momentum"
    ),
    (
      "data = blobs(200); seed(1); "
        + "net = sequence(2, dense(12, relu), dropout(0.97), dense(12, relu), dropout(0.97), dense(3)); "
        + "run = train(net, data, epochs: 20)", "dropout"
    ),
    (
      "data = blobs(200); seed(1); net = mlp([2, 16, 16, 3], selu); net[2].bias = map(net[2].bias, fn(b) = -10)", "bias"
    ),
    (
      "data = moons(200); net = sequence(2, dense(24), rmsnorm(), relu, dense(1), init: he_normal); "
        + "net[1].bias = map(net[1].bias, fn(b) = -10)", "bias"
    ),
    (
      "data = teacher(mlp([3, 8, 1], tanh, init: normal(0, 1)), 200); seed(1); net = mlp([3, 24, 24, 24, 1], tanh); "
        + "for i in 1..4 { net[i].weight = net[i].weight * 0.1 }; "
        + "run = train(net, data, optimizer: adam(0.001), epochs: 10)", "weights"
    ),
    (
      "data = moons(200); seed(1); net = mlp([2, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 1], relu)",
      nil
    ),
    (
      "data = circles(200); seed(1); net = mlp([2, 32, 32, 1], relu); net[1].weight = net[1].weight * 0.001; "
        + "run = train(net, data, epochs: 30)", "weights"
    ),
    (
      "data = teacher(mlp([3, 8, 1], tanh, init: normal(0, 1)), 300); seed(1); net = mlp([3, 16, 16, 16, 1], elu); "
        + "net[3].bias = map(net[3].bias, fn(b) = -10); run = train(net, data, optimizer: sgd(0.02))", "bias"
    ),
    (
      "data = circles(200); seed(1); net = mlp([2, 16, 1], tanh); run = train(net, data, epochs: 30, "
        + "clip: clip_norm(1e-6))", "clip"
    ),
    // The last activation of a chain leaves almost all of the range of a logit.
    (
      "data = moons(200); seed(1); net = chain(3, elu, width: 16, inputs: 2, outputs: 1); "
        + "run = train(net, data, epochs: 20)", nil
    ),
    ("data = sine(200); seed(1); net = mlp([1, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 1], selu, norm: batch)", nil),
    (
      "data = moons(200); seed(1); net = mlp([2, 16, 1], tanh); "
        + "run = train(net, data, optimizer: adam(1e-5), epochs: 20)", "rate"
    ),
    (
      "data = moons(200); seed(1); net = mlp([2, 16, 16, 1], relu, norm: layer); net[2].weight = net[2].weight * 30",
      "weights"
    ),
    (
      "data = moons(200); seed(1); net = mlp([2, 16, 1], relu, norm: batch, precision: f32); "
        + "net[1].weight = net[1].weight * 1e20", "weights"
    ),
  ]

  @Test(arguments: shortScripts)
  func shortScript(_ script: String, _ cause: String?) throws {
    let interpreter = Interpreter(host: ScriptedHost().host())
    let call = script.contains("run = ") ? "t = diagnose(run)" : "t = diagnose(net, data)"
    let text = "\(script)\n\(call)".replacing("; ", with: "\n")
    try interpreter.run(Source(name: "short", text: text))
    guard case .table(let table)? = interpreter.globals.first(where: { $0.name == "t" })?.value else { throw Missing() }
    let causes = texts(table, "cause")
    #expect(cause.map { causes.first?.hasPrefix("\($0):") ?? false } ?? causes.isEmpty, "\(causes)")
  }

  /// Applying all changes one after the other keeps what each of them achieves, and the first alone is enough for the
  /// first problem.
  @Test(arguments: ["r = train(net, d, epochs: 5)\nt = diagnose(r)", "t = diagnose(net, d)"])
  func changesOfDataAddUp(_ code: String) throws {
    let script = """
      d = dataset(map(1..60, fn(i) = [i * 1000, i^2 % 77]), map(1..60, fn(i) = i * i * 9))
      net = mlp([2, 16, 1], relu)
      \(code)
      for c in t.change { print(c) }
      """
    let host = ScriptedHost()
    try Interpreter(host: host.host()).run(Source(name: "test", text: script))
    let changes = host.output.split(separator: "\n").map(String.init)
    #expect(changes.count == 2 && changes[0].contains("= standardize(") && changes[1].contains("targets: standard"))
    let variable = code.hasPrefix("r") ? "data" : "d"
    for applied in [[changes[0], changes[1]], [changes[1]]] {
      let again = ScriptedHost()
      let end = "print(len(diagnose(mlp([2, 16, 1], relu), \(variable))))"
      try Interpreter(host: again.host()).run(
        Source(name: "test", text: ([script] + applied + [end]).joined(separator: "\n")))
      let isComplete = applied.count == 2 || code.hasPrefix("r")
      #expect(again.output.hasSuffix(isComplete ? "\n0\n" : "\n1\n"), "\(applied): \(again.output)")
    }
  }

  /// The last change contains the earlier ones: the network trains with it.
  @Test(arguments: [
    "net = mlp([4, 16, 16, 16, 16, 16, 16, 3], tanh, init: normal(0, 0.02), output: relu)",
    "net = mlp([4, 16, 16, 16, 3], relu, output: relu); net[2].bias = map(net[2].bias, fn(b) = -100)",
    "net = mlp([4, 16, 16, 16, 16, 3], relu); net[2].bias = map(net[2].bias, fn(b) = -100); "
      + "net[4].weight = net[4].weight * 0.0001",
  ])
  func lastChangeIsComplete(network: String) throws {
    let script = """
      d = standardize(iris())
      \(network.replacing("; ", with: "\n"))
      r = train(net, d, optimizer: adam(0.01), epochs: 10)
      q = diagnose(r)
      """
    let host = ScriptedHost()
    try Interpreter(host: host.host()).run(Source(name: "test", text: script + "\nfor c in q.change { print(c) }"))
    let changes = host.output.split(separator: "\n").map(String.init)
    #expect(changes.count == 2, "\(changes)")
    let again = ScriptedHost()
    let end = "train(net, d, optimizer: adam(0.01), epochs: 10);\nprint(evaluate(net, d).loss < 0.4)"
    try Interpreter(host: again.host()).run(
      Source(name: "test", text: [script, changes.last ?? "", end].joined(separator: "\n")))
    #expect(again.output == "true\n", "\(changes)")
  }

  /// The changes of a run assign the variable of the network that was trained.
  @Test(arguments: [
    ("model = mlp([2, 8, 1], tanh); r = train(model, d, optimizer: sgd(1e-7))", "model = r.before; r2 = train(model, "),
    ("r = train(mlp([2, 8, 1], tanh), d, optimizer: sgd(1e-7))", "net = r.before; r2 = train(net, "),
    ("r2 = mlp([2, 8, 1], tanh); r = train(r2, d, optimizer: sgd(1e-7))", "r2 = r.before; r3 = train(r2, "),
    (
      "r = train(chain(30, sigmoid, width: 2), d)", "net = mlp(["
    ),
    ("r = mlp([2, 8, 1], tanh); r = train(r, d, optimizer: sgd(1e-7))", "net = r.before; r2 = train(net, "),
  ])
  func changesNameTheNetwork(code: String, change: String) throws {
    let host = ScriptedHost()
    let script = "d = xor(64)\n\(code)\nprint(diagnose(r).change[1])"
    try Interpreter(host: host.host()).run(Source(name: "test", text: script))
    #expect(host.output.hasPrefix(change) && host.output.contains(" = train("), "\(host.output)")
  }
}
