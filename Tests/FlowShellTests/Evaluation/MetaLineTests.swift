// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowShell
import Testing

/// Lines such as `:set format json` in scripts.
@Suite struct MetaLineTests {
  @Test(arguments: [
    (":set format json\nprint([nan])", "[null]\n"),
    (":set format json;\nprint([nan])", "[null]\n"),
    ("  :set format json # for programs\r\nprint([nan])", "[null]\n"),
    ("print([nan])\n:set format json\nprint([nan])", "nan\n[null]\n"),
    // Inside a string it is text.
    ("print(\"a\n:set format json\nb\")\nprint([nan])", "a\n:set format json\nb\nnan\n"),
  ])
  func standBetweenStatements(_ script: String, _ output: String) {
    #expect(transcript(script) == output)
  }

  /// Where none can stand, and where one says what cannot be, nothing is run.
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
