// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import Synchronization
import TestSupport
import Testing

@testable import FlowLab

/// What a database of runs contains, and what happens to files when something is wrong.
@Suite struct RunDatabaseTests {
  private func run(_ code: String, _ host: Host, seed: UInt64 = 0) -> Diagnostic? {
    do throws(Diagnostic) {
      try Interpreter(host: host, seed: seed).run(Source(name: "test", text: code))
      return nil
    } catch {
      return error
    }
  }

  /// Runs a statement in a database of the host, which is created if there is none.
  private func change(_ host: ScriptedHost, _ sql: String..., path: String = "run.db") throws {
    try host.host().openDatabase(path, .writing).write(waits: true) { connection throws(Complaint) in
      for statement in sql { try connection.run(statement) }
    }
  }

  /// Returns the first row of a query, or nil if there is no such database or row.
  private func first(_ host: ScriptedHost, _ sql: String, path: String = "run.db") throws -> [DatabaseValue]? {
    var row: [DatabaseValue]?
    try host.state.withLock { $0.databases[path] }?.read { connection throws(Complaint) in
      row = try connection.first(sql)
    }
    return row
  }

  private static let training = "run = train(mlp([2, 4, 1], tanh), xor(16), epochs: 1)\n"

  /// A call that is wrong leaves the files of its argument emit as they were.
  @Test(arguments: [
    "train(mlp([2, 4, 1], tanh), xor(16), emit: record(steps: \"keep.tsv\"), into: \"run.tsv\")",
    "train(mlp([2, 4, 1], tanh), xor(16), emit: record(steps: \"keep.tsv\"), into: \"run.db\")",
    "train(mlp([2, 4, 1], tanh), xor(16), emit: record(steps: \"keep.tsv\"), into: \"none/run.db\")",
    "train(mlp([2, 4, 1], tanh), xor(16), emit: record(steps: \"keep.tsv\", flow: \"flow.xyz\"))",
    "train(mlp([3, 4, 1], tanh), xor(16), emit: record(steps: \"keep.tsv\"))",
    "train(mlp([2, 4, 1], tanh), xor(16), loss: cross_entropy, emit: record(steps: \"keep.tsv\"), into: \"new.db\")",
  ])
  func wrongCallsKeepFiles(_ call: String) throws {
    let scripted = ScriptedHost()
    var host = scripted.host()
    #expect(run(Self.training + "save(run, \"run.db\")", host) == nil)
    host.openDatabase = { [open = host.openDatabase] path, access throws(Complaint) in
      if path.hasPrefix("none/") { throw Complaint("input-output", "there is no folder") }
      return try open(path, access)
    }
    scripted.state.withLock { $0.files["keep.tsv"] = Array("content".utf8) }
    #expect(run(call, host) != nil)
    #expect(scripted.text(ofFile: "keep.tsv") == "content")
    #expect(try first(scripted, "SELECT count(*) FROM sqlite_master", path: "new.db") ?? [.integer(0)] == [.integer(0)])
  }

  /// If a file of emit cannot be opened, the database does not get a run without steps.
  @Test func failedFilesKeepDatabases() throws {
    let scripted = ScriptedHost()
    var host = scripted.host()
    host.openForWriting = { _ throws(HostFailure) in throw .system("there is no folder") }
    let call =
      "train(mlp([2, 4, 1], tanh), xor(16), emit: record(steps: \"none/s.tsv\"), into: \"run.db\", replace: true)"
    #expect(run(Self.training + "save(run, \"run.db\")", host) == nil)
    #expect(run(call, host)?.message.contains("there is no folder") == true)
    #expect(try first(scripted, "SELECT count(*), max(steps) FROM runs") == [.integer(1), .integer(1)])
  }

  /// A database that can no longer be written does not prevent the files of emit from being completed.
  @Test func failedDatabasesKeepFiles() {
    struct Full: DatabaseFile {
      let base: any DatabaseFile
      let writes = Guarded(0)
      func read(_ body: (any DatabaseConnection) throws(Complaint) -> Void) throws(Complaint) { try base.read(body) }
      func write(
        waits: Bool, _ body: (any DatabaseConnection) throws(Complaint) -> Void
      ) throws(Complaint) -> Bool {
        let count = writes.withLock { count in
          count += 1
          return count
        }
        if count > 1 { throw Complaint("input-output", "the disk is full") }
        return try base.write(waits: waits, body)
      }
    }
    let scripted = ScriptedHost()
    var host = scripted.host()
    host.openDatabase = { [open = host.openDatabase] path, access throws(Complaint) in
      Full(base: try open(path, access))
    }
    let call = "train(mlp([2, 4, 1], tanh), xor(16), epochs: 2, emit: record(epochs: \"e.json\"), into: \"run.db\")"
    #expect(run(call, host)?.message == "the disk is full")
    #expect(scripted.text(ofFile: "e.json")?.hasSuffix("]\n") == true)
  }

  /// A step is soon in the file, even if the next one takes long.
  @Test func stepsDoNotWaitForOthers() throws {
    let scripted = ScriptedHost()
    let (rows, found) = (Guarded(0), Guarded(0))
    var host = scripted.host()
    host.clock = monotonicSeconds
    host.openForWriting = { _ in
      HostFile { _ in
        // The third step ends when the ones before are in the database.
        let row = rows.withLock { rows in
          rows += 1
          return rows
        }
        guard row == 3 else { return }
        let start = monotonicSeconds()
        while found.withLock({ $0 }) < 2, monotonicSeconds() - start < 20 {
          let row = try? first(scripted, "SELECT count(*) FROM steps")
          found.withLock { $0 = row?.first?.integer ?? 0 }
        }
      }
    }
    let call = "train(mlp([2, 4, 1], tanh), xor(16), steps: 4, emit: record(steps: \"s.tsv\"), into: \"run.db\")"
    #expect(run(call + ";\nprint(len(load(\"run.db\").steps), load(\"run.db\").state)", host) == nil)
    #expect(found.withLock { $0 } == 2 && scripted.output == "4 finished\n")
  }

  /// Databases of other programs are neither read nor changed.
  @Test(arguments: [
    ["CREATE TABLE notes (text TEXT)", "PRAGMA user_version = 74"],
    ["CREATE TABLE runs (name TEXT, steps INTEGER)", "PRAGMA user_version = 74", "PRAGMA application_id = 12"],
  ])
  func otherDatabasesAreErrors(_ statements: [String]) throws {
    let host = ScriptedHost()
    for statement in statements { try change(host, statement) }
    for call in ["save(run, \"run.db\")", "train(mlp([2, 4, 1], tanh), xor(16), into: \"run.db\")"] {
      #expect(run(Self.training + call, host.host())?.code == "other-file")
    }
    for call in ["runs(\"run.db\")", "load(\"run.db\")"] { #expect(run(call, host.host())?.code == "no-run") }
    #expect(try first(host, "SELECT count(*) FROM sqlite_master") == [.integer(1)])
    #expect(try first(host, "PRAGMA user_version") == [.integer(74)])
  }

  /// Files without the mark of an application are read if they have all tables. Those of later versions are not.
  @Test func marksOfFiles() throws {
    let host = ScriptedHost()
    #expect(run(Self.training + "save(run, \"run.db\")", host.host()) == nil)
    #expect(try first(host, "PRAGMA application_id") != [.integer(0)])
    try change(host, "PRAGMA application_id = 0")
    #expect(run(Self.training + "save(load(\"run.db\"), \"run.db\", name: \"b\")", host.host()) == nil)
    try change(host, "PRAGMA user_version = 99")
    for call in ["runs(\"run.db\")", "load(\"run.db\")", Self.training + "save(run, \"run.db\", name: \"c\")"] {
      #expect(run(call, host.host())?.code == "newer-file")
    }
    let empty = ScriptedHost()
    #expect(run(Self.training + "save(run, \"run.db\")", empty.host()) == nil)
    try change(empty, "DELETE FROM runs")
    #expect(run("load(\"run.db\")", empty.host())?.notes == ["save(run, \"run.db\") writes one"])
  }

  /// Whole numbers are exact, also those that a number of the language would round.
  @Test(arguments: [0, (1 << 60) + 1, .max] as [UInt64]) func seedsAreExact(_ seed: UInt64) throws {
    let host = ScriptedHost()
    let code = Self.training + "save(run, \"run.db\")\nsave(load(\"run.db\"), \"other.db\")"
    #expect(run(code, host.host(), seed: seed) == nil)
    for path in ["run.db", "other.db"] {
      let row = try first(host, "SELECT seed, typeof(seed) FROM runs", path: path)
      #expect(row == [.integer(Int(truncatingIfNeeded: seed)), .text("integer")])
    }
  }

  /// Every run can be found, however many there are.
  @Test func manyRuns() throws {
    let host = ScriptedHost()
    #expect(run(Self.training + "save(run, \"run.db\", name: \"last\")", host.host()) == nil)
    let columns = RunSummary.table.columns.map(\.name).joined(separator: ", ")
    try change(
      host,
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10002) "
        + "INSERT INTO runs (name, \(columns)) SELECT 'r' || i, \(columns) FROM runs, n WHERE name = 'last'",
      "UPDATE runs SET rowid = 100000 WHERE name = 'last'")
    #expect(run("load(\"run.db\", name: \"last\")", host.host()) == nil)
    #expect(run("load(\"run.db\", name: \"lost\")", host.host())?.code == "no-run")
    #expect(run("load(\"run.db\")", host.host())?.message.contains("10003 runs") == true)
  }

  /// A run that is loaded and saved again was trained by the version that trained it.
  @Test func versionsAreKept() throws {
    let host = ScriptedHost()
    #expect(run(Self.training + "save(run, \"run.db\")", host.host()) == nil)
    try change(host, "UPDATE runs SET version = '0.0.1'")
    #expect(run("save(load(\"run.db\"), \"other.db\")", host.host()) == nil)
    #expect(try first(host, "SELECT version FROM runs", path: "other.db") == [.text("0.0.1")])
  }

  /// A row that changes keeps its place and loses nothing, such as NaN.
  @Test func updatedRows() throws {
    let host = ScriptedHost()
    func epoch(_ number: Int, _ value: Double) -> EpochRecord {
      EpochRecord(
        epoch: number, loss: value, accuracy: value, validationLoss: -0.0, validationAccuracy: value, seconds: 1)
    }
    let table = ArchiveSchema.epochs
    try host.host().openDatabase("run.db", .writing).write(waits: true) { connection throws(Complaint) in
      for statement in table.creation { try connection.run(statement) }
      for run in ["a", "b"] { try table.insert(CollectionOfOne(epoch(1, 1)), of: run, into: connection) }
      try table.update(epoch(2, .nan), of: "a", in: connection)
    }
    let query = "SELECT run, epoch, special FROM epochs ORDER BY rowid"
    #expect(
      try first(host, query) == [
        .text("a"), .integer(2),
        .text("loss:nan accuracy:nan validation_loss:-0 validation_accuracy:nan"),
      ])
  }

  @Test func extensionsInCapitals() {
    let code =
      "save(run, \"x.DB\")\nprint(load(\"x.DB\").steps == run.steps)\n"
      + "train(chain(2, tanh), gaussian(8, 1, 1), into: \"y.Db\");"
    let host = ScriptedHost()
    #expect(run(Self.training + code, host.host()) == nil)
    #expect(host.output == "true\n" && host.state.withLock { $0.databases.keys.sorted() } == ["x.DB", "y.Db"])
  }

  /// Databases keep hashes, so they are always the same. A stop ends them early.
  @Test func hashes() {
    #expect(ContentHash.text(of: Array("hello".utf8)) == "a9bc8dcca21f3eca")
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0) }
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    state = (state ^ 3_000_000) &* 0x100_0000_01b3
    #expect(UInt64(ContentHash.text(of: bytes), radix: 16) == state)
    let stop = StopToken()
    stop.request()
    #expect(StopToken.$current.withValue(stop) { ContentHash.text(of: bytes) != ContentHash.text(of: []) })
    #expect(StopToken.$current.withValue(stop) { UInt64(ContentHash.text(of: bytes), radix: 16) != state })
  }
}
