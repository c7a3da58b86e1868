// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// The completions at the cursor, which is at the end of the line unless stated otherwise.
struct CompletionTests {
  private static let prologue = """
    depth = 8
    t = table([record(loss: 1, step: 1), record(loss: 2, step: 2)])
    r = record(best: 1, worst: t)
    fn ratio(n, act: 1) = n
    """

  private func complete(_ line: String, cursor: Int? = nil) throws -> [String] {
    let scripted = ScriptedHost()
    scripted.state.withLock { $0.files = ["weak.tsv": [], "strong.tsv": [], "odd\u{1B}\"{\n\u{202E}": []] }
    var host = scripted.host()
    host.openForReading = { path throws(HostFailure) in
      guard path == "rates.csv" else { throw .system("No such file or directory") }
      return OpenFile(isRepeatable: true) { _ in Array("rate,\"max loss\"\n1,2\n".utf8) }
    }
    let interpreter = Interpreter(host: host)
    try interpreter.run(Source(name: "test", text: Self.prologue))
    return interpreter.complete(line, cursor: cursor ?? line.utf8.count)
  }

  @Test(arguments: [
    ("dep", ["depth"]), ("x = dep", ["depth"]), ("quan", ["quantile"]), ("whil", ["while"]), ("zzz", []),
    ("?quan", ["quantile"]), ("? quan", ["quantile"]), ("?flow t", ["flow table"]), ("?vani", ["vanishing"]),
    ("?dri", ["drift"]), ("?dept", ["depth", "depth_scale", "depth_budget"]),
    ("r.", ["best", "worst"]), ("r.worst.l", ["loss"]), ("t[1].st", ["step"]), ("print(t.lo", ["loss"]), ("depth.", []),
    ("save(t, \"we", ["weak.tsv"]), ("x = \"", ["odd\\u{1B}\\\"\\{\\n\\u{202E}", "strong.tsv", "weak.tsv"]),
    // The content of a string is source code.
    ("x = \"odd\\u{1B}\\\"", ["odd\\u{1B}\\\"\\{\\n\\u{202E}"]),
    ("round(1, dec", ["decimals: "]), ("ratio(1, ac", ["act: "]), ("sort(t, des", ["desc: "]),
    ("t |> where(lo", ["log", "log10", "log2", "logspace", "loss", "lower"]), ("t |> select(lo", ["loss"]),
    ("t |> where(loss < 1) |> select(st", ["step"]), ("t |> with(twice: 2 * loss) |> select(tw", ["twice"]),
    ("t |> summarize(by: st", ["step"]), ("t |> summarize(by: [loss, st", ["step"]), ("sort(t, st", ["step"]),
    ("r.worst |> select(lo", ["loss"]), ("# dep", []),
    ("print(\"{dep", ["depth"]), ("\"a {1} {r.", ["best", "worst"]), ("\"a \\{dep", []), ("\"{depth} dep", []),
    ("t |> with(l: \"{lo", ["loss"]), ("\"{quan", ["quantile"]), ("\"{round(1, dec", ["decimals: "]),
    ("help(quan", ["quantile"]), ("help(\"flow t", ["flow table"]), ("help(vani", ["vanishing"]),
  ])
  func positionsAreRecognized(_ line: String, _ candidates: [String]) throws {
    let found = try complete(line)
    if candidates.isEmpty {
      #expect(found.isEmpty)
    } else {
      #expect(Set(candidates).isSubset(of: found), "\(found)")
      // Except in fields and strings, other names with the same beginning may be legal too.
      #expect(found.allSatisfy { $0.hasPrefix(candidates[0].prefix(1)) || line.hasSuffix(".") || line.hasSuffix("\"") })
    }
  }

  @Test func onlyFieldsFollowADot() throws { #expect(try complete("r.") == ["best", "worst"]) }

  @Test func columnNamesExcludeVariables() throws { #expect(try complete("t |> select(").contains("loss")) }

  @Test func givenArgumentsAreNotOffered() throws {
    #expect(try !complete("round(x: 1, ").contains("x: "))
    #expect(try complete("round(x: 1, ").contains("decimals: "))
  }

  /// The axes of a sweep are the parameters of its function.
  @Test func parametersOfTheFunction() throws {
    #expect(try complete("sweep(fn(depth, width: 3) = depth, de").contains("depth: "))
    #expect(try complete("sweep(ratio, a").contains("act: "))
    #expect(try !complete("sweep(ratio, act: 1, a").contains("act: "))
    #expect(try complete("ratio |> sweep(a").contains("act: "))
    #expect(try complete("sweep(chain, de").contains("depth: "))
  }

  @Test func choicesOfAParameter() throws {
    let found = try complete("chain(2, tanh, init: ")
    #expect(found.contains("he_normal"))
    #expect(!found.contains("quantile") && !found.contains("depth"))
    #expect(try complete("chain(2, ").contains("sigmoid"))
  }

  /// An empty word shows what the call still needs, and nothing else.
  @Test(arguments: [
    (
      "chain(8, sigmoid, ", ["width: ", "inputs: ", "outputs: ", "init: ", "bias: ", "norm: ", "skip: ", "precision: "]
    ),
    ("chain(8, sigmoid, width: 2, ", ["inputs: ", "outputs: ", "init: ", "bias: ", "norm: ", "skip: ", "precision: "]),
    ("chain(8, sigmoid, skip: ", ["true", "false", "depth"]), ("round(1.5, ", ["decimals: "]),
    ("t |> where(", ["loss", "step"]), ("sort(t, ", ["loss", "step"]),
    ("sort(t, loss, desc: ", ["true", "false"]), ("ratio(1, ", ["act: ", "depth", "r", "ratio", "t"]),
    ("summary(", ["chain", "mlp", "sequence", "copy"]),
    ("read(\"rates.csv\") |> where(", ["rate", "`max loss`"]),
    ("read(\"rates.csv\") |> select(", ["rate", "`max loss`"]),
    ("csv(\"rates.csv\", target: ", ["\"rate\"", "\"max loss\""]), ("csv(\"rates.csv\", target: \"ra", ["rate"]),
    ("csv(\"rates.csv\", \"max", ["max loss"]), ("!cat str", ["strong.tsv"]),
  ])
  func emptyWordsOfferWhatIsStillFree(_ line: String, _ candidates: [String]) throws {
    #expect(try complete(line) == candidates)
  }

  /// Parameters and variables of the entry are offered before it has run.
  @Test(arguments: [
    ("fn f(alpha, beta: 1) = alp", "alpha"), ("fn f(alpha, beta: 1) { gamma = 2; bet", "beta"),
    ("fn f(alpha) { gamma = 2; print(gam", "gamma"), ("for item in 1..3 { print(ite", "item"),
  ])
  func localNamesAreOffered(_ line: String, _ name: String) throws { #expect(try complete(line).first == name) }

  /// Arguments come before functions with the same beginning.
  @Test func argumentsComeFirst() throws {
    #expect(try complete("chain(8, sigmoid, in").prefix(2) == ["inputs: ", "init: "])
    #expect(try complete("t |> where(lo").first == "loss")
  }

  @Test func textAfterTheCursorIsIgnored() throws { #expect(try complete("dep + 1", cursor: 3) == ["depth"]) }

  @Test func safeModeShowsNoFiles() {
    let interpreter = Interpreter(host: ScriptedHost().host(isSafe: true))
    #expect(interpreter.complete("save(1, \"", cursor: 9).isEmpty)
  }

  /// Completion must handle any prefix of any line.
  @Test(arguments: [
    "flow(chain(8, tanh)) |> where(log10_total < -3) |> save(\"weak.tsv\")", "x = [1, {2", ")))((",
    "fn f(a, b: [1, 2]) { a.b",
    "\"{a + \"b\"} ", "a.b[1].c(2).d", "|> |> (", "é = \"ü\"; é.", "t |>",
  ])
  func everyPrefixIsSafe(_ line: String) throws {
    let interpreter = Interpreter(host: ScriptedHost().host())
    for cursor in 0...line.utf8.count + 1 { _ = interpreter.complete(line, cursor: cursor) }
  }
}
