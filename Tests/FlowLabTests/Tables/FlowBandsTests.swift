// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import FlowTables
import NetworkFixtures
import TestSupport
import Testing

/// Tests of `flow` with several seeds.
struct FlowBandsTests {
  /// Compares every column with a loop in the language over the same seeds: the median and the quantiles of numbers,
  /// and the most frequent state and its fraction.
  @Test(arguments: ["tanh", "relu", "softsign"], ["normal(0, 1)", "lsuv"])
  func matchesLoopInTheLanguage(_ activation: String, _ weights: String) {
    let script = """
      data = gaussian(32, 5, 4)
      fn make() = mlp([5, 7, 6, 4], \(activation), init: \(weights), bias: normal(0, 0.3))
      tables = map(1..21, fn(s) { seed(s); return flow(make(), data, loss: mae, limit: 20) })
      seed(0)
      bands = flow(make(), data, loss: mae, limit: 20, seeds: 21)
      names = columns(tables[1])
      wrong = []
      count = 0
      for layer in 1..3 {
        for name in names {
          values = map(tables, fn(t) = t[layer][name])
          count = count + 1
          if name == "state" or name == "theory_fit" {
            if values[1] != none {
              most = bands[layer][name]
              shares = map(unique(values), fn(v) = len(filter(values, fn(w) = w == v)) / 21)
              if bands[layer]["{name}_share"] != max(shares) { wrong = concat(wrong, [name]) }
              if len(filter(values, fn(w) = w == most)) / 21 != max(shares) { wrong = concat(wrong, [name]) }
            }
          } else if name == "activation" or values[1] == none {
            if bands[layer][name] != values[1] { wrong = concat(wrong, [name]) }
          } else {
            if bands[layer][name] != median(values) { wrong = concat(wrong, [name]) }
            if contains(columns(bands), "{name}_low") and name != "theory" {
              if bands[layer]["{name}_low"] != quantile(values, 0.05) { wrong = concat(wrong, [name]) }
              if bands[layer]["{name}_high"] != quantile(values, 0.95) { wrong = concat(wrong, [name]) }
              count = count + 1
            }
          }
        }
      }
      print(wrong, count, first(columns(bands), len(names)) == names |> all)
      """
    // There are 26 columns, 13 to 15 of which have quantiles: saturated, and the factor and gains of the last layer, may
    // be empty.
    #expect(transcript(script).hasPrefix("[] "), "\(transcript(script))")
    #expect(transcript(script).hasSuffix(" true\n"))
    let count = transcript(script).split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    #expect(count > 95)
  }

  /// With one seed, the network itself is measured, and the table has no further columns.
  @Test func oneSeedIsTheNetworkItself() {
    let net = "net = chain(3, tanh, width: 4); net[2].bias = [1, 2, 3, 4]; data = gaussian(9, 4, 4); "
    #expect(transcript(net + "flow(net, data)") == transcript(net + "flow(net, data, seeds: 1)"))
    #expect(transcript(net + "flow(net, data)") != transcript(net + "flow(net, data, seeds: [1])"))
    // The network of a seed is the first one that a program starting with this seed draws.
    #expect(
      transcript("seed(7); d = gaussian(9, 4, 4); seed(7); flow(chain(3, tanh, width: 4), d).grad_norm")
        == transcript("seed(7); d = gaussian(9, 4, 4); flow(chain(3, tanh, width: 4), d, seeds: [7]).grad_norm"))
  }

  /// In chains of single sigmoid neurons with weights and biases from N(0, 1), the geometric mean of |w·f'(z)| is
  /// 0.0995, and the median ratio of the gradients across seven layers is about 1.2e-7.
  @Test func sigmoidChains() throws {
    let script = """
      net = chain(8, sigmoid, init: normal(0, 1), bias: normal(0, 1))
      flow(net, gaussian(1, 1, 1), seeds: 4000) |> select(layer, log10_total, state, state_share, factor_low, factor_high)
      """
    let rows = transcript(script).split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
    let total = try #require(Double(rows[0][1]))
    // The standard error of this median is 0.025.
    #expect(abs(total - -6.92) < 0.08, "\(total)")
    // An inner layer contributes log10 0.0995 = -1.002 on average.
    let (second, seventh) = (try #require(Double(rows[1][1])), try #require(Double(rows[6][1])))
    #expect(abs((second - seventh) / 5 - -1.002) < 0.02)
    #expect(rows[0][2] == "vanishing" && Double(rows[0][3])! > 0.99)
    // The 5 % and 95 % quantiles of |w·f'(z)|: even the large values are well below 1.
    for row in rows.dropLast() { #expect(Double(row[4])! < 0.02 && Double(row[5])! < 0.5) }
  }

  @Test func resultsDoNotDependOnThreads() throws {
    var seen: Set<String> = []
    for threads in [1, 2, 3] {
      let scripted = ScriptedHost()
      let interpreter = Interpreter(host: scripted.host())
      interpreter.settings.threads = threads
      let text =
        "flow(mlp([6, 9, 9, 3], tanh, norm: batch), gaussian(40, 6, 3), seeds: 23)\n"
        + "sweep(fn(k) = flow(chain(k, relu, width: 5), seeds: 5), k: 2..5)"
      try interpreter.run(Source(name: "test", text: text))
      seen.insert(scripted.output)
    }
    #expect(seen.count == 1)
  }

  @Test(arguments: [
    ("flow(chain(3, tanh), seeds: [])", "flow needs at least one seed"),
    ("flow(chain(3, tanh), seeds: [2, 1, 2])", "seed 2 appears twice"),
    ("flow(chain(3, tanh), seeds: [1, -1])", "seeds must be whole numbers of at least 0"),
    ("flow(chain(3, tanh), seeds: 0)", "seeds"),
    ("flow(chain(300, tanh), seeds: 5000)", "5000 seeds of 300 layers are too many to keep"),
    (
      "flow(chain(3, tanh), gaussian(4, 2, 1), seeds: 3)", "the number of inputs is 2 in the data, but 1 in the network"
    ),
  ])
  func invalidArgumentsAreReported(_ script: String, _ message: String) {
    #expect(fault(script)?.message.contains(message) == true, "\(String(describing: fault(script)?.message))")
  }

  @Test func canBeInterrupted() throws {
    let scripted = ScriptedHost()
    let error = #expect(throws: Diagnostic.self) {
      try stopping(after: 50_000) {
        try Interpreter(host: scripted.host()).run(
          Source(name: "test", text: "flow(chain(4, tanh, width: 6), seeds: 100000)"))
      }
    }
    #expect(error?.code == "interrupted")
    #expect(scripted.output.isEmpty)
  }

  /// Quantiles exist for infinite numbers, and for a column that is -inf in every network.
  @Test func infiniteNumbersHaveQuantiles() {
    #expect(transcript("quantile([-inf, -inf, -inf, 0], 0.4)") == "-inf\n")
    #expect(transcript("quantile([-inf, 0], 0.5)") == "-inf\n")
    // A layer with weights of 0 passes on no gradient in any network.
    let script = "flow(sequence(3, dense(3, tanh), dense(3, tanh, init: zeros), dense(3)), seeds: 9)"
    #expect(
      transcript(script + " |> select(log10_total, log10_total_low, log10_total_high)").hasPrefix(
        "log10_total\tlog10_total_low\tlog10_total_high\n-inf\t-inf\t-inf\n"))
  }
}
