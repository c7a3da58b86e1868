// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import Glibc
import TestSupport
import Testing

/// Lines such as `:set format json` in scripts.
@Suite struct MetaLineTests {
  @Test(arguments: [
    (":set format json\nprint([nan])", "[null]\n"),
    (":set format json;\nprint([nan])", "[null]\n"),
    ("  :set format json # for programs\r\nprint([nan])", "[null]\n"),
    ("print([nan])\n:set format json\nprint([nan])", "nan\n[null]\n"),
    // Inside a string the line is text.
    ("print(\"a\n:set format json\nb\")\nprint([nan])", "a\n:set format json\nb\nnan\n"),
  ])
  func linesBetweenStatementsAreCommands(_ script: String, _ output: String) {
    #expect(transcript(script) == output)
  }

  /// The time is linear in the length of the text: eight times as many lines take about eight times as long, not
  /// sixty-four times. Measures CPU time of the thread, the minimum of several runs.
  @Test(
    arguments: [
      ("x = 1\n:set format csv\n", ""), ("x = \"a\n:set format csv\n\"\n", ""), (":set format csv\n", "x = \"\n"),
      (":set format csv\n", "x = [\n"), ("if true {\n:set format csv\n}\n", ""),
      ("x = (1 +\n:set format csv\n2)\n", ""),
    ])
  func manyAreReadInLinearTime(_ piece: String, _ head: String) {
    func seconds(_ count: Int) -> Double {
      let source = Source(name: "test", text: head + String(repeating: piece, count: count))
      return (0..<3).map { _ in
        let start = Self.threadSeconds
        _ = syntaxErrors(in: source)
        return Self.threadSeconds - start
      }.min() ?? .nan
    }
    let (few, many) = (seconds(1000), seconds(8000))
    #expect(many < 24 * few, "\(few) s and \(many) s")
  }

  private static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// What the prompt has and scripts do not.
  @Test(arguments: [
    (":help draw", "write help(draw)"), (":help flow table", "write help(\"flow table\")"),
    (":load a.gf", "write include \"a.gf\""), (":quit", "write exit()"), (":list", ""), ("?draw", "write help(draw)"),
    ("x = 1\n?flow table", "write help(\"flow table\")"), ("draw?", "write help(draw)"), ("?", "write help()"),
    ("??rate", "for a page, write help(topic)"),
  ])
  func linesOfThePrompt(_ line: String, _ label: String) throws {
    let fault = try #require(syntaxErrors(in: Source(name: "test", text: line)).first)
    #expect(fault.labels.first?.text == label)
  }

  /// If a line is misplaced or invalid, nothing is run.
  @Test(arguments: [
    ("print(1)\n:set format xyz", 2), ("print(1)\n:list", 2), ("print(1)\n:set format", 2),
    ("print(1)\nif true {\n:set format json\n}", 3), ("x = [1,\n:set format json\n2]", 2),
  ])
  func mistakesAreFoundBefore(_ script: String, _ line: Int) throws {
    let fault = try #require(syntaxErrors(in: Source(name: "test", text: script)).first)
    #expect(fault.phase == .syntax)
    let label = try #require(fault.labels.first)
    #expect(label.source.location(at: label.range.start).line == line)
  }
}
