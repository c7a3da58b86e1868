// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import Foundation
import TestSupport
import Testing

/// Notes about legal code that means something else in another language.
@Suite struct HintTests {
  private func hints(_ script: String, isScript: Bool = true) -> [String] {
    Interpreter(host: ScriptedHost().host(), registry: .program)
      .hints(in: Source(name: "test", text: script), isScript: isScript)
      .map { "\($0.message): \($0.labels.first?.text ?? "")" }
  }

  @Test(arguments: [
    ("exit", "'exit' alone does not call the function: write exit()"),
    ("x = 5\nx<-3", "'<-' compares with a negative number: write x = 3 to assign, x < -3 to compare"),
    ("x = 5\n--x", "'--' changes the sign twice: write x = x - 1"),
    (
      "mlp([2] + [8] * 3 + [1], tanh)",
      "'+' adds the elements of lists: write concat([2], draw(constant(8), 3), [1])"
    ),
    ("[0] * 3", "'*' multiplies each element, so this is [0]: write draw(zeros, 3)"),
    ("fn f(x: int) = x", "'int' is the default of 'x', not its type: write x"),
    ("g = fn(x: float) = x", "'float' is the default of 'x', not its type: write x"),
    ("x = 1\nprint(\"x = $x\")", "'$' in a string does not insert a value: write {x}"),
    ("for i in 1..3 { print(\"$(i + 1)\") }", "'$' in a string does not insert a value: write {i + 1}"),
  ]) func explains(script: String, hint: String) { #expect(hints(script) == [hint]) }

  @Test(arguments: [
    "exit = 3\nexit", "x = 5\nx < -3", "x = 5\ny = x<-3", "x = 5\n-(-x)", "[2] * 3", "[0, 1] * 3",
    "int = 3\nfn f(x: int) = x", "fn f(x: none) = x", "print(\"$x\")", "x = 1\nprint(\"a formula: $x$\")",
    "x = 1\nprint(\"costs ${x}\")", "x = 1\nprint(\"{x}$\")", "sigmoid", "flow", "[2] + [8]",
    "s = [2]\nmlp(s + [8], tanh)", "mlp(concat([2], [1]), tanh)",
  ]) func saysNothingAboutOtherCode(script: String) { #expect(hints(script).isEmpty) }

  @Test func namesOfFunctionsAreUsefulAtThePrompt() { #expect(hints("exit", isScript: false).isEmpty) }

  /// Correct programs must not get notes.
  @Test func examplesHaveNone() throws {
    let registry = Registry.program
    var programs = registry.builtins.values.flatMap(\.entries).map(\.example) + registry.concepts.map(\.example)
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../examples")
    let scripts = try FileManager.default.subpathsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".gf") }
    for script in scripts { programs.append(try String(contentsOf: folder.appending(path: script), encoding: .utf8)) }
    #expect(scripts.count > 10)
    for program in programs { #expect(hints(program).isEmpty, "\(program)") }
  }

  /// The place of an error is that of the argument that is wrong, however many are corrected before it.
  @Test(arguments: [
    ("train(net, data, epochs=2, foo=3)", "foo"), ("train(net, data, foo=3, epochs=2)", "foo"),
    ("train(net, data, epochs=2, batch=3, foo=4)", "foo"), ("print(1, foo=3)", "foo"),
    ("y = mean(undefined_name, a=1)", "a"), ("sort([1, 2], key=abs)", "key"),
  ]) func placeIsExact(statement: String, place: String) throws {
    let text = "net = mlp([2, 8, 1], tanh)\ndata = circles(100)\n\(statement)\n"
    let interpreter = Interpreter(host: ScriptedHost().host(), registry: .program)
    let fault = #expect(throws: Diagnostic.self) { try interpreter.run(Source(name: "test", text: text)) }
    let first = try #require(fault?.labels.first)
    #expect(first.source.text(in: first.range) == place)
  }

  /// The errors of other statements do not change the place.
  @Test func placesAreExactInAFileWithSeveralErrors() throws {
    let text = """
      x = [3]
      y = mean(x, foo=2)
      print(1, sep=",", end="")
      train(nonet, data, epochs=2, foo=3)
      """
    let source = Source(name: "test", text: text)
    let faults = staticErrors(in: source, registry: .program).map { Registry.program.completed($0) }
    let places = faults.compactMap { $0.labels.first }.map { source.text(in: $0.range) }
    #expect(places == ["foo", "sep", "foo"])
  }

  /// The label of an error offers all that has to change, not just the first step.
  @Test(arguments: [
    ("train(net, data, lr=0.1)", "lr=0.1", "write optimizer: sgd(rate: 0.1)"),
    ("net.fit(data, epochs=2)", "net.fit(data, epochs=2)", "write train(net, data, epochs: 2)"),
    ("flow(net, loss='mse')", "loss='mse'", "write loss: mse"),
    ("mlp([2, 8, 1], activation='relu')", "activation='relu'", "write activation: relu"),
    ("np.ones((2, 2))", "np.ones((2, 2))", "write draw(constant(1), [2, 2])"),
    ("train(net, data, epochs=2)", "epochs=", "write epochs: 2"),
  ]) func labelOffersTheWholeCorrection(statement: String, place: String, label: String) throws {
    let text = "net = mlp([2, 8, 1], tanh)\ndata = circles(100)\n\(statement)\n"
    let interpreter = Interpreter(host: ScriptedHost().host(), registry: .program)
    let fault = #expect(throws: Diagnostic.self) { try interpreter.run(Source(name: "test", text: text)) }
    let first = try #require(fault?.labels.first)
    #expect(first.source.text(in: first.range) == place)
    #expect(first.text == label)
    #expect(fault?.notes.contains { $0.hasPrefix("to compare") } == false)
  }
}
