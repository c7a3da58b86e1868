// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// A file of cells can be continued by the same sweep, and only by that one.
@Suite struct SweepIdentityTests {
  /// Runs a sweep, and then another one with the same file. Returns the error of the latter.
  private func fault(
    _ first: String, _ second: String, variables: [String: String] = [:], arguments: [String] = [],
    with host: ScriptedHost = ScriptedHost()
  ) throws -> Diagnostic? {
    try Interpreter(host: host.host(arguments: ["1", "2"])).run(Source(name: "test", text: first))
    host.state.withLock { $0.variables = variables }
    do throws(Diagnostic) {
      try Interpreter(host: host.host(arguments: arguments)).run(Source(name: "test", text: second))
      return nil
    } catch {
      return error
    }
  }

  /// The values that a function reads from the environment and the command line must be the same.
  @Test(arguments: [
    ("sweep(fn(n) = n * env(\"K\", default: 1), n: 1..2, into: \"c.db\")", "env(\"K\") = none"),
    ("sweep(fn(n) = n * env(name: \"K\", default: 1), n: 1..2, into: \"c.db\")", "env(\"K\") = none"),
    ("fn k() = env(\"K\", default: 1)\nsweep(fn(n) = n * k(), n: 1..2, into: \"c.db\")", "env(\"K\") = none"),
    ("sweep(fn(n) = n * arg(2, default: 1), n: 1..2, into: \"c.db\")", "arg(2) = \"2\""),
    ("sweep(fn(n) = n * len(args()), n: 1..2, into: \"c.db\")", "arguments = [\"1\", \"2\"]"),
    ("sweep(fn(n) = arg(n), n: 1..2, into: \"c.db\")", "arguments = [\"1\", \"2\"]"),
    ("sweep(fn(n) = first(map([n], arg)), n: 1..2, into: \"c.db\")", "arguments = [\"1\", \"2\"]"),
  ])
  func outsideIsCompared(_ sweep: String, _ difference: String) throws {
    let error = try fault(sweep, sweep, variables: ["K": "5"], arguments: ["1", "3"])
    #expect(error?.code == "other-sweep")
    #expect(error?.notes.first == "in the file, \(difference)")
    #expect(try fault(sweep, sweep, variables: ["L": "5"], arguments: ["1", "2"]) == nil)
  }

  @Test(arguments: [
    "sweep(fn(n) = env(\"K{n}\", default: 1), n: 1..2, into: \"c.db\")",
    "read = env\nsweep(fn(n) = read(\"K\", default: 1), n: 1..2, into: \"c.db\")",
  ])
  func computedNamesAreErrors(_ sweep: String) {
    #expect(TestSupport.fault(sweep)?.code == "computed-name")
  }

  /// Variables that the function reads must be the same, wherever it finds them.
  @Test(arguments: [
    ("k = 1", "k = 2", "fn(n) = n + k"),
    ("t = table([record(k: 1)])", "t = table([record(k: 2)])", "fn(n) = n + t.k[1]"),
    ("fs = [fn(n) = n]", "fs = [fn(n) = 2 * n]", "fn(n) = fs[1](n)"),
    (
      "fn make(k) = fn(x) = x * k\nf = make(2)\ng = make(3)", "fn make(k) = fn(x) = x * k\nf = make(2)\ng = make(4)",
      "fn(n) = f(n) + g(n)"
    ),
    ("fn f(n) { a = 1; b = 2; a + b }", "fn f(n) {\nb = 2\na = 1; a + b }", "fn(n) = f(n)"),
    ("k = 1", "k = 2", "fn(n) { if n > 1 { k = 3 }\nreturn n + k }"),
  ])
  func variablesAreCompared(_ first: String, _ second: String, _ function: String) throws {
    let sweep = "sweep(\(function), n: 1..2, into: \"c.db\")"
    let error = try fault("\(first)\n\(sweep)", "\(second)\n\(sweep)")
    #expect(error?.code == "other-sweep", "\(String(describing: error))")
    #expect(error?.notes.allSatisfy { !$0.hasSuffix(", ") } == true, "\(String(describing: error))")
    #expect(try fault("\(first)\n\(sweep)", "\(first)\n\(sweep)") == nil)
  }

  /// The names of arguments, fields and variables of the function are not those of the variables around it.
  @Test(arguments: [
    "fn f(n, k: 1) = n + k\nsweep(fn(n) = f(n, k: 3), n: 1..2, into: \"c.db\")",
    "sweep(fn(n) = record(k: n).k, n: 1..2, into: \"c.db\")",
    "sweep(fn(n) { k = n\nreturn k + 1 }, n: 1..2, into: \"c.db\")",
    "sweep(fn(n) = sum(map([n], fn(k) = k + 1)), n: 1..2, into: \"c.db\")",
    "sweep(fn(k) = k, k: 1..2, into: \"c.db\")",
  ])
  func labelsAreNotVariables(_ sweep: String) throws {
    #expect(try fault("k = 1\n\(sweep)", "k = 2\n\(sweep)") == nil)
    #expect(try fault(sweep, "k = 2\n\(sweep)") == nil)
  }

  /// A name that only one of the sweeps finds among the variables is a reason too. It may also be that of a column.
  @Test func reasonsAreNotEmpty() throws {
    let sweep =
      "t = table([record(loss: 1)])\nsweep(fn(n) = len(t |> where(loss < n)), n: 1..2, into: \"c.db\")"
    let error = try fault(sweep, "loss = 2\n\(sweep)")
    #expect(error?.notes.first == "in this sweep, loss = 2", "\(String(describing: error))")
  }
}
