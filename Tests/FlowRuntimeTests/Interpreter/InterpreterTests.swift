// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import Synchronization
import TestSupport
import Testing

/// Sessions: variables across entries, echo at the prompt, settings and limits.
struct InterpreterTests {
  private func source(_ text: String) -> Source { Source(name: "test", text: text) }

  @Test func variablesPersistAcrossPrograms() throws {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host())
    try interpreter.run(source("x = 2\nfn f(y) = x * y"))
    try interpreter.run(source("f(4)"))
    #expect(scripted.output == "8\n")
    #expect(interpreter.globals.map(\.name) == ["f", "x"])
  }

  @Test func assignmentsBeforeAnErrorAreKept() throws {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host())
    #expect(throws: Diagnostic.self) { try interpreter.run(source("xs = [1, 2]\nxs[1] = 5\nxs[9] = 0")) }
    try interpreter.run(source("str(xs)"))
    #expect(scripted.output == "[5, 2]\n")
  }

  @Test(arguments: [
    ("x = 3", "3\n"), ("x = 3;", ""), ("x = \"a\"", "\"a\"\n"), ("x = none", "none\n"),
    ("t = table([record(a: 1)])", "table of 1 row: a\n"), ("xs = 1..3", "1..3\n"), ("fn f(a) = a", ""),
    ("f = fn(a) = a", "fn(a)\n"), ("1 + 1", "2\n"), ("1 + 1;", ""), ("2\n_ * 10", "2\n20\n"),
    ("x = 4\nans + 1", "4\n5\n"),
    ("5;\n_", "5\n"), ("for i in 1..2 { i }", "1\n2\n"), ("if true { y = 1 }", ""), ("none", ""),
    ("7\nprint(1)\n_", "7\n1\n7\n"),
  ])
  func promptEchoes(_ entry: String, _ shown: String) {
    #expect(transcript(entry, echo: .prompt) == shown)
  }

  @Test func anErrorKeepsTheLastValue() throws {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host())
    try interpreter.run(source("7;"), echo: .prompt)
    #expect(throws: Diagnostic.self) { try interpreter.run(source("missing"), echo: .prompt) }
    try interpreter.run(source("_"), echo: .prompt)
    #expect(scripted.output == "7\n")
  }

  @Test func longListsAreSummarized() {
    #expect(transcript("x = map(1..1000, fn(v) = v)", echo: .prompt) == "list of 1000 elements\n")
  }

  @Test func settingsChangeFormatsWithinAScript() {
    let script = "t = table([record(a: 1, b: \"x\")])\nt\n:set format csv\nt\n  :set format jsonl\nt\n1"
    #expect(transcript(script) == "a\tb\n1\tx\n\n\na,b\n1,x\n{\"a\": 1, \"b\": \"x\"}\n1\n")
  }

  @Test(arguments: [
    (":set format json\nnan", "null\n"), (":set format json\n\"a\"", "\"a\"\n"), (":set format json\ntrue", "true\n"),
    (":set format csv\ntable([record(a: 1)])\ntable([record(b: 2)])", "a\n1\n\n\nb\n2\n"),
    (":set format jsonl\ntable([record(a: 1), record(a: none)])", "{\"a\": 1}\n{\"a\": null}\n"),
    ("for i in 1..2 { emit(record(n: i, s: i^2)) }", "n\ts\n1\t1\n2\t4\n"),
    ("emit(record(a: 1))\nemit(record(b: 2))", "a\n1\n\n\nb\n2\n"),
    ("table([record(a: inf), record(a: none), record(a: nan)])", "a\ninf\n\"\"\nnan\n"),
    ("print(1, \"b\", [1, 2])", "1 b [1, 2]\n"), ("print(\"a\")", "a\n"),
  ])
  func outputFollowsTheFormat(_ script: String, _ output: String) { #expect(transcript(script) == output) }

  @Test func emitFlushesEachRow() throws {
    let scripted = ScriptedHost()
    try Interpreter(host: scripted.host()).run(source("for i in 1..5 { emit(record(n: i)) }"))
    #expect(scripted.state.withLock { $0.flushes } == 5)
  }

  @Test func notesAreNotOutput() throws {
    let scripted = ScriptedHost()
    try Interpreter(host: scripted.host()).run(source("warn(\"layer\", 3)"))
    #expect(scripted.notes == ["warning: layer 3"])
    #expect(scripted.output.isEmpty)
  }

  @Test(arguments: [
    ("table([record(a: 1, b: \"x,y\")]) |> save(\"t.csv\")", "t.csv", "a,b\n1,\"x,y\"\n"),
    ("table([record(a: 0.1)]) |> save(\"t.TSV\")", "t.TSV", "a\n0.1\n"),
    ("save(\"hello\", \"t.txt\")", "t.txt", "hello\n"),
    ("table([record(a: 1)]) |> save(\"t.txt\")", "t.txt", "┌───┐\n│a│\n├───┤\n│1│\n└───┘\n"),
    ("save([1, nan], \"t.json\")", "t.json", "[1,null]\n"),
  ])
  func saveFollowsTheExtension(_ script: String, _ path: String, _ content: String) throws {
    let scripted = ScriptedHost()
    try Interpreter(host: scripted.host()).run(source(script))
    let written = try #require(scripted.text(ofFile: path))
    #expect(written.filter { $0 != " " } == content)
    #expect(scripted.notes.first?.hasPrefix("wrote \(path) (") == true)
    #expect(scripted.output.isEmpty)
  }

  @Test func pipeSendsTSV() throws {
    let scripted = ScriptedHost()
    try Interpreter(host: scripted.host()).run(source("table([record(a: 1)]) |> pipe(\"wc\")"))
    let piped = scripted.state.withLock { $0.piped }
    #expect(piped.map(\.command) == ["wc"])
    #expect(piped.map(\.input) == ["a\n1\n"])
  }

  @Test(arguments: ["1 |> save(\"a.txt\")", "1 |> pipe(\"wc\")"])
  func safeModeRefusesFilesAndCommands(_ script: String) {
    let interpreter = Interpreter(host: ScriptedHost().host(isSafe: true))
    do throws(Diagnostic) {
      try interpreter.run(source(script))
      Issue.record("it ran")
    } catch {
      #expect(error.code == "safe-mode")
    }
  }

  @Test(arguments: [
    ("arg(1, default: 8) + 1", ["3"], "4\n"), ("arg(1, default: 8)", [], "8\n"), ("arg(2)", ["a", "b"], "b\n"),
    ("type(arg(1))", ["1e-3"], "number\n"), ("type(arg(1, default: \"x\"))", ["1"], "string\n"),
    ("arg(1, default: false)", ["true"], "true\n"), ("print(len(args()))", [], "0\n"),
    ("print(args(), len(args()))", ["a b", "3"], "[\"a b\", \"3\"] 2\n"),
    ("arg(1, default: 8)", ["x"], "test:1:1: error: argument 1 of the script must be a number, but it is \"x\"\n"),
  ])
  func scriptsReadTheirArguments(_ script: String, _ arguments: [String], _ output: String) {
    #expect(transcript(script, arguments: arguments).hasPrefix(output))
  }

  @Test func exitEndsTheProgram() throws {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host())
    #expect(try interpreter.run(source("print(1)\nexit(3)\nprint(2)")) == .exit(3))
    #expect(try interpreter.run(source("fn f() { exit() }\nf()")) == .exit(0))
    #expect(try interpreter.run(source("print(4)")) == .finished)
    #expect(scripted.output == "1\n4\n")
  }

  @Test func interruptEndsEndlessLoops() {
    let rounds = Mutex(0)
    let host = ScriptedHost().host(stopReason: {
      rounds.withLock { count in
        count += 1
        return count > 1000 ? .interrupt : nil
      }
    })
    do throws(Diagnostic) {
      try Interpreter(host: host).run(source("while true { }"))
      Issue.record("it ended")
    } catch {
      #expect(error.code == "interrupted")
    }
  }

  @Test func deepRecursionRuns() {
    #expect(transcript("fn f(n) { if n == 0 { return 0 }\n 1 + f(n - 1) }\nf(9000)") == "9000\n")
    #expect(
      transcript("fn f(n) = if_more(n)\nfn if_more(n) { if n == 0 { 0 } else { max([f(n - 1), 0]) } }\nf(4000)")
        == "0\n")
  }

  @Test func recursionThroughBuiltinsIsLimited() throws {
    let diagnostic = try #require(fault("fn f(x) = map([x], f)\nf(1)"))
    #expect(diagnostic.code == "recursion-limit")
  }

  @Test func closedPipesEndTheProgramQuietly() {
    var host = ScriptedHost().host()
    host.output = { _ throws(HostFailure) in throw .closedPipe }
    do throws(Diagnostic) {
      try Interpreter(host: host).run(source("1"))
      Issue.record("it ran")
    } catch {
      #expect(error.code == "closed-pipe")
    }
  }

  @Test func theSeedRestartsTheStreams() {
    var state = RandomState(seed: 7)
    let first = state.next()
    let second = state.next()
    #expect(first.seed == 7 && second.seed == 7 && first.stream != second.stream)
    var again = RandomState(seed: 7)
    #expect(again.next() == first)
  }

  @Test func failuresOfTheHostAreReported() {
    var host = ScriptedHost().host()
    host.writeFile = { _, _ throws(HostFailure) in throw .system("No space left on device") }
    do throws(Diagnostic) {
      try Interpreter(host: host).run(source("save(1, \"a.txt\")"))
      Issue.record("it ran")
    } catch {
      #expect(error.code == "input-output")
      #expect(error.message == "cannot write 'a.txt': No space left on device")
    }
  }
}
