// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import NetworkFixtures
import TestSupport
import Testing

/// Tests of `precision` and number formats in the language, next to the argument and the setting of the same name.
@Suite struct PrecisionTests {
  private static let net = "net = chain(20, identity, init: constant(1/4)); d = gaussian(1, 1, 1); "

  @Test func columnsAndOrder() {
    let script = """
      t = precision(chain(2, tanh), formats: [f64, format(4, 3)])
      print(str(first(columns(t), 6)))
      print(str(t.layer), str(t.format))
      print(str(precision(chain(1, tanh)).format))
      """
    #expect(
      transcript(script) == """
        ["layer", "format", "delta_rms", "zero", "nonfinite", "state"]
        [1, 2, 1, 2] ["f64", "f64", "format(4, 3)", "format(4, 3)"]
        ["f16", "bf16", "f32", "f64"]\n
        """)
  }

  /// Formats may be given as a single format, as a list, or as a variable that contains a list.
  @Test(arguments: ["f16", "[f16]", "f", "[format(5, 10)]", "format(exponent_bits: 5, significand_bits: 10)"])
  func waysToNameAFormat(_ formats: String) {
    let script = Self.net + "f = [f16]; print(precision(net, d, \(formats), loss: mae)[1].cliff)"
    #expect(transcript(script) == "13\n")
  }

  /// `delta_rms` does not include the loss scale.
  @Test func scaledLoss() {
    let script =
      Self.net + """

        lost = precision(net, d, f16, loss: mae)
        saved = precision(net, d, f16, loss: mae, loss_scale: lost[1].loss_scale)
        print(lost[1].delta_rms, lost[1].loss_scale == 2^14, saved[1].delta_rms == 0.25^19, saved[1].cliff)
        """
    #expect(transcript(script) == "0 true true none\n")
  }

  @Test(arguments: [
    ("precision(net, formats: f17)", "f17", "f16"),
    ("precision(net, formats: [f16, f17])", "f17", "f16"),
    ("precision(net, formats: \"f16\")", "formats: \"f16\"", "write f16 without quotes"),
    ("precision(net, formats: [f32, \"f16\"])", "[f32, \"f16\"]", "write f16 without quotes"),
    ("precision(net, formats: [f16, 3])", "[f16, 3]", "a list that contains a number"),
    ("precision(net, formats: 1..3)", "1..3", "must be a format or a list of them"),
    ("precision(net, formats: [])", "[]", "at least one format"),
    ("precision(net, formats: relu)", "relu", "must be a format or a list of them, but this is an activation"),
    ("precision(net, formats: format)", "format", "format(exponent_bits, significand_bits)"),
    ("precision(net, formats: format(1, 3))", "1", "from 2 to 11"),
    ("precision(net, formats: format(5, 53))", "53", "from 1 to 52"),
    ("precision(net, loss_scale: 3)", "3", "2 is one"),
    ("precision(net, loss_scale: 0)", "0", "above 0"),
    ("precision(net, loss_scale: inf)", "inf", "must be a power of two"),
    ("precision(net, gaussian(4, 2, 1))", "gaussian(4, 2, 1)", "the number of inputs is 2"),
    ("precision(3)", "3", "must be a network"),
  ])
  func invalidArgumentsAreReported(_ code: String, _ underlined: String, _ said: String) throws {
    let script = "net = chain(2, tanh)\n" + code
    let diagnostic = try #require(fault(script))
    let place = try #require(diagnostic.labels.first).range
    #expect(String(decoding: Array(script.utf8)[place.start..<place.end], as: UTF8.self) == underlined)
    #expect(render(diagnostic, style: DiagnosticStyle()).plain.contains(said))
  }

  /// The argument `precision` of `chain`, `mlp` and `sequence` accepts a word, a string or a format.
  @Test(arguments: [
    ("chain(2, tanh, precision: f32)", "f32"), ("mlp([2, 2], tanh, precision: \"f32\")", "f32"),
    ("sequence(2, dense(2), precision: f64)", "f64"), ("chain(2, tanh, precision: p)", "f32"),
    ("chain(2, tanh, precision: [f32, f64][1])", "f32"),
  ])
  func precisionOfNetworks(_ maker: String, _ precision: String) {
    #expect(transcript("p = \"f32\"; print((\(maker)).precision)") == precision + "\n")
    #expect(
      transcript("fn make(precision) = chain(2, tanh, precision: precision); print(make(\"f32\").precision)") == "f32\n"
    )
    #expect(transcript(":set precision f32\nprint(chain(2, tanh).precision)") == "f32\n")
  }

  @Test(arguments: ["f16", "format(8, 23)", "bf16"])
  func otherFormatsAreNotElementTypes(_ format: String) {
    #expect(transcript("chain(2, tanh, precision: \(format))").contains("must be f32 or f64"))
  }

  @Test func sweepsOverPrecisions() {
    let script = "sweep(fn(p) = chain(1, tanh, precision: p).precision, p: [f32, f64]).value"
    #expect(transcript("print(str(\(script)))") == "[\"f32\", \"f64\"]\n")
  }

  @Test func completion() {
    let interpreter = Interpreter(host: ScriptedHost().host())
    func candidates(_ line: String) -> [String] { interpreter.complete(line, cursor: line.utf8.count) }
    #expect(candidates("precision(chain(2, tanh), formats: ") == ["f16", "bf16", "f32", "f64", "format"])
    #expect(candidates("precision(chain(2, tanh), none, f") == ["formats: ", "f16", "f32", "f64", "format"])
    #expect(candidates("precision(chain(2, tanh), none, ").first == "formats: ")
  }

  /// A request to stop ends the computation soon.
  @Test func interrupt() {
    let host = ScriptedHost()
    let began = ContinuousClock.now
    #expect(throws: Diagnostic.self) {
      try stopping(after: 100_000) {
        try Interpreter(host: host.host()).run(
          Source(name: "test", text: "precision(chain(400, tanh, width: 200), limit: 256)\nprint(1)"))
      }
    }
    #expect(host.output.isEmpty && ContinuousClock.now - began < .seconds(10))
  }
}
