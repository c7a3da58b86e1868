// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// What is offered for columns, paths and the values of a network at the prompt: only what is legal at the place.
struct ColumnCompletionTests {
  private static let csv = "id,\"size, m²\",city,rent\n1,70,Rome,900\n"

  /// After a comparison, the few texts of the column are completed.
  @Test func completesComparedTexts() throws {
    let interpreter = Interpreter(host: ScriptedHost().host())
    try interpreter.run(
      Source(name: "test", text: "t = table([record(city: \"Rome\", a: 1), record(city: \"Oslo\", a: 2)])"))
    func complete(_ line: String) -> [String] { interpreter.complete(line, cursor: line.utf8.count) }
    #expect(complete("where(t, city == ") == ["\"Oslo\"", "\"Rome\""])
    #expect(complete("t |> where(city != \"R") == ["Rome"])
    #expect(!complete("where(t, a == ").contains("\"Oslo\""))
    try interpreter.run(Source(name: "test", text: "u = table([record(`the city`: \"Rome\")])"))
    #expect(complete("where(u, `the city` == ") == ["\"Rome\""])
    #expect(complete("u |> where(`the city`==\"") == ["Rome"])
  }

  /// Neither a long line nor a long column makes the completion slow.
  @Test func completesLongLinesAndColumnsQuickly() throws {
    let interpreter = Interpreter(host: ScriptedHost().host())
    let script = "t = table([record(city: \"Rome\")]); for i in 1..20 { t = concat(t, t) }"
    try interpreter.run(Source(name: "test", text: script))
    let line = "where(t, " + String(repeating: "a", count: 50_000) + " + city == "
    let duration = ContinuousClock().measure {
      #expect(interpreter.complete(line, cursor: line.utf8.count) == ["\"Rome\""])
    }
    #expect(duration < .seconds(3))
  }

  private func complete(_ line: String) -> [String] {
    let scripted = ScriptedHost()
    scripted.state.withLock { $0.files = ["own.csv": Array(Self.csv.utf8), "lib.gf": [], "id.tsv": []] }
    var host = scripted.host()
    host.openForReading = { path throws(HostFailure) in
      guard path == "own.csv" else { throw .system("No such file or directory") }
      var rest = Array(Self.csv.utf8)
      return OpenFile(isRepeatable: true) { _ in
        defer { rest = [] }
        return rest
      }
    }
    let interpreter = Interpreter(host: host)
    do throws(Diagnostic) {
      try interpreter.run(Source(name: "test", text: Self.prologue))
    } catch {
      Issue.record("\(error.message)")
    }
    return interpreter.complete(line, cursor: line.utf8.count)
  }

  private static let prologue = """
    tb = read("own.csv")
    net = mlp([2, 4, 1], tanh)
    data = xor(8)
    r = train(net, data, epochs: 1)
    l = r.flow
    rec = record(net: net)
    """

  private static let globals = ["data", "l", "net", "r", "rec", "tb"]

  private static let places: [(String, [String])] = [
    // The names in a file are those that csv reads.
    ("csv(\"own.csv\", target: \"", ["id", "size, m²", "city", "rent"]),
    ("csv(\"own.csv\", target: \"size, ", ["size, m²"]),
    ("csv(\"own.csv\", target: \"rent\", drop: [\"id\", \"", ["size, m²", "city"]),
    ("csv(\"own.csv\", one_hot: \"city\", target: ", ["\"id\"", "\"size, m²\"", "\"rent\""]),
    // Columns that are no plain names are written in backquotes.
    ("tb.", ["`size, m²`", "city", "id", "rent"]), ("tb.siz", []),
    ("tb[\"", ["id", "size, m²", "city", "rent"]), ("tb[\"size,", ["size, m²"]),
    ("rec[\"", ["net"]), ("rec[", ["\"net\""] + globals), ("net[\"", []),
    ("tb |> select(", ["id", "`size, m²`", "city", "rent"]),
    ("tb |> sort(", ["id", "`size, m²`", "city", "rent"]),
    ("tb |> where(id > 0) |> sort(", ["id", "`size, m²`", "city", "rent"]),
    // A string names columns where columns are named, and a file only where a path is expected.
    ("dataset(tb, target: \"", ["id", "size, m²", "city", "rent"]),
    ("dataset(tb, target: rent, drop: [\"id\", \"", ["size, m²", "city"]),
    ("tb |> longer(\"", ["id", "size, m²", "city", "rent"]), ("tb |> where(city == \"", ["Rome"]),
    ("print(\"", []), ("plot(tb, title: \"", []), ("save(tb, \"i", ["id.tsv"]), ("read(\"i", ["id.tsv"]),
    ("csv(\"o", ["own.csv"]), ("sweep(net, into: \"i", ["id.tsv"]), ("x = \"i", ["id.tsv"]), ("x = 1 + \"i", []),
    ("include ", ["\"lib.gf\""]), ("include \"", ["lib.gf"]),
    // Columns that are given are not offered again.
    ("l |> select(layer, laye", []), ("tb |> select(id, ci", ["city"]),
    ("tb |> select(r", ["rent"]), ("tb |> wider(name: city, value: [id, r", ["rent"]),
  ]

  @Test(arguments: places) func columnsAndPaths(_ line: String, _ candidates: [String]) {
    let found = complete(line)
    #expect(found == candidates)
  }

  /// Each line with words that are offered, and words with the same beginning that would be errors.
  private static let words: [(String, [String], [String])] = [
    ("r.flow |> wh", ["where"], ["while"]), ("tb |> su", ["summarize"], ["sub"]),
    ("net |> tr", ["train"], ["true", "trim", "transpose"]),
    ("net |> f", ["flow"], ["fn", "false", "filter", "floor"]),
    ("mlp([2, 4, 1], tanh) |> tr", ["train"], ["trim", "transpose"]),
    ("[1, 2] |> tr", ["transpose"], ["train"]),
    ("\"a\" |> tr", ["trim"], ["train", "transpose"]), ("r |> di", ["diagnose"], ["digits"]),
    ("xor(8) |> s", ["split", "shuffle"], ["sort", "sqrt", "save_all"]),
    ("tb |> summarize(n: len(id)) |> s", ["sort", "select"], ["split", "sqrt"]),
    ("mlp([2, 4, 1], tanh, norm: batch, no", [], ["normal", "norm: ", "none", "not"]),
    ("chain(2, tanh, no", ["norm: "], ["normal", "not"]), ("chain(2, tanh, init: no", ["normal"], ["not", "norm: "]),
    ("train(net, d", ["data", "digits"], ["dense", "dropout"]),
    ("diagnose(r, l", ["limit: "], ["loss: ", "log"]), ("diagnose(net, l", ["loss: ", "limit: "], []),
    ("chain(2 + ro", ["round"], ["while"]), ("x = wh", ["where"], ["while"]), ("whi", ["while"], []),
    ("fn g(net) = net |> tr", ["trim", "train"], []), ("if tb |> su", ["summarize"], ["sub", "sum"]),
    ("x = true an", ["and"], ["any"]), ("for x i", ["in"], ["iris"]), ("print(tr", ["true", "transpose"], []),
  ]

  @Test(arguments: words) func illegalWordsAreNotOffered(_ line: String, _ offered: [String], _ illegal: [String]) {
    let found = complete(line)
    #expect(Set(offered).isSubset(of: found), "\(found)")
    #expect(Set(illegal).isDisjoint(with: found), "\(found)")
  }

  @Test func argumentsFollowTheFirstOne() {
    #expect(!complete("diagnose(r, ").contains("loss: ") && complete("diagnose(net, ").contains("loss: "))
    #expect(complete("f(1)") == [] && complete("f(1) ") == ["and", "or", "in"])
  }
}
