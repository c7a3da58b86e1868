// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import FlowTables
import TestSupport
import Testing

struct ReportTests {
  private static let run = """
    data = split(digits(), 0.5)
    net = mlp([64, 12, 12, 12, 10], sigmoid)
    run = train(net, data[1], optimizer: sgd(0.5), epochs: 2, validation: data[2])

    """
  private static let hostile = "<script>alert(1)</script>\\\" onload=\\\"x\\u{1B}"

  /// Runs a script and returns the host.
  private func host(_ script: String, width: Int? = nil) throws -> ScriptedHost {
    let host = ScriptedHost()
    let interpreter = Interpreter(host: host.host(width: width))
    if width != nil { interpreter.settings.format = .table }
    try interpreter.run(Source(name: "test", text: script))
    return host
  }

  private func page(_ script: String) throws -> (text: String, markup: StrictMarkup) {
    let host = try host(script + "\nsave(r, \"r.html\")")
    let text = try #require(host.text(ofFile: "r.html"))
    return (text, try StrictMarkup(text))
  }

  static let scripts = [
    run + "r = report(run)", run + "r = report(net, data[2])", "r = report(chain(4, sigmoid))",
    "net = mlp([8, 16, 4], relu); r = report(net)", "r = report(chain(100, tanh, width: 3, skip: true, norm: layer))",
    "net = chain(40, relu, width: 20, init: normal(0, 30), precision: f32)\n"
      + "r = report(train(net, gaussian(64, 20, 20), epochs: 3))",
    "r = report(train(mlp([2, 3, 1], tanh), xor(8), steps: 1, record: none))",
  ]

  @Test(arguments: ["", " \\n"]) func emptyTitlesAreRefused(_ title: String) {
    let message = "the title of a report must not be empty"
    #expect(fault("report(chain(2, tanh), title: \"\(title)\")")?.message == message)
    let run = "run = train(chain(2, tanh), sine(8), epochs: 1)\n"
    #expect(fault("\(run)report(run, title: \"\(title)\")")?.message == message)
  }

  /// A report says what `diagnose` says about a run without problems.
  @Test(arguments: [
    "run = train(mlp([2, 8, 1], tanh), xor(64), steps: 2)",
    "x = gaussian(200, 2, 1).inputs\nrun = train(mlp([2, 8, 1], tanh), dataset(x, map(x, fn(r) = 0.5)), loss: bce, "
      + "epochs: 60)",
    "run = train(mlp([2, 8, 1], tanh), moons(200), optimizer: adam(0.01), epochs: 30)",
  ])
  func verdictIsThatOfDiagnose(_ training: String) throws {
    let notes = try host("\(training)\ndiagnose(run);").notes.filter { !$0.contains("diagnose(run)") }
    let report = try host("\(training)\nprint(report(run).verdict)\nprint(report(run))").output
    for note in notes { #expect(report.contains(note.prefix(1).uppercased() + note.dropFirst()), "\(report)") }
    #expect(!notes.isEmpty && (report.contains("No problems found") || notes[0].hasPrefix("too short")))
  }

  @Test(arguments: scripts) func pageIsValidAndAccessible(_ script: String) throws {
    let (text, markup) = try page(script)
    #expect(text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">\n"))
    for name in ["h1", "main", "style"] { #expect(markup.all(name).count == 1, "\(name)") }
    #expect(markup.all("title").count { $0.path == ["html", "head"] } == 1)
    #expect(markup.all("th").allSatisfy { ["row", "col"].contains($0.attributes["scope"]) })
    #expect(markup.all("table").count == markup.all("caption").count)
    #expect(markup.all("svg").allSatisfy { $0.attributes["role"] == "img" && $0.attributes["aria-label"] != nil })
    #expect(markup.all("figure").count == markup.all("figcaption").count && markup.all("figure").count >= 1)
    let ids = Set(markup.elements.compactMap { $0.attributes["id"] })
    #expect(markup.elements.compactMap { $0.attributes["aria-labelledby"] }.allSatisfy(ids.contains))
    // Nothing is loaded or run.
    for element in markup.elements {
      #expect(!["script", "link", "img", "iframe", "a", "use", "image"].contains(element.name))
      #expect(element.attributes.keys.allSatisfy { !$0.hasPrefix("on") && !["src", "href"].contains($0) })
    }
    #expect(!text.contains("url(") && !text.contains("@import"))
    #expect(!text.contains("NaN") && !markup.elements.contains { $0.attributes["d"]?.contains("nan") ?? false })
    #expect(text == (try page(script)).text)
  }

  /// A gradient that is zero has no place on a logarithmic axis.
  @Test func captionsSayWhatIsLeftOut() throws {
    let (text, _) = try page(
      """
      net = mlp([2, 8, 1], relu)
      run = train(net, xor(16), optimizer: sgd(1e6), epochs: 20)
      r = report(run)
      """)
    #expect(text.contains(/Note: \d+ points are not above 0 and are left out\.<\/figcaption>/))
    #expect(!text.contains("log: none"))
  }

  @Test func edgesThatAreNoNumbersAreDashed() throws {
    let (text, markup) = try page("net = mlp([2, 3, 1], tanh)\nnet[1].weight = net[1].weight * nan\nr = report(net)")
    let kinds = markup.all("line").compactMap { $0.attributes["class"] }.filter { $0.hasPrefix("edge") }
    #expect(kinds.count { $0 == "edge undefined" } == 6 && kinds.count == 9)
    #expect(text.contains("Weights on dashed edges are nan.") && text.contains(".undefined {"))
    #expect(text.contains("changed by the code below") && !text.contains("was not trained"))
  }

  @Test func runsHaveTheirCourse() throws {
    let (_, markup) = try page(Self.run + "r = report(run)")
    let captions = markup.all("figcaption").map(\.text)
    #expect(captions.contains { $0.hasPrefix("Mean loss") } && captions.contains { $0.contains("during training") })
    #expect(markup.all("caption").map(\.text) == ["Layers", "Flow before training", "Flow after training"])
    let code = try #require(markup.all("pre").last?.text)
    #expect(code.contains("seed 0") && code.contains(Self.run) && code.hasSuffix("\nreport(run)"))
    #expect(markup.all("p").contains { $0.text.hasPrefix("Training finished after 58 steps, 2 epochs") })
  }

  /// The code of a report makes the same report, and leaves out what does not matter for it.
  @Test(
    arguments: [
      ("d = spirals(60)\nnet4 = mlp([2, 4, 2], tanh)", "other = 3\nprint(other)", "net4, d"),
      ("d = spirals(60)\nnet4 = mlp([2, 4, 2], tanh)\nrun = train(net4, d, epochs: 1)", "x = flow(net4)", "net4, d"),
      ("fn make(n) = mlp([2, n, 2], relu)\nk = 3\nk = k + 1\nn = make(k)", "y = 1", "n"),
      (
        "sizes = [4]\nfor i in 1..3 { sizes = concat(sizes, [5]) }\nnet = mlp(concat(sizes, [3]), tanh)", "z = 1", "net"
      ),
      ("net = mlp([2, 5, 2], tanh)\nfor l in 1..2 { net[l].bias = net[l].bias - 9 }", "z = 1", "net"),
      ("if true { net = mlp([2, 5, 2], tanh) } else { net = chain(2, tanh) }\nd = spirals(40)", "z = 1", "net, d"),
      ("d = spirals(60)\nn = mlp([2, 4, 2], tanh)\nfor e in 1..2 { run = train(n, d, epochs: 1) }", "z = 1", "n, d"),
      ("k = 3\nwhile k < 6 {\n  k = k + 1\n}\nn = mlp([2, k, 2], relu)", "y = 1", "n"),
      ("all = split(spirals(80), 0.5)\nnet = mlp([2, 4, 2], tanh)", "z = len(all)", "net, all[2]"),
    ])
  func codeMakesTheReport(needed: String, idle: String, arguments: String) throws {
    let (_, markup) = try page("\(needed)\n\(idle)\nr = report(\(arguments))")
    let code = try #require(markup.all("pre").last?.text)
    #expect(code == "# gradflow 0, seed 0, test\n\(needed)\nreport(\(arguments))")
    let (_, again) = try page(code.replacing("\nreport(", with: "\nr = report("))
    #expect(again.all("td").map(\.text) == markup.all("td").map(\.text))
    let state =
      needed.contains("train(") ? "after training" : needed.contains(".bias =") ? "changed by the code" : "initial"
    #expect(markup.all("dd").contains { $0.text.hasPrefix(state) })
  }

  /// Statements that the code leaves out may have drawn random numbers or changed the precision.
  @Test(
    arguments: [
      ("a = chain(3, tanh)", "net = mlp([2, 5, 2], tanh)", "net", "draw(normal(0, 1), 1);"),
      (
        "a = draw(normal(0, 1), 4); b = chain(2, relu); c = chain(2, relu)", "net = mlp([2, 5, 2], tanh)",
        "net, spirals(40)", "for i in 1..3 { draw(normal(0, 1), 1); }"
      ),
      (
        "a = chain(3, tanh); seed(5); b = chain(2, relu)", "net = mlp([2, 5, 2], tanh)", "net",
        "seed(5); draw(normal(0, 1), 1);"
      ),
      ("seed(29)", "d = iris()\nnet = mlp([4, 5, 3], tanh)", "net, d", "seed(29);"),
      ("a = chain(3, tanh)", "d = iris()\nnet = mlp([4, 5, 3], tanh)", "net, d", "draw(normal(0, 1), 1);"),
      ("seed(5)", "", "chain(4, tanh, width: 3)", "seed(5);"),
      (":set precision f32", "net = chain(4, tanh, width: 3)", "net", nil),
      ("a = chain(3, tanh)\n:set precision f32", "", "chain(4, tanh, width: 3)", "draw(normal(0, 1), 1);"),
    ])
  func codeDrawsTheSameNumbers(before: String, made: String, arguments: String, drawn: String?) throws {
    let (_, markup) = try page("\(before)\n\(made)\nr = report(\(arguments))")
    let code = try #require(markup.all("pre").last?.text)
    let lines = code.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(lines.contains { $0.hasPrefix(drawn ?? before) } && !code.contains("a = "))
    let (_, again) = try page(code.replacing("\nreport(", with: "\nr = report("))
    #expect(again.all("td").map(\.text) == markup.all("td").map(\.text))
  }

  /// Relative paths in the code refer to the same folder.
  @Test func codeChangesTheFolder() throws {
    let host = ScriptedHost()
    host.state.withLock { $0.files = ["d.csv": Array("x,y\n1,2\n3,4\n5,7\n".utf8)] }
    let script = ":cd sub\nd = csv(\"d.csv\", target: \"y\")\nnet = chain(2, tanh)\n:cd ..\n"
    try Interpreter(host: host.host()).run(Source(name: "test", text: script + "save(report(net, d), \"r.html\")"))
    let page = try #require(host.text(ofFile: "r.html"))
    let code = try #require(try StrictMarkup(page).all("pre").last?.text)
    #expect(code.split(separator: "\n").dropFirst().joined(separator: "\n") == script + "report(net, d)")
  }

  /// The seed and the precision of the command line are in the code, because another program has other ones.
  @Test func optionsAreInTheCode() throws {
    let host = ScriptedHost()
    let interpreter = Interpreter(host: host.host(), seed: 7)
    interpreter.settings.precision = "f32"
    try interpreter.run(Source(name: "test", text: "save(report(chain(2, tanh)), \"r.html\")"))
    let first = try StrictMarkup(try #require(host.text(ofFile: "r.html")))
    let code = try #require(first.all("pre").last?.text)
    #expect(code.contains(":set precision f32\nseed(7);\n"))
    let (_, again) = try page(code.replacing("\nreport(", with: "\nr = report("))
    #expect(again.all("td").map(\.text) == first.all("td").map(\.text))
  }

  /// The code says what the program does not show, and a number of an entry at the prompt is not the name of a script.
  @Test func unknownCodeIsMentioned() throws {
    let (_, markup) = try page("fn inside(n, d) = report(n, d)\nr = inside(chain(3, tanh), gaussian(8, 1, 1))")
    let code = try #require(markup.all("pre").last?.text)
    #expect(code.contains("# The program does not show how this was made.") && code.contains("n = chain(3, tanh)"))
    #expect(code.contains("# The program does not show how 'd' was made."))
    let (_, direct) = try page("r = report(chain(3, tanh), gaussian(8, 1, outputs: 1))")
    #expect(
      direct.all("pre").last?.text
        == "# gradflow 0, seed 0, test\nnet = chain(3, tanh)\nreport(net, gaussian(8, 1, outputs: 1))")
    let host = ScriptedHost()
    let interpreter = Interpreter(host: host.host(width: 80))
    try interpreter.run(Source(name: "[22]", text: "save(report(chain(2, tanh)), \"r.html\")"), echo: .prompt)
    let page = try #require(host.text(ofFile: "r.html"))
    #expect(!page.contains("[22]") && page.contains("seed 0, prompt"))
  }

  /// What the table marks is not hidden by a verdict without problems.
  @Test func verdictNamesMarkedLayers() throws {
    let script = "seed(3); r = report(mlp([2, 3, 1], tanh, init: normal(0, 0.01)), xor(32))"
    let (_, markup) = try page(script)
    let verdict = try #require(markup.all("p").first { $0.attributes["class"]?.hasPrefix("verdict") == true })
    #expect(verdict.text == "No problems found, although layer 1 is marked vanishing.")
    #expect(verdict.attributes["class"] == "verdict fair")
    let (_, good) = try page("r = report(mlp([2, 30, 1], tanh), xor(32))")
    #expect(good.all("p").contains { $0.attributes["class"] == "verdict good" && $0.text == "No problems found." })
  }

  @Test func overfittingIsTold() throws {
    let noise = "dataset(map(1..40, fn(i) = draw(normal(0, 1), 3)), map(1..40, fn(i) = i % 2))"
    let train = "train(mlp([3, 64, 64, 1], relu), d, optimizer: adam(0.01), validation: v, epochs: "
    let (_, markup) = try page("d = \(noise); v = \(noise); r = report(\(train)200))")
    #expect(markup.all("p").contains { $0.text.contains("The validation loss was lowest after epoch ") })
    let captions = markup.all("figcaption").map(\.text)
    #expect(captions.count { $0.hasSuffix("The lines are medians of 8 points, with the data behind them.") } == 2)
    let (_, short) = try page("d = \(noise); v = d; r = report(\(train)3))")
    #expect(!short.all("p").contains { $0.text.contains("validation loss was lowest") })
    #expect(!short.all("figcaption").contains { $0.text.contains("medians") })
  }

  /// The numbers of a page are those that the terminal shows.
  @Test func numbersAreThoseOfTheTerminal() throws {
    let script = Self.run + "r = report(net, data[2])"
    let (_, markup) = try page(script)
    let shown = try host(script + "\nprint(r)", width: 120).output
    let numbers = markup.all("td").filter { $0.attributes["class"] == "number" }.map(\.text)
    let flow = numbers.filter { $0.contains(".") }
    #expect(flow.count > 10)
    for number in flow {
      #expect(shown.contains(number.filter { $0 != " " }), "\(number)")
    }
  }

  @Test func foreignTextIsEscaped() throws {
    let (text, markup) = try page(
      """
      kinds = ["\(Self.hostile)", "<b>"]
      rows = map(1..20, fn(i) = record(a: i, b: i % 3, kind: kinds[1 + i % 2]))
      d = dataset(table(rows), target: "kind")
      r = report(mlp([2, 4, 2], tanh), d, title: "\(Self.hostile)")
      """)
    let shown = "<script>alert(1)</script>\" onload=\"x\\u{1B}"
    #expect(markup.all("title").first?.text == shown && markup.all("h1").first?.text == shown)
    #expect(markup.all("dd").contains { $0.text.contains("<script>") && $0.text.contains("<b>") })
    #expect(!text.contains("<script") && !text.contains("\u{1B}"))
  }

  @Test(arguments: [40, 80, 200]) func textFitsTheWindow(_ width: Int) throws {
    for script in Self.scripts {
      let output = try host(script + "\nprint(r)", width: width).output
      #expect(
        (output.contains("found") || output.contains("Too short to tell"))
          && output.split(separator: "\n").allSatisfy { String($0).displayWidth <= width })
    }
  }

  @Test func formsForPrograms() throws {
    let host = try host(
      """
      r = report(chain(8, sigmoid), title: "t"); save(r, "r.json"); save(r, "r.tsv"); save(r, "r.txt")
      p = show(chain(2, tanh), picture: true); save(p, "p.svg"); save(p, "p.txt"); save(p, "p.json")
      print(r.title, r.verdict); assert first(r.problems).layer == 1
      """)
    #expect(host.text(ofFile: "r.json")?.hasPrefix("{\"title\": \"t\", \"verdict\": \"One problem found") == true)
    #expect(host.text(ofFile: "r.tsv")?.hasPrefix("layer\tsymptom\tevidence") == true)
    #expect(host.text(ofFile: "r.txt")?.hasPrefix("t\nOne problem found: vanishing in layer 1.\n") == true)
    #expect(host.text(ofFile: "p.txt")?.hasPrefix("chain(2, tanh)\n") == true)
    let picture = try StrictMarkup(try #require(host.text(ofFile: "p.svg")))
    #expect(picture.all("circle").count == 3 && picture.all("title").first?.text == "chain(2, tanh)")
  }

  /// The picture of the same network is the same file.
  @Test func picturesAreTheSameEachTime() throws {
    let script = "n = mlp([2, 3, 1], tanh); save(show(n, picture: true), \"n.svg\")"
    #expect(try host(script).text(ofFile: "n.svg") == host(script).text(ofFile: "n.svg"))
  }
}
