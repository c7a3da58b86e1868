// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// Tests the settings that change how tables are written, environment variables, and files written during training.
struct WrittenTablesTests {
  private static let table = "t = table([record(a: 1, b: inf), record(a: -inf, b: nan), record(a: none, b: 2)])\n"

  private func run(_ text: String, seed: UInt64 = 0, variables: [String: String] = [:]) throws -> ScriptedHost {
    let scripted = ScriptedHost()
    scripted.state.withLock { $0.variables = variables }
    let interpreter = Interpreter(host: scripted.host(), seed: seed)
    try interpreter.run(Source(name: "test.gf", text: text))
    return scripted
  }

  @Test(arguments: [
    ("tsv", "1\tinf\n-inf\tnan\n\t2\n"), ("csv", "1,inf\n-inf,nan\n,2\n"),
    ("jsonl", "{\"a\": 1, \"b\": null}\n{\"a\": null, \"b\": null}\n{\"a\": null, \"b\": 2}\n"),
  ])
  func headersAreOptional(format: String, expected: String) throws {
    let text = ":set format \(format)\n:set header off\n" + Self.table
    #expect(try run(text + "t").output == expected)
    #expect(try run(text + "emit(t)").output == expected)
    #expect(try run(text + "save(t, \"t.tsv\")").text(ofFile: "t.tsv")?.hasPrefix("a\tb\n1\tinf\n") == true)
    #expect(try run(text + "pipe(t, \"sort\")").state.withLock { $0.piped[0].input } == "1\tinf\n-inf\tnan\n\t2\n")
  }

  @Test func numbersThatAreNotFiniteAsText() throws {
    let text = ":set format jsonl\n:set nonfinite text\n" + Self.table
    let rows = "{\"a\": 1, \"b\": \"inf\"}\n{\"a\": \"-inf\", \"b\": \"nan\"}\n{\"a\": null, \"b\": 2}\n"
    #expect(try run(text + "t").output == rows)
    #expect(try run(text + "emit(t)").output == rows)
    #expect(try run(text + "save(t, \"t.jsonl\")").text(ofFile: "t.jsonl") == rows)
    #expect(
      try run(text + "[inf, [1, nan]]\nrecord(x: -inf)\nnan").output == """
        ["inf", [1, "nan"]]
        {"x": "-inf"}
        "nan"

        """)
    #expect(try run(":set format json\n:set nonfinite text\n[[inf, 1], [2, 3]]").output == "[[\"inf\", 1],\n [2, 3]]\n")
    #expect(fault(":set nonfinite nan")?.message == "'nonfinite' must be null or text, but this is 'nan'")
  }

  /// JSON has no such numbers, so a file that is read again has missing values in their place.
  @Test(arguments: [
    ("save(t, \"t.json\")", 3), ("save([1, [nan]], \"x.jsonl\")", 1), ("save(record(a: 1, b: [2, 3]), \"x.json\")", 0),
    ("save(t, \"t.csv\")", 0), (":set nonfinite text\nsave(t, \"t.json\")", 0),
  ]) func lostNumbersAreNoted(_ code: String, _ count: Int) throws {
    let notes = try run(Self.table + code).notes.filter { $0.contains("infinite") }
    let subject = count == 1 ? "1 number that is nan or infinite is" : "\(count) numbers that are nan or infinite are"
    let note = "\(subject) null in the file; ':set nonfinite text' writes strings instead"
    #expect(notes == (count == 0 ? [] : [note]))
  }

  @Test func provenanceIsAColumn() throws {
    let text = ":set format csv\n:set provenance on\nt = table([record(a: 1)])\n"
    let first = "a,provenance\n1,\"gradflow 0, seed 7, test.gf\"\n"
    #expect(try run(text + "t", seed: 7).output == first)
    #expect(try run(text + "emit(record(a: 1))", seed: 7).output == first)
    #expect(try run(text + "seed(7)\nsave(t, \"t.csv\")").text(ofFile: "t.csv") == first)
    // A column that came with the table is kept.
    #expect(try run(text + "t |> with(provenance: \"old\")").output == "a,provenance\n1,old\n")
    #expect(try run(text + "t.a\nlen(columns(t))").output == "1\n1\n")
  }

  @Test func environmentVariables() throws {
    let variables = ["N": "12", "EMPTY": "", "YES": "true"]
    let text = """
      print(env("N") + "a", env("N", default: 1) + 1, env("YES", default: false) and true, env("EMPTY") == "")
      print(env("GONE", default: 3), env("GONE", default: none) == none, env("N", default: "x") + "y")
      """
    #expect(try run(text, variables: variables).output == "12a 13 true true\n3 true 12y\n")
    #expect(fault("env(\"GONE\")")?.message == "the environment variable 'GONE' is not set")
    #expect(fault("env(\"GONE\")")?.notes.first?.contains("env(\"GONE\", default: \"\")") == true)
    #expect(fault("env(\"A=B\")")?.message.contains("cannot be the name") == true)
    let error = #expect(throws: Diagnostic.self) { try run("env(\"YES\", default: 1)", variables: variables) }
    #expect(error?.message == "the environment variable 'YES' must be a number, but it is \"true\"")
  }

  @Test func severalTablesAreEmittedToFiles() throws {
    let files = "emit: record(epochs: \"e.tsv\", flow: \"f.jsonl\", steps: \"s.json\")"
    let scripted = try run(
      """
      run = train(mlp([2, 4, 1], tanh), xor(32), epochs: 3, batch: 8, \(files))
      save(run.flow, "flow.jsonl")
      save(run.steps, "steps.json")
      """)
    #expect(scripted.text(ofFile: "e.tsv")?.split(separator: "\n").count == 4)
    #expect(scripted.text(ofFile: "f.jsonl") == scripted.text(ofFile: "flow.jsonl"))
    #expect(scripted.text(ofFile: "s.json") == scripted.text(ofFile: "steps.json"))
    #expect(scripted.output.isEmpty)
    #expect(scripted.notes.prefix(3) == ["wrote s.json (12 rows)", "wrote e.tsv (3 rows)", "wrote f.jsonl (24 rows)"])
  }

  @Test(arguments: [
    ("record(epoch: \"e.tsv\")", "a run has no rows 'epoch' to write"),
    ("record(epochs: 3)", "'epochs' of emit must be the path of a file, but it is a number"),
    ("record(epochs: \"e.xyz\")", "rows cannot be written as '.xyz'"), ("record()", "emit names no file"),
    ("record(epochs: \"e.tsv\", steps: \"e.tsv\")", "emit names the file \"e.tsv\" twice"),
    ("record(flow: \"f.tsv\"), record: none", "the flow is not recorded, so there are no rows to write"),
  ])
  func errorsOfEmit(argument: String, message: String) {
    #expect(fault("train(mlp([2, 4, 1], tanh), xor(8), emit: \(argument))")?.message == message)
  }
}
