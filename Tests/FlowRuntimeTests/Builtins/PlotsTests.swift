// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import FlowTables
import TestSupport
import Testing

/// How `plot` and `hist` interpret their arguments, and what they draw.
struct PlotsTests {
  private static let sample = "table([record(n: 1, a: 1e-5, act: \"tanh\"), record(n: 2, a: 1, act: \"relu\")])"

  /// The data of a plot consists of the chosen columns.
  @Test(
    arguments: [
      ("curve(tanh, points: 3) |> plot", ["series", "x", "value"]),
      ("flow(chain(3, sigmoid)) |> plot", ["layer", "grad_norm"]),
      ("\(sample) |> plot", ["n", "a"]),
      ("\(sample) |> select(a) |> plot", ["row", "a"]),
      ("\(sample) |> plot(x: act, y: 2 * a)", ["act", "2 * a"]),
      ("\(sample) |> plot(x: \"n\", y: \"a\")", ["n", "a"]),
      ("\(sample) |> plot(x: n, y: a, by: act)", ["series", "n", "a"]),
      ("compare(chain(2, tanh), chain(2, relu)) |> plot", ["series", "layer", "grad_norm"]),
      ("compare(chain(2, tanh), chain(2, relu)) |> plot(y: factor)", ["series", "layer", "factor"]),
      ("compare(chain(2, tanh), chain(2, relu)) |> plot(x: subject, y: factor)", ["subject", "factor"]),
      ("sweep(fn(act) = flow(chain(2, act)), act: [tanh, relu]) |> plot", ["series", "layer", "grad_norm"]),
      ("\(sample) |> plot(x: n, y: [a, n])", ["series", "n", "value"]),
      ("\(sample) |> plot(x: n, y: [\"a\", \"n\"])", ["series", "n", "value"]),
      ("\(sample) |> plot(x: n, y: a < 1)", ["n", "a < 1"]),
      ("\(sample) |> plot(x: n, y: act, z: a)", ["n", "act", "a"]),
      ("\(sample) |> plot(z: a)", ["n", "act", "a"]),
      ("plot([3, 1, 2])", ["place", "numbers"]), ("plot(1..3, [3, 1, 2])", ["numbers", "y"]),
      ("hist([3, 1, 2])", ["low", "high", "count"]), ("\(sample) |> hist(a)", ["low", "high", "count"]),
      ("train(mlp([2, 3, 1], tanh), xor(16), epochs: 2) |> plot", ["step", "loss"]),
      (
        "train(mlp([2, 3, 1], tanh), xor(16), epochs: 2, validation: xor(8)) |> plot", ["series", "step", "loss"]
      ),
    ])
  func columns(code: String, names: [String]) {
    #expect(transcript("p = \(code)\nprint(columns(p.data))") == names.joined(separator: "\n") + "\n")
  }

  @Test(
    arguments: [
      ("\(sample) |> plot(x: n, y: act)", "'act' has no numbers to draw"),
      ("\(sample) |> plot(x: nobody)", "nobody"), ("\(sample) |> plot(y: 3)", "must be a column"),
      ("\(sample) |> plot(y: [1, 2, 3])", "needs 2 values, one per row"),
      ("\(sample) |> plot(kind: heat)", "a heat map needs z"),
      ("\(sample) |> plot(x: n, y: a, log: z)", "only a heat map has z"),
      ("\(sample) |> plot(x: n, y: act, z: a, log: y)", "only z can be logarithmic"),
      ("\(sample) |> plot(kind: pie)", "pie"), ("plot([1, 2], [1])", "2 numbers for x and 1 for y"),
      ("hist([\"a\"])", "hist needs numbers"), ("table([]) |> plot", "no numeric column"),
      ("save(\(sample), \"f.png\")", "a table cannot be saved as '.png'"),
    ])
  func errorsAreExplained(code: String, part: String) {
    let message = fault(code)?.message ?? "no error"
    #expect(message.contains(part), "\(message)")
  }

  /// If no format is set, a plot is drawn even if the output is not a terminal, with a width of 80 columns.
  @Test func plotsAreDrawnWithoutATerminal() {
    func widths(_ text: String) -> [Int] { text.split(separator: "\n" as Character).map(\.count) }
    let piped = widths(transcript("plot([1, 2, 4, 8], log: y)"))
    #expect(piped.count == 20 && piped.max() == 80)
    #expect(widths(transcript("plot([1, 2, 4, 8], log: y)", width: 40)).max() == 40)
  }

  @Test func otherFormatsPrintTheData() throws {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host())
    interpreter.settings.format = .tsv
    try interpreter.run(Source(name: "test", text: "plot([4, 5])"))
    #expect(scripted.output == "place\tnumbers\n1\t4\n2\t5\n")
  }

  /// Numbers that span more than two powers of ten need a logarithmic axis, and norms more than one.
  @Test(
    arguments: [
      ("plot([1, 101])", true), ("plot([1, 99])", false), ("plot([0, 1001])", false),
      ("table([record(n: 1, grad_norm: 1), record(n: 2, grad_norm: 11)]) |> plot", true),
      ("table([record(n: 1, size: 1), record(n: 2, size: 11)]) |> plot", false),
      ("table([record(n: 1, loss: 0), record(n: 2, loss: 1), record(n: 3, loss: 20)]) |> plot", true),
      ("table([record(n: 1, loss: 1), record(n: 2, loss: 20)]) |> plot(kind: bar)", false),
      ("table([record(n: 1, loss: 1), record(n: 2, loss: 20)]) |> plot(y_range: [0, 20])", false),
      ("table([record(n: 1, loss: 1), record(n: 2, loss: 20)]) |> plot(x: loss, y: n)", true),
      ("plot([1, 2], log: y)", true),
      ("plot([1, 1001], log: none)", false),
    ])
  func autoSelectsALogarithmicAxis(code: String, isLogarithmic: Bool) {
    #expect(transcript(code).contains("(log)") == isLogarithmic)
  }

  @Test func textFiles() throws {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host())
    let code = "p = plot([1, 2])\nfor e in [\"gp\", \"tsv\", \"txt\", \"json\", \"dat\"] { save(p, \"f.{e}\") }"
    try interpreter.run(Source(name: "test", text: code))
    #expect(scripted.text(ofFile: "f.gp")?.contains("$data1 << EOD\n1 1\n2 2\nEOD\n") == true)
    #expect(scripted.text(ofFile: "f.tsv") == "place\tnumbers\n1\t1\n2\t2\n")
    #expect(scripted.text(ofFile: "f.dat") == "place numbers\n1 1\n2 2\n")
    #expect(scripted.text(ofFile: "f.txt")?.contains("●") == true)
    #expect(scripted.text(ofFile: "f.json")?.hasPrefix("[\n{\"place\": 1") == true)
  }

  /// The script passed to gnuplot, and the file made from its output.
  @Test func picturesAreMadeByGnuplot() throws {
    let scripted = ScriptedHost()
    var host = scripted.host()
    host.filter = { command, script in
      FilterResult(output: Array("\(command[0]): \(script.prefix { $0 != "\n" })".utf8), errors: "", status: 0)
    }
    try Interpreter(host: host).run(Source(name: "test", text: "save(hist([1, 2]), \"f.svg\")"))
    #expect(scripted.text(ofFile: "f.svg")?.hasPrefix("gnuplot: set terminal svg") == true)
  }

  @Test(
    arguments: [
      (FilterResult.missing, "a '.png' needs gnuplot, which is not installed", "apt-get install gnuplot-nox"),
      (FilterResult(output: [], errors: "\n  line 3: bad\n", status: 1), "gnuplot ended with status 1", "line 3: bad"),
    ])
  func failuresOfGnuplotAreReported(result: FilterResult, message: String, note: String) {
    var host = ScriptedHost().host()
    host.filter = { _, _ in result }
    do throws(Diagnostic) {
      try Interpreter(host: host).run(Source(name: "test", text: "save(plot([1, 2]), \"f.png\")"))
      Issue.record("no error")
    } catch {
      #expect(error.message == message)
      #expect(error.notes.first == note)
    }
  }

  /// A picture in which nothing would fit is refused, with a size that suffices.
  @Test(
    arguments: [
      ("width: 3", "'width' of save must be a number from 5 to 100 or none, but this is 3"),
      ("width: 8, height: 3", "the title, the legend and the axes do not fit into a height of 3 cm"),
    ])
  func tooSmallPicturesAreRefused(size: String, message: String) {
    let title = "A rather long title that does not fit into eight centimetres of a column"
    do throws(Diagnostic) {
      try Interpreter(host: ScriptedHost().host()).run(
        Source(name: "test", text: "save(plot([1, 2], title: \"\(title)\"), \"f.svg\", \(size))"))
      Issue.record("no error")
    } catch {
      #expect(error.message == message)
    }
  }

  @Test func safeModeForbidsGnuplot() {
    do throws(Diagnostic) {
      try Interpreter(host: ScriptedHost().host(isSafe: true)).run(
        Source(name: "test", text: "save(plot([1, 2]), \"f.png\")"))
      Issue.record("no error")
    } catch {
      #expect(error.code == "safe-mode")
    }
  }

  /// A flow table has bars only on a terminal.
  @Test func flowHasBarsOnATerminal() {
    let code = "flow(chain(3, sigmoid)) |> select(layer, log10_total)"
    #expect(transcript(code, width: 80).contains("decades"))
    #expect(!transcript(code).contains("decades"))
  }

  /// Curves one after another in a table make a line that runs back.
  @Test(arguments: [
    ("concat(a, b) |> plot(x: k, y: v)", true), ("concat(a, b) |> plot(x: k, y: v, by: n)", false),
    ("a |> plot(x: v, y: k)", false), ("concat(a, b) |> plot(x: k, y: v, kind: points)", false),
    ("concat(a, b) |> plot(x: sin(9 * k + v), y: v)", false),
    (
      "table([record(k: 0, v: 0), record(k: 1, v: 0), record(k: 1, v: 1), record(k: 0, v: 1)]) |> plot(x: k, y: v)",
      false
    ),
  ]) func curvesOneAfterAnother(_ call: String, _ isNoted: Bool) {
    let tables =
      "m = map([1, 2], fn(n) = table(map(1..5, fn(k) = record(n: n, k: k, v: k % 3)))); a = m[1]; b = m[2]\n"
    let text = transcript(tables + call).replacing("\n", with: " ")
    let note = "k starts again once, and the line runs back; 'by:' with a column draws a line for each curve"
    #expect(text.contains("┤") && text.contains(note) == isNoted, "\(text)")
  }

  @Test func rangesWithoutPointsAreNamed() {
    #expect(transcript("plot([1, 2, 3], y_range: [5, 9])") == "(nothing to draw within y_range)\n")
    #expect(transcript("plot([1], [2], x_range: [5, 9], y_range: [5, 9])").contains("within x_range and y_range"))
    #expect(transcript("plot([nan])").hasPrefix("(nothing to draw)"))
  }

  /// All cells of a heat map have the same size.
  @Test(arguments: [
    ("[1, 2, 10]", "k is not to scale: each value has a cell of the same size"), ("[1, 2, 3]", nil),
    ("[1, 10, 100]", nil),
    ("[\"a\", \"b\", \"z\"]", nil), ("[1, 2]", nil), ("[0.1, 0.2, 0.30000000000000004]", nil),
    ("[-1, 0, 5]", "k is not"),
  ]) func unevenCellsAreNoted(_ values: String, _ note: String?) {
    let text = transcript("table(map(\(values), fn(k) = record(k: k, y: 1, v: 2))) |> plot(x: k, y: y, z: v)")
    #expect(text.contains("to scale") == (note != nil) && note.map(text.contains) ?? true, "\(text)")
  }
}
