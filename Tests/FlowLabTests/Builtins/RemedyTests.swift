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

  private var remedies: Table {
    get throws {
      try table(
        "\(Self.start)\n\(Self.data)\nt = remedies(net, data, seeds: [4], epochs: 2, optimizer: adam(0.01), by: loss)")
    }
  }

  /// The code of a row yields exactly the loss of the row, with the same seed.
  @Test func codeOfRowYieldsItsLoss() throws {
    let table = try remedies
    let changes = texts(table, "change")
    let losses = try #require(table[column: "loss"]?.numbers)
    #expect(table.rowCount > 20 && changes.filter(\.isEmpty).count == 1)
    for (change, loss) in zip(changes, losses) where !change.contains("pretrain") {
      let network = change.contains("net = ") ? "" : Self.start
      let train = change.contains("train(") ? "" : "train(net, data, optimizer: adam(0.01), epochs: 2)"
      // Generating the data first does not affect the numbers drawn after `seed(4)`.
      let script = """
        \(Self.data)
        seed(4)
        \(network)
        \(change)
        \(train);
        t = table([evaluate(net, data)])
        """
      #expect(try self.table(script)[column: "loss"]?.numbers == [loss], "\(change)")
    }
  }

  /// The code of every row is valid: arguments that are words are written as words, and defaults are omitted.
  @Test func codeOfEveryRowRuns() throws {
    let script = "net = mlp([2, 4, 4, 1], leaky_relu(0.2), output: sigmoid)\n\(Self.data)\n"
    let table = try table("\(script)t = remedies(net, data, loss: bce(sum), seeds: 1, epochs: 1)")
    for change in texts(table, "change") where !change.isEmpty {
      #expect(change.contains("loss: bce(sum)") || !change.split(separator: " ").contains { $0.hasPrefix("train(") })
      #expect(fault("\(script)\(change)") == nil, "\(change)")
    }
  }

  /// For classes, rows are ranked by accuracy, and rows of equal accuracy by loss.
  @Test func classesAreRankedByAccuracy() throws {
    let table = try table("\(Self.start)\n\(Self.data)\nt = remedies(net, data, seeds: 1, epochs: 3)")
    let accuracies = try #require(table[column: "accuracy"]?.numbers)
    let losses = try #require(table[column: "loss"]?.numbers)
    for place in 1..<accuracies.count {
      #expect((-accuracies[place - 1], losses[place - 1]) <= (-accuracies[place], losses[place]))
    }
  }

  @Test func theBestComesFirst() throws {
    let losses = try #require(try remedies[column: "loss"]?.numbers)
    #expect(losses == losses.sorted())
    #expect(try remedies[column: "rank"]?.numbers == (1...losses.count).map(Double.init))
    let byFactor = try table(
      "\(Self.start)\n\(Self.data)\nt = remedies(net, data, seeds: 2, epochs: 1, by: factor)")
    let factors = try #require(byFactor[column: "factor"]?.numbers).map { abs(log10($0)) }
    #expect(factors == factors.sorted())
    let low = try #require(byFactor[column: "factor_low"]?.numbers)
    let high = try #require(byFactor[column: "factor_high"]?.numbers)
    #expect(zip(low, high).allSatisfy { $0 <= $1 } && zip(low, high).contains { $0 < $1 })
  }

  /// Remedies that diverge come last and have an infinite loss.
  @Test func divergedRemediesComeLast() throws {
    let table = try table(
      "net = mlp([2, 6, 6, 1], relu)\nt = remedies(net, gaussian(64, 2, 1), seeds: 2, epochs: 5, optimizer: sgd(20))")
    let losses = try #require(table[column: "loss"]?.numbers)
    let diverged = try #require(table[column: "diverged"]?.numbers)
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

  /// In a deep sigmoid network, removing the activation explains almost all of the change of the gradient.
  @Test func blameNamesTheActivation() throws {
    let table = try table("t = blame(mlp([8, 30, 30, 30, 30, 30, 4], sigmoid), gaussian(64, 8, 4))")
    let ingredients = texts(table, "ingredient")
    #expect(
      ingredients.first == "none" && Set(ingredients).isSuperset(of: ["activation", "initializer", "norm", "skip"]))
    let explained = cells(table, "explained")
    let places = zip(ingredients, texts(table, "to")).map { "\($0) \($1)" }
    func share(_ place: String) throws -> Double {
      guard case .number(let share) = explained[try #require(places.firstIndex(of: place))] else { return .nan }
      return share
    }
    #expect(try share("activation identity") > 0.9)
    #expect(abs(try share("initializer orthogonal")) < 0.1)
    #expect(try share("norm batch") > 0.8)
    // With three transitions between layers instead of five, three fifths of log10_total remain.
    #expect(abs(try share("depth 4") - 0.4) < 0.1)
  }

  /// The first row is the given network with its current weights. Comparing it with the row of redrawn networks shows
  /// the effect of these weights.
  @Test func blameMeasuresTheNetworkItself() throws {
    let script =
      "net = mlp([8, 30, 30, 4], tanh); net[2].weight = map(net[2].weight, fn(row) = 100 * row); d = gaussian(64, 8, 4)\n"
    let table = try table(script + "t = blame(net, d)")
    let own = try self.table(script + "t = flow(net, d)")
    func number(_ cells: [Cell], _ row: Int) -> Double {
      guard case .number(let number) = cells[row] else { return .nan }
      return number
    }
    let total = cells(table, "log10_total")
    #expect(number(total, 0) == number(cells(own, "log10_total"), 0))
    let drawn = try #require(texts(table, "ingredient").firstIndex(of: "draw"))
    #expect(abs(number(total, drawn)) < abs(number(total, 0)) - 0.1)
  }

  @Test(arguments: [
    ("remedies(mlp([2, 3, 1], tanh), xor(8), by: \"size\")", "wrong-type"),
    ("remedies(mlp([3, 3, 1], tanh), xor(8))", "network"),
    ("remedies(mlp([2, 3, 1], tanh), xor(8), seeds: [0.5])", "out-of-range"),
    ("remedies(mlp([2, 3, 1], tanh), xor(8), seeds: [])", "out-of-range"),
    ("remedies(mlp([2, 3, 1], tanh), xor(8), seeds: 1e9)", "too-large"),
    ("remedies(mlp([2, 3, 1], tanh), xor(8), validation: iris())", "network"),
    ("blame(mlp([2, 3, 1], tanh), seeds: [])", "out-of-range"),
    ("pretrain(mlp([2, 1], tanh), xor(8))", "network"),
    ("replay(train(mlp([2, 3, 1], tanh), xor(8), epochs: 1))", "network"),
    ("diagnose(mlp([3, 3, 1], tanh), xor(8))", "network"),
  ]) func invalidArgumentsAreReported(script: String, code: String) {
    #expect(fault(script)?.code == code)
  }
}
