// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowRuntime
import TestSupport
import Testing

/// The separator between documents depends only on what has been written.
struct SessionOutputTests {
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
