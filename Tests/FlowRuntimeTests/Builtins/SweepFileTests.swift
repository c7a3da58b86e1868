// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import FlowTables
import TestSupport
import Testing

/// A sweep that continues with a file yields the same table as one that runs in one pass.
@Suite struct SweepFileTests {
  /// Runs sweeps one after another in sessions that share their files, and returns the output of the last one.
  private func output(_ sweeps: [String], shards: [String] = [], _ host: ScriptedHost = ScriptedHost()) throws -> String
  {
    var last = ""
    for (index, sweep) in sweeps.enumerated() {
      let before = host.output.count
      let interpreter = Interpreter(host: host.host())
      if !shards.isEmpty { interpreter.settings.shard = try Shard(shards[index]) { _ in nil } }
      try interpreter.run(Source(name: "test", text: sweep))
      last = String(host.output.dropFirst(before))
    }
    return last
  }

  /// Functions whose results have every form and type, for the axes n and act.
  private static let functions = [
    "fn(n, act) = n + 0.1",
    "fn(n, act) = record(a: n, A: act.name, ok: n > 2, gap: none, zero: -0.0, bad: nan, big: 1/0)",
    "fn(n, act) = flow(chain(n, act)) |> select(layer, state, delta_rms, dead)",
    "fn(n, act) { if n == 2 { return \"12\" }; return n }",
    "fn(n, act) = table([record(types: n, row: \"x\")]) |> where(types > 2)",
  ]

  @Test(arguments: functions, [":set format table\n:set width 200", ":set format json", ""])
  func interruptedSweepsGoOn(_ function: String, _ format: String) throws {
    let small = "\(format)\nsweep(\(function), n: [3], act: [tanh, relu], seeds: [2], into: \"c.db\")"
    let axes = "n: 1..4, act: [relu, tanh, leaky_relu(0.2)], seeds: 3"
    let plain = try output(["\(format)\nsweep(\(function), \(axes))"])
    let kept = "\(format)\nsweep(\(function), \(axes), into: \"c.db\")"
    #expect(try output([kept]) == plain)
    #expect(try output([small, kept]) == plain)
    #expect(try output([kept, kept]) == plain)
  }

  /// Files of shards, combined in any order, have the same cells as the file of a whole sweep.
  @Test(arguments: functions)
  func shardsAreTheWhole(_ function: String) throws {
    let sweep = "sweep(\(function), n: 1..4, act: [relu, tanh], seeds: 3, into: \"c.db\")"
    let host = ScriptedHost()
    _ = try output([sweep], host)
    _ = try output([sweep, sweep, sweep, sweep], shards: ["2/3", "1/3", "3/3", "1/3"], host)
    let session = Interpreter(host: host.host()).session
    let whole = try session.sweepCells(at: ["c.db"])
    let parts = try session.sweepCells(at: ["c-3-of-3.db", "c-1-of-3.db", "c-2-of-3.db"])
    #expect(parts == whole && whole.columnNames.prefix(3) == ["n", "act", "seed"])
  }

  /// The tables of the file have columns of these names, too.
  @Test func namesOfTheFile() throws {
    let sweep = "sweep(fn(cell, row) = record(id: row, types: cell), cell: 1..2, row: [3], into: \"c.db\")"
    let table = "cell\trow\tseed\tid\ttypes\n1\t3\t1\t3\t1\n2\t3\t1\t3\t2\n"
    #expect(try output([sweep, sweep]) == table)
    #expect(try output([sweep, "read(\"c.db\")"]) == table)
  }

  /// A function as an axis value is another one if what it uses has changed.
  @Test func functionsAsAxes() throws {
    let sweep = "g = fn(x) = x + p\nsweep(fn(h) = h(1), h: [g], into: \"c.db\") |> select(value)"
    #expect(try output(["p = 1\n" + sweep, "p = 2\n" + sweep]) == "value\n3\n")
  }

  @Test func doneCellsAreNotRepeated() throws {
    let host = ScriptedHost()
    let sweep = "sweep(fn(n) { warn(n); n }, n: 1..3, into: \"c.db\")"
    _ = try output([sweep, sweep, sweep.replacing("1..3", with: "0..4")], host)
    #expect(host.notes.filter { $0.hasPrefix("warning") } == [1, 2, 3, 0, 4].map { "warning: \($0)" })
  }

  /// Cells before and after one that fails are kept.
  @Test func failedSweepsGoOn() throws {
    let host = ScriptedHost()
    // What a cell reads from a file is not part of the sweep.
    func limit(_ limit: Int) { host.state.withLock { $0.files["limit.tsv"] = Array("n\n\(limit)\n".utf8) } }
    let function = "fn(n) { warn(n); assert n < read(\"limit.tsv\").n[1]\nn }"
    limit(9)
    let plain = try output(["sweep(\(function), n: 1..4)"], host)
    limit(3)
    #expect(throws: Diagnostic.self) { try output(["sweep(\(function), n: 1..4, into: \"c.db\")"], host) }
    #expect(try Interpreter(host: host.host()).session.sweepCells(at: ["c.db"]).rowCount >= 2)
    limit(9)
    let before = host.notes.count
    #expect(try output(["sweep(\(function), n: 1..4, into: \"c.db\")"], host) == plain)
    let repeated = host.notes.dropFirst(before)
    #expect(!repeated.contains("warning: 1") && repeated.contains("warning: 3"))
  }

  /// A file of another sweep is an error that states what differs.
  @Test(arguments: [
    ("sweep(fn(n) = n + k + 0, n: 1..3, into: \"c.db\")", "its function is"),
    ("k = 2; sweep(fn(n) = n + k, n: 1..3, into: \"c.db\")", "k = 1"),
    ("fn f(n, m: 0) = n; sweep(f, n: 1..3, m: 1, into: \"c.db\")", "its axes are"),
    (":set precision f32\nsweep(fn(n) = n + k, n: 1..3, into: \"c.db\")", "its precision is f64"),
  ])
  func otherSweepsAreErrors(_ sweep: String, _ difference: String) throws {
    let host = ScriptedHost()
    _ = try output(["k = 1\nsweep(fn(n) = n + k, n: 1..3, into: \"c.db\")"], host)
    do throws(Diagnostic) {
      try Interpreter(host: host.host()).run(Source(name: "test", text: "k = 1\n\(sweep)"))
      Issue.record("no error")
    } catch {
      #expect(error.code == "other-sweep" && error.notes.contains { $0.contains(difference) }, "\(error)")
    }
  }

  @Test func otherErrors() {
    #expect(fault("sweep(fn(n) = 1, n: [chain(2, tanh)], into: \"c.db\")")?.code == "wrong-type")
    #expect(fault("sweep(fn(n) = 1, n: [1], into: \"c.tsv\")")?.code == "unknown-format")
    #expect(
      fault("save(train(chain(2, tanh), gaussian(8, 1, 1)), \"c.db\"); sweep(fn(n) = 1, n: [1], into: \"c.db\")")?.code
        == "other-file")
  }

  /// The extension may be in capitals, and the name of a share keeps it.
  @Test func extensionsInCapitals() throws {
    let host = ScriptedHost()
    let sweep = "sweep(fn(n) = n, n: 1..3, into: \"c.DB\")"
    let plain = try output([sweep], host)
    #expect(try output(["read(\"c.DB\")"], host) == plain)
    _ = try output([sweep], shards: ["2/3"], host)
    #expect(host.state.withLock { $0.databases.keys.sorted() } == ["c-2-of-3.DB", "c.DB"])
  }

  @Test func sharesOfSlurm() throws {
    func shard(_ id: Int, _ count: Int, min: Int, max: Int, step: Int = 1) throws(Complaint) -> Shard {
      let values = ["ID": id, "COUNT": count, "MIN": min, "MAX": max, "STEP": step]
      return try Shard("slurm") { name in values[String(name.dropFirst("SLURM_ARRAY_TASK_".count))].map(String.init) }
    }
    #expect(try shard(0, 16, min: 0, max: 15) == Shard("1/16") { _ in nil })
    #expect(try shard(16, 16, min: 1, max: 16) == Shard("16/16") { _ in nil })
    #expect(try shard(5, 4, min: 1, max: 13, step: 4) == Shard("2/4") { _ in nil })
    #expect(throws: Complaint.self) { try shard(7, 2, min: 3, max: 7) }
    #expect(throws: Complaint.self) { try shard(1, 4, min: 1, max: 4, step: 0) }
    #expect(throws: Complaint.self) { try shard(1, 4, min: 1, max: 4, step: -1) }
    #expect(throws: Complaint.self) { try shard(.max, 4, min: .min, max: 4) }
    #expect(throws: Complaint.self) { try shard(.max, .max, min: 0, max: .max) }
    #expect(throws: Complaint.self) { try shard(1, .min, min: .min, max: .max) }
    #expect(throws: Complaint.self) { try shard(1, 0, min: 1, max: 4) }
    for text in ["0/3", "4/3", "3", "a/b", "1/2/3", "-1/3", "slurm"] {
      #expect(throws: Complaint.self) { try Shard(text) { _ in nil } }
    }
  }
}
