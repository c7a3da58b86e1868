// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

struct NetworkPictureTests {
  private func svg(_ net: String) throws -> String {
    let scripted = ScriptedHost()
    let code = "save(show(\(net), picture: true), \"f.svg\")"
    try Interpreter(host: scripted.host()).run(Source(name: "test", text: code))
    return try #require(scripted.text(ofFile: "f.svg"))
  }

  private func edges(_ net: String) throws -> Int { try svg(net).matches(of: /<line class="edge/).count }

  /// Wide layers have edges between the units that are drawn.
  @Test(arguments: [("mlp([1100, 1000, 2], tanh)", 35), ("mlp([2, 3, 1], tanh)", 9)])
  func edgesOfWideLayers(net: String, count: Int) throws {
    #expect(try edges(net) == count)
  }

  /// Of deep networks, as many layers are drawn with their edges whatever the depth.
  @Test(arguments: ["", ", width: 8"]) func edgesOfDeepNetworks(width: String) throws {
    let count = try edges("chain(20, tanh\(width))")
    #expect(count > 8)
    #expect(try edges("chain(300, tanh\(width))") == count)
  }

  /// The edges of a wide layer have the weights of the units at their ends.
  @Test func edgesHaveTheirWeights() throws {
    let code = "net = mlp([9, 8], tanh)\nprint(net[1].weight[8][9])"
    let weight = transcript(code).split(separator: "\n").last ?? "?"
    #expect(try svg("mlp([9, 8], tanh)").contains("<title>\(weight.prefix(6))"), "\(weight)")
  }
}
