// SPDX-License-Identifier: GPL-3.0-or-later
import FlowArchive
import FlowLab
import FlowLanguage
import FlowRuntime
import Foundation
import SeededRandom
import TestSupport
import Testing

/// Databases that are damaged or that another program has changed lead to errors, and never to a crash or a hang.
///
/// After a crash, the folder for temporary files still has the database, and the description of the damage in `case.txt`.
@Suite(.serialized) struct DamagedDatabaseTests {
  /// One case out of this number is tried. It is coprime to the number of values for a column.
  private static let stride = TestLength.current == .short ? 77 : 7
  /// The largest number of seconds that a script may take. Most take a hundredth.
  private static let patience = 10.0

  /// Statements that use a database of runs. Each string runs on its own.
  private static let usesOfRuns: [String] =
    ["plain", "bad"].map { name in
      """
      r = load("x.db", name: "\(name)")
      print(r, r.steps, r.epochs, r.flow, r.units, r.fault, r.growth, r.schedule, r.strides, r.data, flow(r), plot(r))
      print(predict(r.after, take(r.data, 2)), r.before[1].weight == r.after[1].weight)
      save(r, "x.db", name: "again", replace: true)
      str(load("x.db", name: "again").steps) == str(r.steps)
      """
    } + [
      "r = load(\"x.db\", name: \"thin\"); print(len(r.flow), r.strides, flow(r))",
      "r = load(\"x.db\", name: \"plain\"); diagnose(r); seed(r); train(r.before, r.data, steps: 2)",
      "runs(\"x.db\")", "load(\"x.db\")", "read(\"x.db\")", sweep,
      "save(train(chain(2, tanh), gaussian(8, 1, 1), epochs: 1), \"x.db\", name: \"plain\", replace: true)",
      "train(chain(2, tanh), gaussian(8, 1, 1), epochs: 1, into: \"x.db\", name: \"new\"); runs(\"x.db\")",
    ]

  private static let usesOfSweeps = ["read(\"x.db\")", sweep, "read(\"x.db\")", "runs(\"x.db\")", "load(\"x.db\")"]

  private static let sweep = """
    sweep(fn(n, act) = table([record(layer: n, name: act.name, zero: -0.0)]), n: 1..4, act: [relu, tanh], seeds: 2, \
    into: "x.db")
    """

  private static let runs = """
    d = take(digits(), 12)
    save(train(mlp([64, 4, 10], relu, norm: batch), d, epochs: 2, batch: 4, validation: take(digits(), 5),
      optimizer: adam(0.01), units: every(2), schedule: [warmup(3), cosine()]), "x.db", name: "plain")
    save(train(mlp([2, 2, 1], sigmoid), standardize(gaussian(64, 2, 1), targets: true), batch: 1, epochs: 120,
      record_limit: 1, units: every(2000)), "x.db", name: "thin")
    save(train(chain(3, identity, init: constant(3)), gaussian(8, 1, 1), optimizer: sgd(10)), "x.db", name: "bad")
    """

  private static let sweeps = sweep.replacing("1..4", with: "[2, 3]")

  private func withFolder(_ body: (DamagedFile) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gradflow-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try body(DamagedFile(folder))
    try FileManager.default.removeItem(at: folder)
  }

  /// Runs scripts with a damaged database. All of them have to end soon, successfully or with an error.
  private func check(_ file: DamagedFile, _ scripts: [String], _ damage: String) {
    file.note(damage)
    for script in scripts {
      let start = ContinuousClock.now
      if let error = file.run(script) {
        #expect(!error.message.isEmpty && error.code != "internal-error", "\(damage): \(error)")
      }
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      #expect(seconds < Self.patience, "\(damage): \(script) took \(seconds) s")
    }
  }

  @Test(arguments: [(runs, usesOfRuns), (sweeps, usesOfSweeps)])
  func bytes(_ make: String, _ uses: [String]) throws {
    try withFolder { file in
      #expect(file.run(make) == nil)
      let whole = try file.bytes()
      var random = SeededGenerator(seed: 31)
      for number in 0..<((400 / Self.stride + 5)) {
        var bytes = whole
        if number % 5 == 0 {
          bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
        } else {
          // The first pages have the header and the description of the tables.
          let limit = Bool.random(using: &random) ? bytes.count : 8192
          for _ in 0..<[1, 1, 2, 8, 40].randomElement(using: &random)! {
            bytes[Int.random(in: 0..<limit, using: &random)] = UInt8.random(in: 0...255, using: &random)
          }
        }
        try file.write(bytes)
        check(file, Array(uses.shuffled(using: &random).prefix(4)), "bytes \(number)")
      }
    }
  }

  @Test(arguments: [(runs, usesOfRuns), (sweeps, usesOfSweeps)])
  func statements(_ make: String, _ uses: [String]) throws {
    try withFolder { file in
      #expect(file.run(make) == nil)
      #expect(uses.allSatisfy { file.run($0)?.code != "damaged-file" })
      try file.write([])
      #expect(file.run(make) == nil)
      let whole = try file.bytes()
      var random = SeededGenerator(seed: 32)
      for (number, change) in try file.changes(&random).enumerated() where number % Self.stride == 0 {
        try file.write(whole)
        // A change that the tables do not allow does not count as damage.
        guard file.change(change) else { continue }
        check(file, Array(uses.shuffled(using: &random).prefix(4)), change.joined(separator: "; "))
      }
    }
  }
}

/// The database x.db in a folder.
private struct DamagedFile {
  private let folder: URL
  private var path: String { folder.path() + "/x.db" }

  init(_ folder: URL) { self.folder = folder }

  func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

  /// Replaces the file, or removes it if there are no bytes.
  func write(_ bytes: [UInt8]) throws {
    for name in [path, path + "-journal"] { unlink(name) }
    if !bytes.isEmpty { try Data(bytes).write(to: URL(filePath: path)) }
  }

  func note(_ damage: String) {
    try? damage.write(to: folder.appending(path: "case.txt"), atomically: false, encoding: .utf8)
  }

  /// Runs a script and returns its error.
  func run(_ script: String) -> Diagnostic? {
    var host = ScriptedHost().host()
    let path = path
    host.openDatabase = { name, access throws(Complaint) in
      if access == .inMemory { return try SQLiteFile(path: name, name: name, access: access) }
      return try SQLiteFile(path: path, name: name, access: access)
    }
    do throws(Diagnostic) {
      try Interpreter(host: host).run(Source(name: "test", text: script))
    } catch {
      return error
    }
    return nil
  }

  /// Changes the file by statements of SQL. Returns whether they succeed.
  func change(_ statements: [String]) -> Bool {
    do throws(Complaint) {
      try SQLiteFile(path: path, name: path, access: .writing).write(waits: true) { connection throws(Complaint) in
        for statement in statements { try connection.run(statement) }
      }
    } catch {
      return false
    }
    return true
  }

  /// Returns changes of every table and of every column. Each is a list of statements.
  func changes(_ random: inout SeededGenerator) throws -> [[String]] {
    var tables: [(name: String, columns: [String])] = []
    try SQLiteFile(path: path, name: path, access: .reading).read { connection throws(Complaint) in
      var names: [String] = []
      try connection.query("SELECT name FROM sqlite_master WHERE type = 'table'", []) { names.append($0[0].text ?? "") }
      for name in names {
        var columns: [String] = []
        try connection.query("SELECT name FROM pragma_table_info('\(name)')", []) { columns.append($0[0].text ?? "") }
        tables.append((name, columns))
      }
    }
    var changes: [[String]] = []
    for (table, columns) in tables {
      // A copy of a table has no constraints, so that rows may be repeated.
      let copy = [
        "CREATE TABLE copy AS SELECT * FROM \(table)", "DROP TABLE \(table)", "ALTER TABLE copy RENAME TO \(table)",
      ]
      changes += [
        ["DROP TABLE \(table)"], ["ALTER TABLE \(table) RENAME TO other"], ["DELETE FROM \(table)"],
        ["DELETE FROM \(table) WHERE rowid % 2 = 0"], copy, copy + ["INSERT INTO \(table) SELECT * FROM \(table)"],
        ["DROP TABLE \(table)", "CREATE VIEW \(table) AS SELECT 1 AS a"],
      ]
      for column in columns {
        changes += [
          ["ALTER TABLE \(table) RENAME COLUMN \"\(column)\" TO other"],
          copy + ["ALTER TABLE \(table) DROP COLUMN \"\(column)\""],
        ]
        for value in Self.values {
          // A large value in every row would fill the disk.
          let places = value.contains("zeroblob") ? Self.places.dropFirst(2).prefix(2) : Self.places[...]
          let place = places.randomElement(using: &random)!.replacing("TABLE", with: table)
          changes.append(copy + ["UPDATE \(table) SET \"\(column)\" = \(value)\(place)"])
        }
      }
    }
    return changes
  }

  private static let values = [
    "NULL", "-1", "0", "1", "2", "40", "2147483648", "1 << 40", "1 << 62", "9223372036854775807",
    "-9223372036854775807 - 1", "1.5", "1e308", "9e999", "-9e999", "''", "'x'", "'running'", "'nan'", "x''",
    "x'00ff00ff00ff00'", "zeroblob(3000000)", "replace(hex(zeroblob(100000)), '0', 'ä')", "char(0)",
    "'loss:nan step:-0'",
    "'mlp([2, 4, 1], tanh)'", "'train(net, data)'", "'while true { 1 }'", "'(fn(x) { while true { 1 } })(1)'",
  ]

  private static let places = [
    "", "", " WHERE rowid = (SELECT min(rowid) FROM TABLE)", " WHERE rowid = (SELECT max(rowid) FROM TABLE)",
    " WHERE rowid % 3 = 0",
  ]
}
