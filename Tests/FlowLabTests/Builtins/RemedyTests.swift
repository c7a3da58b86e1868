// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import FlowTables
import Glibc
import Synchronization
import TestSupport
import Testing

struct RemedyTests {
  private static let start = "net = mlp([2, 6, 6, 6, 1], sigmoid)"
  private static let data = "data = xor(64)"

  /// Runs a script and returns the table `t`.
  private func table(
    _ script: String, threads: Int = 2, stopReason: @escaping @Sendable () -> StopReason? = { nil },
    host: ScriptedHost = ScriptedHost()
  ) throws -> Table {
    let interpreter = Interpreter(host: host.host(stopReason: stopReason))
    interpreter.settings.threads = threads
    try interpreter.run(Source(name: "test", text: script))
    let value = interpreter.globals.first { $0.name == "t" }?.value
    guard case .table(let table)? = value else { throw Missing() }
    return table
  }

  private struct Missing: Error {}

  private func texts(_ table: Table, _ column: String) -> [String] {
    cells(table, column).map { if case .text(let text) = $0 { text } else { "" } }
  }

  private func cells(_ table: Table, _ column: String) -> [Cell] {
    (0..<table.rowCount).compactMap { table[column: column]?[$0] }
  }

  /// The numbers of a column, without missing ones.
  private func numbers(_ table: Table, _ column: String) -> [Double] {
    cells(table, column).compactMap { if case .number(let number) = $0 { number } else { nil } }
  }

  private var remedies: Table {
    get throws {
      try table(
        "\(Self.start)\n\(Self.data)\nt = remedies(net, data, seeds: [4], epochs: 2, optimizer: adam(0.01), by: loss)")
    }
  }

  /// Runs a script and then the code of each row of its table `t`, which must yield exactly what the row says.
  private func expectReproduction(_ script: String, _ call: String) throws {
    let table = try table("\(script)\nt = \(call)")
    let rows = zip(texts(table, "change"), zip(cells(table, "loss"), cells(table, "accuracy")))
    var count = 0
    for (change, (loss, accuracy)) in rows where !change.isEmpty && loss != .number(.infinity) {
      let statements = change.components(separatedBy: "; ")
      let code = (statements.dropLast() + ["t = table([\(statements.last ?? "")])"]).joined(separator: "; ")
      let again = try self.table("\(script)\n\(code)")
      #expect(again[column: "loss"]?[0] == loss, "\(change)")
      #expect(accuracy == .missing || again[column: "accuracy"]?[0] == accuracy, "\(change)")
      count += 1
    }
    #expect(count > 20)
  }

  /// The code of a row yields exactly the loss and the accuracy of the row: for a network and for a run, with data held
  /// out and with given validation data, and if data or targets are scaled.
  @Test(arguments: [
    ("\(start)\n\(data)", "remedies(net, data, seeds: [4], epochs: 5, optimizer: adam(0.01), by: loss)"),
    ("net = mlp([4, 6, 6, 3], relu)\nv = iris()", "remedies(net, take(v, 100), seeds: 3, epochs: 3, validation: v)"),
    (
      "d = dataset(map(1..80, fn(i) = i), map(1..80, fn(i) = 1000 * i))\nn = mlp([1, 8, 8, 1], tanh)",
      "remedies(n, d, seeds: [2, 5], epochs: 4)"
    ),
    (
      """
      net = sequence(4, dense(12, relu), dropout(0.3), dense(12, tanh), batchnorm(), dense(3))
      run = train(copy(net), iris(), optimizer: sgd(0.1, 0.9), clip: clip_norm(1), penalty: l2(0.01), epochs: 4);
      """, "remedies(run, seeds: 1)"
    ),
    // The variable of a run may have any name.
    ("net = train(mlp([2, 4, 1], tanh), xor(64), epochs: 2);", "remedies(net, seeds: 1, epochs: 1)"),
  ]) func codeOfRowYieldsItsResult(script: String, call: String) throws { try expectReproduction(script, call) }

  /// The unchanged network and settings start from the weights that the network has, which other runs do not change.
  @Test func unchangedStartsFromTheActualWeights() throws {
    let script = """
      net = mlp([2, 6, 1], tanh)
      net[1].weight = 0 * net[1].weight
      data = xor(64)
      t = remedies(net, data, seeds: 1, epochs: 3, validation: data, by: loss)
      """
    let table = try table(script)
    let by = try self.table("\(script); seed(1); train(net, data, epochs: 3); t = table([evaluate(net, data)])")
    let place = try #require(texts(table, "remedy").firstIndex(of: "unchanged"))
    #expect(cells(table, "loss")[place] == by[column: "loss"]?[0])
    // Zero weights are a fault that only redrawing removes.
    let draw = try #require(texts(table, "remedy").firstIndex(of: "new draw"))
    #expect(draw < place)
  }

  /// Of several layers, only the one whose weights are 0 is redrawn, and the code of the row says so.
  @Test func oneLayerIsDrawnAnew() throws {
    let script = """
      data = standardize(iris())
      net = mlp([4, 12, 12, 3], relu)
      net[2].weight = 0 * net[2].weight
      """
    let call = "remedies(net, data, seeds: 3, epochs: 8)"
    let table = try table("\(script)\nt = \(call)")
    let place = try #require(texts(table, "remedy").firstIndex(of: "new initial weights for layer 2"))
    #expect(cells(table, "helped")[place] == .boolean(true) && cells(table, "prescribed")[place] == .boolean(true))
    #expect(texts(table, "change")[place].contains("net[2].weight = draw(he_normal, shape(net[2].weight)); train("))
    try expectReproduction(script, call)
  }

  /// The code of a row cannot repeat what the arguments drew.
  @Test(arguments: [
    ("remedies(mlp([2, 1], tanh), xor(8), seeds: 1, epochs: 1)", "the arguments net and data again"),
    ("remedies(net, xor(8), seeds: 1, epochs: 1)", "the argument data again"),
    ("train(net, xor(8), epochs: 1) |> remedies(seeds: 1)", "the argument run again"),
    ("remedies(net, data, seeds: 1, epochs: 1)", nil),
  ]) func argumentsWithoutANameAreNoted(call: String, words: String?) throws {
    let host = ScriptedHost()
    _ = try table("net = mlp([2, 1], tanh)\ndata = xor(8)\nt = \(call)", host: host)
    let notes = host.notes.filter { $0.contains("the code in change") }
    #expect(words.map { notes.count == 1 && notes[0].contains($0) } ?? notes.isEmpty, "\(notes)")
  }

  /// A schedule and a large eps are undone, even if no diagnosis prescribes it.
  @Test(arguments: [
    ("schedule: decay(200, by: 0.9)", "constant rate", "train(net, parts[1], epochs: 4)"),
    ("optimizer: adam(0.01, eps: 0.001)", "smaller eps", "adam(0.01)"),
  ])
  func settingsAreUndone(setting: String, remedy: String, code: String) throws {
    let table = try table(
      "run = train(mlp([2, 4, 1], tanh), xor(64), \(setting), epochs: 4)\nt = remedies(run, seeds: 1, epochs: 4)")
    let place = try #require(texts(table, "remedy").firstIndex(of: remedy))
    let change = texts(table, "change")[place]
    #expect(change.contains(code) && !change.contains("schedule") && !change.contains("eps"), "\(change)")
  }

  /// A remedy that changes a setting tries several values and reports the best.
  @Test func settingsTakeTheBestOfSeveralValues() throws {
    let script = """
      net = mlp([4, 10, 3], tanh)
      data = iris()
      run = train(copy(net), data, optimizer: sgd(0.001, 0.99), penalty: l2(30), epochs: 5);
      t = remedies(run, seeds: 1, validation: data, by: loss)
      """
    let table = try table(script)
    /// Expects the named remedy to use the argument, of several, with which training by hand ends best.
    func expectBest(_ remedy: String, _ arguments: [String]) throws {
      let place = try #require(texts(table, "remedy").firstIndex(of: remedy))
      let losses = try arguments.map { argument in
        let all =
          (["optimizer: sgd(0.001, 0.99)", "penalty: l2(30)"].filter { $0.prefix(5) != argument.prefix(5) }) + [
            argument
          ]
        let code = "seed(1); net = run.before; train(net, data, epochs: 5, \(all.joined(separator: ", ")))"
        let by = try self.table("\(script); \(code); t = table([evaluate(net, data)])")
        return try #require(by[column: "loss"]?[0])
      }
      let own = cells(table, "loss")[place]
      let best = try #require(losses.firstIndex(of: own))
      #expect(texts(table, "change")[place].contains(arguments[best]))
      for case .number(let loss) in losses { if case .number(let own) = own { #expect(!(loss < own)) } }
    }
    try expectBest("smaller penalty", ["penalty: l2(3)", "penalty: l2(0.3)", "penalty: l2(0.03)"])
    try expectBest(
      "smaller momentum", ["optimizer: sgd(0.001, 0.9)", "optimizer: sgd(0.001, 0.5)", "optimizer: sgd(0.001)"])
    try expectBest(
      "larger rate", ["optimizer: sgd(0.01, 0.99)", "optimizer: sgd(0.1, 0.99)", "optimizer: sgd(1, 0.99)"])
  }

  /// A prescription changes the network that was given, even if other causes were found before, so that no two remedies
  /// have the same name.
  @Test func prescriptionsChangeTheGivenNetwork() throws {
    let table = try table(
      """
      x = gaussian(40, 1, 3)
      net = chain(3, sigmoid, width: 4, inputs: 1, outputs: 1, init: constant(0.1), precision: f32)
      t = remedies(net, dataset(x.inputs, map(x.inputs, fn(v) = [v[1] * 2])), seeds: 1, epochs: 1)
      """)
    let names = texts(table, "remedy")
    #expect(Set(names).count == names.count)
    let prescribed = zip(cells(table, "prescribed"), texts(table, "change")).filter { $0.0 == .boolean(true) }
    #expect(prescribed.count > 2)
    for (_, change) in prescribed where change.contains("net = ") { #expect(change.contains("f32"), "\(change)") }
  }

  /// Nothing helps against noise, and the note says so.
  @Test func nothingHelpsAgainstNoise() throws {
    let host = ScriptedHost()
    let table = try table(
      "t = remedies(mlp([6, 24, 1], tanh), gaussian(400, 6, 1), epochs: 10, optimizer: sgd(0.02))", host: host)
    #expect(cells(table, "helped").allSatisfy { $0 == .boolean(false) })
    #expect(host.notes.contains { $0.hasPrefix("no remedy helped: nothing ends clearly better than constant outputs") })
    #expect(host.notes.contains { $0.contains("held out") })
    let baseline = try #require(texts(table, "remedy").firstIndex(of: "baseline"))
    #expect(cells(table, "loss")[baseline] == cells(table, "baseline")[0])
  }

  /// The code of every row is valid: arguments that are words are written as words, and defaults are omitted.
  @Test func codeOfEveryRowRuns() throws {
    let script = "net = mlp([2, 4, 4, 1], leaky_relu(0.2), output: sigmoid)\n\(Self.data)\n"
    let table = try table("\(script)t = remedies(net, data, loss: bce(sum), seeds: 1, epochs: 1)")
    for change in texts(table, "change") where !change.isEmpty {
      #expect(change.contains("loss: bce(sum)"), "\(change)")
      #expect(fault("\(script)\(change)") == nil, "\(change)")
    }
  }

  /// Remedies that helped come first. For classes, rows are ranked by accuracy; of those with equal accuracy, the
  /// prescribed ones come first, and then those with less loss.
  @Test(arguments: [
    "\(start)\n\(data)\nt = remedies(net, data, seeds: 1, epochs: 3)",
    "run = train(mlp([4, 12, 3], tanh), standardize(iris()), optimizer: sgd(0.1, 0.99), epochs: 5, penalty: l2(1));\n"
      + "t = remedies(run)",
  ]) func classesAreRankedByAccuracy(script: String) throws {
    let table = try table(script)
    let accuracies = try #require(table[column: "accuracy"]?.numbers)
    let losses = try #require(table[column: "loss"]?.numbers)
    func rest(_ column: String, _ place: Int) -> Int { cells(table, column)[place] == .boolean(true) ? 0 : 1 }
    let places = accuracies.indices.map { (rest("helped", $0), -accuracies[$0], rest("prescribed", $0), losses[$0]) }
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 <= $1 })
  }

  /// Where the accuracy cannot get better, a remedy with which every seed has less loss helped.
  @Test func lossDecidesWhereAccuracyCannot() throws {
    let table = try table(
      """
      data = standardize(blobs(200))
      run = train(mlp([2, 16, 3], tanh), data, optimizer: sgd(0.001, 0.9), epochs: 30);
      t = remedies(run, validation: data)
      """)
    let unchanged = try #require(texts(table, "remedy").firstIndex(of: "unchanged"))
    let best = try #require(table[column: "accuracy_high"]?.numbers)[unchanged]
    let helped = (0..<unchanged).filter { cells(table, "helped")[$0] == .boolean(true) }
    let low = try #require(table[column: "accuracy_low"]?.numbers)
    let (losses, limits) = (
      try #require(table[column: "loss_high"]?.numbers), try #require(table[column: "loss_low"]?.numbers)
    )
    let byLoss = helped.filter { low[$0] <= best }
    #expect(!byLoss.isEmpty && byLoss.allSatisfy { losses[$0] < limits[unchanged] })
  }

  @Test func theBestComesFirst() throws {
    let table = try remedies
    let losses = try #require(table[column: "loss"]?.numbers)
    let helped = cells(table, "helped").count { $0 == .boolean(true) }
    #expect(cells(table, "helped").prefix(helped).allSatisfy { $0 == .boolean(true) })
    for part in [losses.prefix(helped), losses.dropFirst(helped)] { #expect(Array(part) == part.sorted()) }
    #expect(table[column: "rank"]?.numbers == (1...losses.count).map(Double.init))
    let byFactor = try self.table(
      "\(Self.start)\n\(Self.data)\nt = remedies(net, data, seeds: 2, epochs: 1, by: factor)")
    // Constant outputs come last, because they have no gradient.
    #expect(texts(byFactor, "remedy").last == "baseline")
    let factors = numbers(byFactor, "factor").map { abs(log10($0)) }
    #expect(factors == factors.sorted() && factors.count == byFactor.rowCount - 1)
    let (low, high) = (numbers(byFactor, "factor_low"), numbers(byFactor, "factor_high"))
    #expect(zip(low, high).allSatisfy { $0 <= $1 } && zip(low, high).contains { $0 < $1 })
  }

  /// Remedies that diverge come last and have an infinite loss.
  @Test func divergedRemediesComeLast() throws {
    let table = try table(
      "net = mlp([2, 6, 6, 1], relu)\nt = remedies(net, gaussian(64, 2, 1), seeds: 2, epochs: 5, optimizer: sgd(20))")
    let losses = try #require(table[column: "loss"]?.numbers)
    let diverged = numbers(table, "diverged")
    #expect(losses.last == .infinity && losses.first?.isFinite == true)
    #expect(diverged.last! > 0 && diverged.first == 0)
  }

  @Test func resultsDoNotDependOnThreads() throws {
    func text(_ threads: Int) throws -> String {
      let script = "\(Self.start)\n\(Self.data)\nt = remedies(net, data, epochs: 1)"
      let table = try table(script, threads: threads)
      return "\(table.columnNames.map { cells(table, $0).map { "\($0)" } })"
    }
    let one = try text(1)
    for threads in [2, 3] { #expect(try text(threads) == one) }
  }

  @Test func anInterruptKeepsTheRowsSoFar() throws {
    let asked = Mutex(0)
    let host = ScriptedHost()
    let table = try table(
      "\(Self.start)\n\(Self.data)\nt = remedies(net, data, epochs: 3)",
      stopReason: {
        asked.withLock { asked in
          asked += 1
          return asked > 500 ? .interrupt : nil
        }
      }, host: host)
    #expect(table.rowCount < 30 && table.rowCount > 0)
    #expect(host.notes.last?.hasPrefix("interrupted after ") == true)
  }

  @Test(arguments: [
    ("remedies(mlp([2, 3, 1], tanh), xor(8), by: \"size\")", "wrong-type"),
    ("remedies(mlp([3, 3, 1], tanh), xor(8))", "network"),
    ("remedies(mlp([2, 3, 1], tanh), xor(8), seeds: [0.5])", "out-of-range"),
    ("remedies(mlp([2, 3, 1], tanh), xor(8), seeds: [])", "out-of-range"),
    ("remedies(mlp([2, 3, 1], tanh), xor(8), seeds: [1, 1])", "duplicate-value"),
    ("remedies(mlp([2, 3, 1], tanh), xor(8), seeds: 1e9)", "too-large"),
    ("remedies(mlp([2, 3, 1], tanh), xor(8), validation: iris())", "network"),
    ("pretrain(mlp([2, 1], tanh), xor(8))", "network"),
    ("replay(train(mlp([2, 3, 1], tanh), xor(8), epochs: 1))", "network"),
    ("diagnose(mlp([3, 3, 1], tanh), xor(8))", "network"),
  ]) func invalidArgumentsAreReported(script: String, code: String) {
    #expect(fault(script)?.code == code)
  }
}
