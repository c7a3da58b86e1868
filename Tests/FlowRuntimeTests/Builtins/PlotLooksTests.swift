// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import FlowTables
import TestSupport
import Testing

/// The arguments that all plots share, in the script that draws them.
struct PlotLooksTests {
  private func script(_ code: String) throws -> [Substring] {
    let scripted = ScriptedHost()
    try Interpreter(host: scripted.host()).run(Source(name: "test", text: "save(\(code), \"f.gp\")"))
    return try #require(scripted.text(ofFile: "f.gp")).split(separator: "\n")
  }

  /// gnuplot does not get characters without a font when it draws them itself. An SVG keeps them.
  @Test(arguments: ["png", "pdf", "svg"]) func charactersWithoutAFont(format: String) throws {
    let scripted = ScriptedHost()
    var host = scripted.host()
    host.filter = { command, script in
      let output = command == FontCoverage.command ? "TrueType 20-7e e9\n" : script
      return FilterResult(output: Array(output.utf8), errors: "", status: 0)
    }
    try Interpreter(host: host).run(
      Source(name: "test", text: "save(plot([1, 2], title: \"é 🎉!\"), \"f.\(format)\")"))
    let script = try #require(scripted.text(ofFile: "f.\(format)"))
    let keeps = format == "svg"
    #expect(script.contains("🎉") == keeps && script.contains("\"é \\077\\041\"") == !keeps)
    #expect(scripted.notes.contains { $0.hasPrefix("no font on this machine has the character 🎉") } == !keeps)
  }

  /// A label is drawn at a place of its own, below the axis or upright beside it.
  @Test func labels() throws {
    let lines = try script("plot([1, 2, 3], x_label: \"Layer\", y_label: \"Size\")")
    #expect(lines.contains { $0.hasPrefix("set label \"Layer\" at screen ") && $0.hasSuffix(" center") })
    #expect(lines.contains { $0.hasPrefix("set label \"Size\" at screen ") && $0.hasSuffix(" rotate by 90") })
  }

  @Test(
    arguments: [
      ("plot([1, 2, 3], x_range: [0, 2.5])", "set xrange [0:2.5]"),
      ("plot([1, 2, 3], y_range: -1..7)", "set yrange [-1:7]"),
      ("plot([1, 2, 3], log: y, y_range: [0.1, 10])", "set yrange [0.1:10]"),
      ("hist([1, 2, 3], y_range: [0, 9])", "set yrange [0:9]"),
      ("plot([3, 3, 3])", "set yrange [1.5:4.5]"),
    ])
  func looks(code: String, line: String) throws {
    let lines = try script(code)
    #expect(lines.contains { $0 == line }, "\(lines)")
  }

  @Test(
    arguments: [
      ("plot([1, 2], x_range: [2, 1])", "must be two finite numbers"),
      ("plot([1, 2], x_range: [1, 1])", "must be two finite numbers"),
      ("plot([1, 2], y_range: [1, inf])", "must be two finite numbers"),
      ("plot([1, 2], y_range: [1, 2, 9])", "must be two finite numbers"),
      ("plot([1, 2], log: y, y_range: [0, 1])", "a logarithmic axis cannot begin at 0"),
      ("table([record(a: \"x\", b: 1)]) |> plot(x_range: [0, 1])", "a text axis has no range"),
      ("hist([1, 2], log: x, x_range: [0, 1])", "a logarithmic axis cannot begin at 0"),
      ("plot([1, 2], smooth: 1)", "smooth"),
      ("save(plot([1]), \"f.gp\", width: 8)", "only pictures have a size in centimetres"),
      ("save([1], \"f.json\", height: 8)", "only pictures have a size in centimetres"),
    ])
  func errorsAreExplained(code: String, part: String) {
    let message = fault(code)?.message ?? "no error"
    #expect(message.contains(part), "\(message)")
  }

  @Test(
    arguments: [
      ("plot([1, 8, 1, 1], smooth: 3, smoother: median).data.numbers", "1 1 1 1"),
      ("plot([1, 8, 1, 1], smooth: 3, smoother: median).data.raw", "1 8 1 1"),
      ("plot([1, 4], smooth: 3).data.numbers", "1 3"),
    ])
  func smoothing(code: String, numbers: String) {
    #expect(transcript("print(\(code))") == numbers.replacing(" ", with: "\n") + "\n")
  }

  /// A histogram counts only what is in the range, and its intervals fill it.
  @Test func histogramsAreLimited() throws {
    #expect(try script("hist([1, 2, 2, 30], bins: 4, x_range: [0, 10])").contains("set xrange [0:10]"))
    #expect(transcript("print(hist([1, 2, 30], bins: 2, x_range: 0..10).data.high)") == "5\n10\n")
    #expect(transcript("print(sum(hist([1, 2, 2, 30, 40], x_range: 0..10).data.count))") == "3\n")
  }

  /// The size in centimetres reaches gnuplot, and a note names what a picture leaves out.
  @Test func picturesHaveASizeAndNotes() throws {
    let scripted = ScriptedHost()
    var host = scripted.host()
    host.filter = { _, script in
      FilterResult(output: Array(script.prefix { $0 != "\n" }.utf8), errors: "", status: 0)
    }
    try Interpreter(host: host).run(
      Source(name: "test", text: "save(plot([0, 1, 1000], log: y), \"f.svg\", width: 8, height: 4)"))
    #expect(scripted.text(ofFile: "f.svg")?.hasPrefix("set terminal svg size 302,151 ") == true)
    #expect(scripted.notes.contains { $0.contains("1 point is not above 0 and is left out; log: none shows all") })
  }
}
