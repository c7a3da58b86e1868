// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowRuntime
import TestSupport
import Testing

/// The separator between documents depends only on what has been written.
struct SessionOutputTests {
  /// The summary of a network is broken at blanks, whether it is printed or assigned.
  @Test func summariesFitTheTerminal() {
    let make = "sequence(2, dense(64, relu), dropout(0.5), dense(64, relu), dense(64, relu), dense(1))"
    for script in ["net = \(make)", make, "\(make) |> print"] {
      let lines = transcript(":set format table\n" + script, width: 60, echo: .prompt).split(separator: "\n")
      #expect(lines.count > 1 && lines.allSatisfy { $0.count <= 60 }, "\(lines)")
    }
    #expect(transcript("print([table([record(a: 1)])])") == "table of 1 row\n")
  }

  /// A stop while the pager decides discards the document. The next document then is the first.
  @Test func aStopInThePagerLeavesNothingOpen() throws {
    let scripted = ScriptedHost()
    let stop = StopToken()
    var host = scripted.host(stopReason: { stop.isRequested ? .interrupt : nil })
    host.page = { _ in
      stop.request()
      return false
    }
    let interpreter = Interpreter(host: host)
    try interpreter.settings.set("format", to: "tsv")
    StopToken.$current.withValue(stop) {
      #expect(throws: Diagnostic.self) { try interpreter.run(Source(name: "test", text: "table([record(a: 1)])")) }
    }
    #expect(scripted.output == "")
    stop.reset()
    try interpreter.run(Source(name: "test", text: "emit(record(a: 2))"))
    #expect(scripted.output == "a\n2\n")
  }
}
