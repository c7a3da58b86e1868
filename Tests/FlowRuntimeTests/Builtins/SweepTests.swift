// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import Synchronization
import TestSupport
import Testing

struct SweepTests {
  @Test func theFirstAxisChangesSlowestAndTheSeedFastest() {
    #expect(
      transcript("sweep(fn(a, b) = 10 * a + b, b: 1..2, a: [3, 4], seeds: 2)") == """
        a\tb\tseed\tvalue
        3\t1\t1\t31
        3\t1\t2\t31
        3\t2\t1\t32
        3\t2\t2\t32
        4\t1\t1\t41
        4\t1\t2\t41
        4\t2\t1\t42
        4\t2\t2\t42

        """)
  }

  @Test(arguments: [
    // A single value is an axis of one value; a parameter with a default needs no axis.
    ("sweep(fn(x, y: 7) = x + y, x: 1)", "x\tseed\tvalue\n1\t1\t8\n"),
    ("sweep(fn() = true)", "seed\tvalue\n1\ttrue\n"),
    ("sweep(fn(x) = none, x: 1..2)", "x\tseed\tvalue\n1\t1\t\n2\t1\t\n"),
    ("sweep(fn(x) = \"<{x}>\", x: [\"a\", \"b\"])", "x\tseed\tvalue\na\t1\t<a>\nb\t1\t<b>\n"),
    ("sweep(fn(x) = x, x: [], seeds: 3)", "x\tseed\n"),
    // Choices appear as their source, both as axes and as values.
    (
      "sweep(fn(init) = init, init: [normal(0, 2), zeros])",
      "init\tseed\tvalue\nnormal(0, 2)\t1\tnormal(0, 2)\nzeros\t1\tzeros\n"
    ),
    ("sweep(fn(sizes) = len(sizes), sizes: [[1, 2], [3]])", "sizes\tseed\tvalue\n[1, 2]\t1\t2\n[3]\t1\t1\n"),
    // One column per field. Missing fields are empty, and values that do not fit in a cell become text, as in
    // table(records).
    (
      "sweep(fn(x) { if x == 2 { return record(b: [1, 2]) }; record(a: x, b: true) }, x: 1..2)",
      "x\tseed\ta\tb\n1\t1\t1\ttrue\n2\t1\t\t\"[1, 2]\"\n"
    ),
    // A cell may add several rows.
    (
      "sweep(fn(n) { if n == 0 { return 5 }; table(map(1..n, fn(i) = record(i: i, n2: n^2))) }, n: 0..2)",
      "n\tseed\tvalue\ti\tn2\n0\t1\t5\t\t\n1\t1\t\t1\t1\n2\t1\t\t1\t4\n2\t1\t\t2\t4\n"
    ),
    ("sweep(fn(n) = table([]), n: 1..3)", "n\tseed\n"),
    ("sweep(fn(x) = x, seeds: [7, 3], x: 1)", "x\tseed\tvalue\n1\t7\t1\n1\t3\t1\n"),
    // The function may be a builtin.
    ("sweep(mean, numbers: [[1, 3], [5]])", "numbers\tseed\tvalue\n[1, 3]\t1\t2\n[5]\t1\t5\n"),
  ]) func rows(script: String, output: String) {
    #expect(transcript(script) == output)
  }

  @Test func reservedNamesAreRenamed() {
    #expect(
      fault("fn f(seeds) = 1\nsweep(f, seeds: 2)")?.message
        == "rename the parameter 'seeds' of f: sweep has an argument of the same name")
  }

  @Test(arguments: [
    ("sweep(fn(depth) = 1, dpeth: 1)", "unknown-argument", "dpeth"),
    ("sweep(fn(a, b) = 1, a: 1)", "missing-argument", "sweep(fn(a, b) = 1, a: 1)"),
    ("sweep(fn(value) = value, value: 1..2)", "reserved-name", "1..2"),
    ("sweep(fn(seeds) = 1, seeds: 2)", "reserved-name", "sweep(fn(seeds) = 1, seeds: 2)"),
    ("sweep(fn(seed) = 1, seed: 1..2)", "reserved-name", "1..2"),
    ("sweep(fn(a) = 1, a: table([]))", "wrong-type", "table([])"),
    ("sweep(fn(a) = 1, a: 1, seeds: 0)", "out-of-range", "0"),
    ("sweep(fn(a) = 1, a: 1, seeds: [0.5])", "out-of-range", "[0.5]"),
    ("sweep(fn(a) = 1, a: 1, seeds: [3, 1, 3])", "duplicate-value", "[3, 1, 3]"),
    ("sweep(fn(a) = [a], a: 1)", "wrong-type", "fn(a) = [a]"),
    ("sweep(fn(a) = chain(a, tanh), a: 1)", "wrong-type", "fn(a) = chain(a, tanh)"),
    ("sweep(fn(a) = record(a: 1), a: 1)", "duplicate-column", "fn(a) = record(a: 1)"),
    ("sweep(fn(a) = record(seed: 1), a: 1)", "duplicate-column", "fn(a) = record(seed: 1)"),
    (
      "sweep(fn(a, b) = 1, a: 1..10000, b: 1..10000)", "too-large", "sweep(fn(a, b) = 1, a: 1..10000, b: 1..10000)"
    ),
  ]) func mistakesAreReported(script: String, code: String, underlined: String) throws {
    let error = try #require(fault(script))
    #expect(error.code == code)
    let place = try #require(error.labels.first)
    #expect(place.source.text(in: place.range) == underlined)
  }

  /// A cell has the same result as its function called right after `seed`, so all cells with the same seed draw the same
  /// random numbers.
  @Test func cellsEqualCallsAfterSeed() {
    let body =
      "record(w: chain(1, tanh)[1].weight[1][1], x: gaussian(1).inputs[1][1], "
      + "f: first(flow(chain(2, tanh, width: 3))).factor)"
    let swept = transcript("seed(9); sweep(fn(a) = \(body), a: 1..2, seeds: 3) |> select(w, x, f)")
    let alone = (1...3).map { "seed(\($0)); rows = append(rows, \(body));" }.joined()
    #expect(swept == transcript("rows = []; for a in 1..2 { \(alone) }; table(rows)"))
  }

  @Test func aSweepDoesNotAffectLaterRandomNumbers() {
    #expect(transcript("sweep(fn(a) = gaussian(a).inputs[1][1], a: 1..3); gaussian(1).inputs").isEmpty == false)
    #expect(
      transcript("t = sweep(fn(a) = gaussian(a).inputs[1][1], a: 1..3); gaussian(1).inputs")
        == transcript("gaussian(1).inputs"))
  }

  @Test func resultsDoNotDependOnThreads() throws {
    let script = """
      data = digits() |> take(100)
      start = mlp([64, 12, 10], tanh)
      fn f(depth, act, net: start) {
        print("{depth} {act.name}")
        run = train(net, data, epochs: 1)
        warn("trained to", last(run.epochs).loss)
        emit(record(w: net[1].weight[1][1]))
        flow(chain(depth, act, width: 8)) |> with(loss: last(run.epochs).loss)
      }
      sweep(f, depth: 1..4, act: [tanh, relu, gelu], seeds: 3)
      """
    var seen: Set<String> = []
    for threads in [1, 2, 7] {
      let scripted = ScriptedHost()
      let interpreter = Interpreter(host: scripted.host())
      interpreter.settings.threads = threads
      try interpreter.run(Source(name: "test", text: script))
      seen.insert(scripted.output + scripted.notes.joined(separator: "\n"))
      #expect(scripted.notes.count == 36)
    }
    #expect(seen.count == 1)
  }

  /// The output is in the order of the cells, as if they had run one after another.
  @Test func outputIsInTheOrderOfTheCells() {
    let script = "sweep(fn(a) { for i in 1..(2000 / a) { }; print(a); none }, a: 1..9);"
    #expect(transcript(script) == (1...9).map { "\($0)\n" }.joined())
  }

  /// The error is that of the first failing cell in order, and the output ends there.
  @Test func anErrorIsThatOfTheFirstCell() throws {
    let script = "sweep(fn(a, act) { print(a); assert a < 3 or a > 7, \"no\"; a }, a: 1..20, act: tanh, seeds: 2)"
    for threads in [1, 2, 7] {
      let scripted = ScriptedHost()
      let interpreter = Interpreter(host: scripted.host())
      interpreter.settings.threads = threads
      let error = #expect(throws: Diagnostic.self) { try interpreter.run(Source(name: "test", text: script)) }
      #expect(error?.code == "assertion-failed")
      #expect(error?.notes.last == "in the cell a: 3, act: tanh, seed: 1")
      #expect(error?.labels.first.map { $0.source.text(in: $0.range) } == "a < 3 or a > 7")
      #expect(error?.calledFrom.map(\.function) == ["fn"])
      #expect(scripted.output == "1\n1\n2\n2\n3\n")
    }
  }

  @Test func aCellMayEndTheProgram() throws {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host())
    let outcome = try interpreter.run(
      Source(name: "test", text: "sweep(fn(a) { print(a); if a > 2 { exit(a) }; a }, a: 1..9); print(\"never\")"))
    #expect(outcome == .exit(3))
    #expect(scripted.output == "1\n2\n3\n")
  }

  @Test func cellsMaySweep() {
    #expect(
      transcript("sweep(fn(a) = sweep(fn(b) { print(a, b); a * b }, b: 1..2) |> select(b, value), a: 1..2)") == """
        1 1
        1 2
        2 1
        2 2
        a\tseed\tb\tvalue
        1\t1\t1\t1
        1\t1\t2\t2
        2\t1\t1\t2
        2\t1\t2\t4

        """)
    #expect(
      fault("sweep(fn(a) = sweep(fn(b) = nobody, b: 5), a: 1..2)")?.notes == [
        "give it a value first: nobody = ...", "in the cell b: 5, seed: 1", "in the cell a: 1, seed: 1",
      ])
  }

  /// Each cell works on a copy of a network from outside, in the state before the sweep.
  @Test(arguments: [
    "run = train(net, xor(16), optimizer: sgd(rate), epochs: 2)\n",
    "run = train(nets[1], xor(16), optimizer: sgd(rate), epochs: 2); net = nets[1]\n",
    "run = train(copy(net), xor(16), optimizer: sgd(rate), epochs: 2)\n",
  ]) func networksFromOutsideAreCopies(training: String) {
    let script = """
      net = mlp([2, 3, 1], tanh)
      nets = [net]
      before = net[1].weight
      t = sweep(fn(rate) { \(training) record(loss: last(run.epochs).loss) }, rate: [0.5, 0.5, 2])
      print(t.loss[1] == t.loss[2], t.loss[1] == t.loss[3], str(net[1].weight) == str(before))
      """
    #expect(transcript(script) == "true false true\n")
  }

  @Test func aCellSeesChangesToItsCopy() {
    let script = """
      net = chain(2, tanh)
      layer = net[2]
      sweep(fn(b) {
        net[1].bias = [b]
        layer.bias = [2 * b]
        first = net[1].bias[1]
        inner = sweep(fn(c) { net[1].bias = net[1].bias + c; net[1].bias[1] }, c: [10, 20])
        record(first: first, second: net[2].bias[1], inner: max(inner.value), after: net[1].bias[1])
      }, b: 1..2) |> select(first, second, inner, after)
      net[1].bias
      layer.bias
      """
    #expect(
      transcript(script) == "first\tsecond\tinner\tafter\n1\t2\t21\t1\n2\t4\t22\t2\n0\n0\n")
  }

  /// A network created in the cell is not copied on access.
  @Test func networksOfTheCellAreNotCopied() {
    let script = """
      sweep(fn(n) { a = chain(n, tanh); b = copy(a); b[1].bias = [1]; a[1].bias = [2]; b[1].bias[1] + a[1].bias[1] },
        n: 1..3).value |> str
      """
    #expect(transcript(script) == "[3, 3, 3]\n")
  }

  @Test func namesOutsideCannotBeChanged() {
    #expect(transcript("x = 1\nt = sweep(fn(a) { x = a; x }, a: 1..3)\nx") == "1\n")
    #expect(fault("xs = [1]\nsweep(fn(a) { xs[1] = a; a }, a: 1..3)")?.code == "cannot-assign")
  }

  /// Runs a script and interrupts it after the given number of checks for a stop. Returns `t` and the notes.
  private func interrupted(after count: Int, threads: Int = 2, _ script: String) throws -> (t: Value?, notes: [String])
  {
    let asked = Mutex(0)
    let scripted = ScriptedHost()
    let interpreter = Interpreter(
      host: scripted.host(stopReason: {
        asked.withLock { asked in
          asked += 1
          return asked > count ? .interrupt : nil
        }
      }))
    interpreter.settings.threads = threads
    try interpreter.run(Source(name: "test", text: script))
    return (interpreter.globals.first { $0.name == "t" }?.value, scripted.notes)
  }

  @Test(arguments: [1, 2, 7]) func anInterruptKeepsTheRowsSoFar(threads: Int) throws {
    let (t, notes) = try interrupted(after: 200, threads: threads, "t = sweep(fn(a) = a^2, a: 1..1000)")
    guard case .table(let table)? = t else {
      Issue.record("there is no table")
      return
    }
    #expect((1..<200).contains(table.rowCount))
    #expect(table.columnNames == ["a", "seed", "value"])
    let squares = table[column: "value"]?.numbers
    #expect(squares == table[column: "a"]?.numbers?.map { $0 * $0 })
    #expect(notes == ["interrupted after \(table.rowCount) of 1000 cells; the table contains their rows"])
  }

  /// An interrupted training run is not a result.
  @Test func aCellThatWasStoppedDoesNotCount() throws {
    let script = "t = sweep(fn(n) = train(chain(n, tanh), gaussian(8), batch: 1, epochs: 1e6).state, n: 1..4)"
    let (t, notes) = try interrupted(after: 300, script)
    #expect(t?.summary == "table of 0 rows: n, seed")
    #expect(notes == ["interrupted after 0 of 4 cells; the table contains their rows"])
  }

  @Test func recursionInACellHasTheUsualLimit() {
    let deep = "fn f(n) { if n == 0 { return 0 }\n 1 + f(n - 1) }\n"
    for threads in [1, 2] {
      let set = ":set threads \(threads)\n\(deep)"
      #expect(transcript("\(set)sweep(fn(n) = f(n), n: [4000, 9000]).value") == "4000\n9000\n")
      #expect(transcript("\(set)sweep(fn(n) = f(-1), n: 1..4)").contains("more than 10000 levels"))
    }
    #expect(fault("fn f() = sweep(fn() = f())\nf()")?.code == "recursion-limit")
  }
}
