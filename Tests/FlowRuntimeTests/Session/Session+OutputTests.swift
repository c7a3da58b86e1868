// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowRuntime
import ScriptedHost
import Testing

/// What stands between documents depends on what was written before, and on nothing else.
struct SessionOutputTests {
  /// A stop that comes while the pager decides leaves the document out; the next one is then the first.
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
