// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowMath
import FlowRuntime
import Synchronization
import TestSupport
import Testing

/// Finished cells are soon in the file, which several processes may use.
@Suite struct SweepCommitTests {
  /// Returns a host in which reading a file calls `body` and returns its result as a table with the column n.
  private func makeHost(_ scripted: ScriptedHost, _ body: @escaping @Sendable () -> Int) -> Host {
    var host = scripted.host()
    host.clock = monotonicSeconds
    host.readFile = { _, _ in Array("n\n\(body())\n".utf8) }
    return host
  }

  /// A finished cell is written even if no other cell ends for a long time.
  @Test func finishedCellsDoNotWaitForOthers() throws {
    let scripted = ScriptedHost()
    let host = makeHost(scripted) {
      // The last cell ends when the others are in the file.
      let start = monotonicSeconds()
      var count = 0
      while count < 2, monotonicSeconds() - start < 20 {
        let database = scripted.state.withLock { $0.databases["c.db"] }
        try? database?.read { connection throws(Complaint) in
          count = try connection.first("SELECT count(*) FROM done")?.first?.integer ?? 0
        }
      }
      return count
    }
    let sweep = "fn f(n) { if n < 3 { return 2 }\nreturn read(\"wait.tsv\").n[1] }\n"
    try Interpreter(host: host).run(
      Source(name: "test", text: sweep + "print(sweep(f, n: 1..3, into: \"c.db\").value)"))
    #expect(scripted.output == "2\n2\n2\n")
  }

  /// Two processes may compute the cells of a sweep at the same time. Both end well, and each cell is in the file once.
  @Test(arguments: [
    "record(a: n, b: read(\"wait.tsv\").n[1])", "read(\"wait.tsv\").n[1]",
    "table([record(a: n, b: read(\"wait.tsv\").n[1])])",
  ])
  func processesShareAFile(_ result: String) throws {
    let scripted = ScriptedHost()
    let isNested = Mutex(false)
    let sweep = Source(name: "test", text: "sweep(fn(n) = \(result), n: 1..3, into: \"c.db\")")
    let host = makeHost(scripted) {
      // In the first cell, another process computes all of them.
      let isFirst = isNested.withLock { isNested in
        defer { isNested = true }
        return !isNested
      }
      if isFirst {
        #expect(throws: Never.self) { try Interpreter(host: makeHost(scripted) { 7 }).run(sweep) }
      }
      return 7
    }
    let interpreter = Interpreter(host: host)
    interpreter.settings.threads = 1
    try interpreter.run(sweep)
    let half = scripted.output.count / 2
    #expect(scripted.output.prefix(half) == scripted.output.suffix(half) && half > 0)
    #expect(try interpreter.session.sweepCells(at: ["c.db"]).rowCount == 3)
  }
}
