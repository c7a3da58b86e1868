// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// Checks the declaration of every builtin.
struct BuiltinTests {
  static let entries = Registry.standard.builtins.values.flatMap(\.entries)

  @Test(arguments: entries.map(\.example))
  func exampleRuns(_ example: String) throws {
    let interpreter = Interpreter(host: ScriptedHost().host())
    do throws(Diagnostic) {
      try interpreter.run(Source(name: "example", text: example))
    } catch {
      Issue.record("\(render(error, style: DiagnosticStyle()).plain)")
    }
  }

  @Test(arguments: entries.map(\.name))
  func declarationIsComplete(_ name: String) throws {
    let overloads = try #require(Registry.standard[name])
    for entry in overloads.entries {
      #expect(entry.summary.hasSuffix("."))
      #expect(entry.example.contains(name))
      for other in entry.seeAlso {
        #expect(Registry.standard[other] != nil, "\(name) points to \(other)")
        #expect(other != name)
      }
      for parameter in entry.parameters {
        #expect(!parameter.summary.isEmpty && !parameter.summary.hasSuffix("."))
        #expect(isName(parameter.name))
      }
      // A default before a required parameter could not be omitted in a positional call.
      let optional = entry.parameters.drop { $0.standard == nil }
      #expect(optional.allSatisfy { $0.standard != nil || $0.isRest })
    }
  }

  /// The first argument selects the overload, so no value may match two of them.
  @Test func overloadsDoNotOverlap() {
    let samples = [
      "1", "\"text\"", "true", "[1, 2]", "1..3", "record(a: 1)", "table([record(a: 1)])", "fn(x) = x", "none",
    ]
    for overloads in Registry.standard.builtins.values where overloads.entries.count > 1 {
      for sample in samples {
        let fitting = overloads.entries.filter { entry in
          let alone = Builtin(
            "probe", "Probes.", in: .session, Array(entry.parameters.prefix(1)), gives: "none", example: "",
            body: { _ in .none })
          let registry = Registry([Registry.standard.builtins.values.flatMap(\.entries), [alone]])
          let interpreter = Interpreter(host: ScriptedHost().host(), registry: registry)
          return (try? interpreter.run(Source(name: "probe", text: "probe(\(sample))"))) != nil
        }
        #expect(fitting.count <= 1, "\(overloads.name)(\(sample))")
      }
    }
  }

  @Test func signaturesFitOnOneLine() {
    #expect(Registry.standard["quantile"]?.entries[0].signature == "quantile(numbers, share)")
    #expect(Registry.standard["record"]?.entries[0].signature == "record(name: value, ...)")
    #expect(Registry.standard["range"]?.entries[0].signature == "range(first, last, step: 1)")
    #expect(
      Registry.standard["summarize"]?.entries[0].signature == "summarize(table, by: none, column: summary, ...)")
  }
}
