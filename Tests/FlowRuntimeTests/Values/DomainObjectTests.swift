// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLab
import FlowLanguage
import FlowNet
import FlowRuntime
import Synchronization
import TestSupport
import Testing

/// A new type of object and a new catalogue work in all parts of the language after one declaration.
struct DomainObjectTests {
  /// A reference type with a mutable field, a constant one, and elements.
  private final class Gauge: DomainObject {
    let state = Mutex<(level: Value, marks: [Value])>((.number(1), [.number(10), .number(20)]))

    var typeName: String { "gauge" }
    var fieldNames: [String] { ["level", "label"] }
    func field(_ name: String) -> Value? {
      switch name {
      case "level": state.withLock { $0.level }
      case "label": .string("g")
      default: nil
      }
    }
    func setField(_ name: String, to value: Value) throws(Complaint) {
      guard name == "level" else { throw Complaint("cannot-assign", "'\(name)' of a gauge cannot be changed") }
      state.withLock { $0.level = value }
    }
    var elementCount: Int? { 2 }
    func element(_ position: Int) -> Value { state.withLock { $0.marks[position - 1] } }
    func setElement(_ position: Int, to value: Value) { state.withLock { $0.marks[position - 1] = value } }
    var summary: String { "gauge at \(state.withLock { $0.level.source })" }
    func encoded(as fileExtension: String) -> [UInt8]? { fileExtension == "gauge" ? [1, 2] : nil }
  }

  private static let shade = Family("shade")

  private static let registry = Registry(
    [
      ([
        Recipe("grey", "between black and white", example: "grey", source: "-") { _ in 0.0 },
        Recipe(
          "tint", "some colour", parameters: [RecipeParameter("share", in: 0...1, "how much")], example: "tint(0.5)",
          source: "-"
        ) { $0[0] },
        Recipe(
          "glow", "light", parameters: [RecipeParameter("power", 2, in: 0 ... .infinity, open: true, "how bright")],
          example: "glow", source: "-"
        ) { $0[0] },
        Recipe("sqrt", "a shade with a function's name", example: "grey", source: "-") { _ in -1.0 },
      ] as [Recipe<Double>]).map { Builtin($0, family: shade, in: .layers) },
      [
        Builtin("gauge", "Makes a gauge.", in: .session, gives: "a gauge", example: "gauge()") { _ in
          .object(Gauge())
        },
        Builtin(
          "paint", "Returns the number of a shade.", in: .session,
          [
            Parameter("shade", .union([.choice(shade), .word(["auto"])]), default: "auto", "the shade"),
            Parameter("gauge", .optional(.object("gauge")), default: "none", "a gauge"),
          ], gives: "a number", example: "paint(grey)"
        ) { call in .number(call.optionalChoice("shade", as: Double.self) ?? 99) },
      ],
    ] + [Registry.standard.builtins.values.flatMap(\.entries)])

  private func outcome(_ script: String) -> String {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host(), registry: Self.registry)
    do throws(Diagnostic) {
      try interpreter.run(Source(name: "test", text: script))
    } catch {
      return scripted.output + "\(error.code): \(error.message)"
    }
    return scripted.output
  }

  @Test(arguments: [
    ("g = gauge()\ng.level = 5\ng.level", "5\n"), ("g = gauge()\nh = g\nh.level = 7\ng.level", "7\n"),
    ("g = gauge()\ng.level = [1, 2]\ng.level[2] = 9\nstr(g.level)", "[1, 9]\n"),
    ("g = gauge()\ng[2] = 3\ng[1] + g[-1]", "13\n"), ("g = gauge()\ng", "gauge at 1\n"),
    ("g = gauge()\nfn f() { g.level = 4 }\nf()\ng.level", "4\n"),
    ("gs = [gauge()]\ngs[1].level = 6\ngs[1].level", "6\n"),
    ("gauge() == gauge()", "false\n"), ("g = gauge()\ng == g", "true\n"), ("type(gauge())", "gauge\n"),
    ("g = gauge()\ng.level = g\nstr(g.label)", "g\n"), ("len(gauge())", "2\n"), ("for m in gauge() { m }", "10\n20\n"),
    ("str([gauge()])", "[gauge at 1]\n"), (":set format json\ngauge()", "\"gauge at 1\"\n"),
    ("gauge().levle", "unknown-field: unknown field 'levle' for a gauge"),
    ("g = gauge()\ng.label = 1", "cannot-assign: 'label' of a gauge cannot be changed"),
    ("g = gauge()\ng[3] = 1", "bad-index: index 3 is out of range: there are 2 elements"),
  ])
  func objectsBehaveAsReferences(_ script: String, _ output: String) { #expect(outcome(script) == output) }

  @Test(arguments: [
    ("paint()", "99\n"), ("paint(auto)", "99\n"), ("paint(\"auto\")", "99\n"), ("paint(grey)", "0\n"),
    ("paint(tint(0.25))", "0.25\n"), ("paint(glow)", "2\n"), ("paint(glow(power: 3))", "3\n"),
    ("s = tint(1)\npaint(s)", "1\n"), ("paint(sqrt)", "-1\n"), ("sqrt(4)", "2\n"), ("map([4], sqrt)[1]", "2\n"),
    ("grey.name", "grey\n"), ("tint(0.5).share", "0.5\n"), ("str([grey, glow, glow(3)])", "[grey, glow, glow(3)]\n"),
    ("glow(2) == glow", "true\n"), ("glow(3) == glow", "false\n"), ("type(grey)", "shade\n"),
    ("tint", "missing-argument: 'tint' needs arguments"),
    ("tint(2)", "out-of-range: 'share' of tint must be a number from 0 to 1, but this is 2"),
    ("glow(0)", "out-of-range: 'power' of glow must be a number above 0, but this is 0"),
    ("grey(1)", "too-many-arguments: grey takes no arguments"),
    ("paint(gray)", "unknown-choice: unknown shade 'gray'"),
    ("paint(3)", "wrong-type: 'shade' of paint must be a shade or auto, but this is a number"),
    ("paint(\"dark\")", "wrong-type: 'shade' of paint must be a shade or auto, but this is \"dark\""),
    ("paint(grey, 1)", "wrong-type: 'gauge' of paint must be a gauge or none, but this is a number"),
  ])
  func catalogueEntriesAreChoices(_ script: String, _ output: String) { #expect(outcome(script) == output) }

  @Test func objectsWriteTheirOwnFiles() throws {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host(), registry: Self.registry)
    try interpreter.run(Source(name: "test", text: "gauge() |> save(\"a.gauge\")\ngauge() |> save(\"a.txt\")"))
    #expect(scripted.state.withLock { $0.files["a.gauge"] } == [1, 2])
    #expect(scripted.text(ofFile: "a.txt") == "gauge at 1\n")
  }

  @Test func completionOffersNewFamilies() {
    let interpreter = Interpreter(host: ScriptedHost().host(), registry: Self.registry)
    #expect(interpreter.complete("paint(shade: g", cursor: 14) == ["grey", "glow"])
    #expect(interpreter.complete("paint(shade: au", cursor: 15) == ["auto"])
  }
}
