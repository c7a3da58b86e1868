// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

struct ComputedColumnTests {
  /// A window that is too narrow for all columns shows those that the user has computed.
  @Test(
    arguments: [
      "t |> with(mine: 2 * layer)", "t |> with(weight_norm: 1, mine: \"a\")", "t |> with(mine: 1) |> where(layer > 1)",
      "concat([t, t |> with(mine: layer)])", "t |> with(mine: layer) |> sort(mine, desc: true)",
      "t |> with(own: layer) |> select(\"*\", mine: 2 * own)",
    ])
  func areShownInNarrowWindows(_ code: String) throws {
    let host = ScriptedHost()
    let interpreter = Interpreter(host: host.host(width: 60))
    interpreter.settings.format = .table
    try interpreter.run(Source(name: "test", text: "t = flow(chain(3, tanh))\n\(code)"))
    let header = try #require(host.output.split(separator: "\n").dropFirst().first)
    #expect(header.hasPrefix("│ layer │") && header.contains(" mine "), "\(host.output)")
    #expect(host.output.contains("columns do not fit"))
  }

  /// Columns without values make room for the others.
  @Test func emptyColumnsAreLeftOutFirst() throws {
    let host = ScriptedHost()
    let interpreter = Interpreter(host: host.host(width: 44))
    interpreter.settings.format = .table
    let code = "map(1..3, fn(i) = record(a: i, first_empty: none, other_empty: none, number_b: i, number_c: i))"
    try interpreter.run(Source(name: "test", text: "table(\(code))"))
    #expect(host.output.contains("number_b") && host.output.contains("number_c"))
    #expect(host.output.contains(" fit: ") && host.output.contains("other_empty"))
  }
}
