// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

@Suite struct DiagnosticRendererTests {
  private func diagnostic(
    _ text: String, _ labels: [(Range<Int>, String)], message: String = "wrong", notes: [String] = []
  ) -> Diagnostic {
    let source = Source(name: "demo.gf", text: text)
    return Diagnostic(
      code: "test", message, labels: labels.map { .init(source, SourceRange($0.0.lowerBound, $0.0.upperBound), $0.1) },
      notes: notes)
  }

  private static let signature =
    "chain(depth, activation, width: 1, inputs:, outputs:, init: normal(0, 1), bias: zeros, norm: none, skip: false, precision: f64)"

  private var unknownArgument: Diagnostic {
    let text = "a = 1\nb = 2\nc = 3\nnet = chain(8, sigmoid, inti: normal(0,1))\n"
    return diagnostic(
      text, [(42..<46, "did you mean 'init'?")], message: "unknown argument 'inti' for chain",
      notes: [DiagnosticRendererTests.signature])
  }

  @Test func oneLabel() {
    #expect(
      drawing(unknownArgument) == """
        error: unknown argument 'inti' for chain
          ┌─ demo.gf:4:25
        4 │ net = chain(8, sigmoid, inti: normal(0,1))
          │                         ^^^^ did you mean 'init'?
          = \(DiagnosticRendererTests.signature)
        """)
  }

  /// A label is broken into lines next to its carets, or is below them if there is little room.
  @Test(arguments: [1, 30, 55]) func longLabels(_ place: Int) {
    let wrap: @Sendable (String, Int) -> [String] = { text, width in
      var lines = [""]
      for word in text.split(separator: " ") {
        let joined = lines.removeLast() + " " + word
        lines += joined.count <= width + 1 ? [joined] : [joined.dropLast(word.count + 1).description, " \(word)"]
      }
      return lines.map { String($0.dropFirst()) }
    }
    let text = String(repeating: "x", count: 60)
    let label = "give it a value first, such as 1, or write its name between quotation marks"
    let drawn = render(
      diagnostic(text, [(place..<place + 2, label)]), style: DiagnosticStyle(width: { 70 }, wrap: wrap)
    ).raw.split(separator: "\n").dropFirst(3)
    #expect(drawn.count == (place == 1 ? 2 : 3) && drawn.allSatisfy { $0.count <= 70 }, "\(drawn)")
    let words = drawn.map { $0.drop { " │^".contains($0) } }.joined(separator: " ")
    #expect(words.split(separator: " ") == label.split(separator: " "))
  }

  /// Sentences are wrapped if the width is known. Indented lines are code and are not wrapped.
  @Test func narrow() {
    let wrap: @Sendable (String, Int) -> [String] = { text, width in
      text.split(separator: " ").reduce(into: [""]) { lines, word in
        let last = lines.removeLast()
        let joined = last.isEmpty ? String(word) : last + " " + word
        lines += joined.count <= width || last.isEmpty ? [joined] : [last, String(word)]
      }
    }
    let found = diagnostic(
      "abc", [(0..<3, "")], message: "this sentence has more than thirty characters",
      notes: ["so has this note, in forty columns", "  indented lines are code and stay as long as they are"])
    #expect(
      render(found, style: DiagnosticStyle(width: { 30 }, wrap: wrap)).raw == """
        error: this sentence has more
               than thirty characters
          ┌─ demo.gf:1:1
        1 │ abc
          │ ^^^
          = so has this note, in forty
            columns
          =   indented lines are code and stay as long as they are
        """)
    #expect(render(found).plain.contains("note, in forty columns\n"))
  }

  @Test func short() {
    #expect(
      drawing(unknownArgument, form: .short)
        == "demo.gf:4:25: error: unknown argument 'inti' for chain")
    #expect(drawing(Diagnostic(code: "test", "no file"), form: .short) == "error: no file")
  }

  @Test func colors() {
    let drawn = drawing(diagnostic("a b", [(2..<3, "here"), (0..<1, "there")]), isColored: true)
    #expect(
      drawn == """
        \u{1B}[1;31merror:\u{1B}[0m \u{1B}[1mwrong\u{1B}[0m
          \u{1B}[34m┌─\u{1B}[0m demo.gf:1:3
        \u{1B}[34m1 │\u{1B}[0m a b
        \u{1B}[34m  │\u{1B}[0m \u{1B}[36m- there\u{1B}[0m
        \u{1B}[34m  │\u{1B}[0m   \u{1B}[31m^ here\u{1B}[0m
        """)
    let plain = drawn.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(plain == drawing(diagnostic("a b", [(2..<3, "here"), (0..<1, "there")])))
  }

  @Test func withoutLabels() {
    #expect(
      drawing(Diagnostic(code: "test", "no file", notes: ["first\nsecond"])) == """
        error: no file
          = first
            second
        """)
  }

  @Test func severalLinesWithAGap() {
    let text = (1...12).map { "line \($0)" }.joined(separator: "\n")
    // Lines 12, 2 and 1.
    #expect(
      drawing(diagnostic(text, [(84..<86, "end"), (7..<11, ""), (0..<4, "start")])) == """
        error: wrong
           ┌─ demo.gf:12:6
         1 │ line 1
           │ ---- start
         2 │ line 2
           │ ----
           ·
        12 │ line 12
           │      ^^ end
        """)
  }

  @Test func severalSources() {
    let other = Source(name: "other.gf", text: "fn f(x) = y")
    var error = diagnostic("f(1)", [(0..<4, "called here")])
    error.labels.append(.init(other, SourceRange(10, 11), "unknown"))
    #expect(
      drawing(error) == """
        error: wrong
          ┌─ demo.gf:1:1
        1 │ f(1)
          │ ^^^^ called here
          ┌─ other.gf:1:11
        1 │ fn f(x) = y
          │           - unknown
        """)
  }

  @Test func calls() {
    let source = Source(name: "demo.gf", text: "f(1)\ng(2)")
    var error = diagnostic("x", [(0..<1, "")])
    error.calledFrom = [
      .init(function: "f", source: source, range: SourceRange(0, 4)),
      .init(function: "g", source: source, range: SourceRange(5, 9)),
    ]
    #expect(
      drawing(error) == """
        error: wrong
          ┌─ demo.gf:1:1
        1 │ x
          │ ^
          called from f at demo.gf:1:1
          called from g at demo.gf:2:1
        """)
    error.calledFrom = Array(repeating: error.calledFrom[0], count: 100)
    let lines = drawing(error).split(separator: "\n")
    #expect(lines.count == 4 + 6 + 1 + 2)
    #expect(lines[10] == "  … 92 more calls")
  }

  @Test func wideCharactersTabsAndMarks() {
    // Columns count characters, but carets are aligned with the columns of the terminal.
    let text = "\tx = \"漢字e\u{301}👩‍👩‍👧\" + y"
    let start = text.utf8.count - 1
    #expect(
      drawing(diagnostic(text, [(start..<start + 1, "here"), (6..<12, "wide")])) == """
        error: wrong
          ┌─ demo.gf:1:15
        1 │     x = "漢字e\u{301}👩‍👩‍👧" + y
          │          ---- wide
          │                     ^ here
        """)
  }

  @Test func endsOfLinesAndTexts() {
    #expect(
      drawing(diagnostic("ab\r\ncd", [(2..<2, "line"), (6..<6, "text"), (0..<99, "all")])) == """
        error: wrong
          ┌─ demo.gf:1:3
        1 │ ab
          │ -- all
          │   ^ line
        2 │ cd
          │   - text
        """)
    #expect(
      drawing(diagnostic("", [(0..<0, "")])) == """
        error: wrong
          ┌─ demo.gf:1:1
        1 │
          │ ^
        """)
  }

  @Test func controlCharactersAreEscaped() {
    let source = Source(name: "a\u{1B}[2J.gf", text: "x\u{1B}[31m\u{202E} y\u{7}")
    let error = Diagnostic(
      code: "test", "un\u{1B}c", labels: [.init(source, SourceRange(0, 1), "la\u{8}bel")], notes: ["no\u{9B}te"])
    let drawn = drawing(error)
    #expect(!drawn.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x80..<0xA0).contains($0.value) })
    #expect(!drawn.unicodeScalars.contains("\u{202E}"))
  }

  @Test func longLinesAreCutAroundTheLabel() {
    let text = (0..<100).map { "name\($0) + " }.joined() + "end"
    let place = text.utf8.count / 2
    let drawn = drawing(diagnostic(text, [(place..<place + 4, "here")]), width: 60)
    let lines = drawn.split(separator: "\n").map(String.init)
    #expect(lines[2].count == 60)
    #expect(lines[2].hasPrefix("1 │ …") && lines[2].hasSuffix("…"))
    let caret = lines[3].firstIndex(of: "^").map { lines[3].distance(from: lines[3].startIndex, to: $0) } ?? 0
    let wanted = Source(name: "", text: text).text(in: SourceRange(place, place + 4))
    #expect(String(lines[2].dropFirst(caret).prefix(4)) == wanted)
    #expect(lines[3].hasSuffix("^^^^ here"))
    // Near the start and the end, only the other side is cut.
    let start = drawing(diagnostic(text, [(0..<4, "")]), width: 60).split(separator: "\n")
    #expect(start[2].hasPrefix("1 │ name0 + ") && start[2].hasSuffix("…") && start[2].count == 60)
    let end = text.utf8.count
    let last = drawing(diagnostic(text, [(end - 3..<end, "")]), width: 60).split(separator: "\n")
    #expect(last[2].hasPrefix("1 │ …") && last[2].hasSuffix(" + end") && last[2].count == 60)
    #expect(last[3].hasSuffix("^^^") && last[3].count == 60)
  }

  @Test func wideCharactersAreCutWhole() {
    let text = String(repeating: "漢字", count: 100)
    for place in stride(from: 0, to: text.utf8.count, by: 3) {
      let drawn = drawing(diagnostic(text, [(place..<place + 3, "")]), width: 41)
      let line = drawn.split(separator: "\n")[2]
      #expect(line.reduce(0) { $0 + terminalWidth($1) } == 41)
    }
  }
}
