// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Display features of the prompt beyond plain text: colours while typing, a line that is updated in place, a pager.
@Suite(.serialized)
final class PromptDisplayTests {
  private let home: String

  init() throws { home = try Program.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  private func terminal(_ environment: [String: String] = [:]) throws -> Terminal {
    let terminal = try Terminal(home: home, environment: environment)
    try terminal.wait(for: "gf> ")
    return terminal
  }

  @Test func lineIsColoured() throws {
    let terminal = try terminal(["NO_COLOR": ""])
    terminal.type("x = chain(2, tanh)")
    try terminal.wait(forBytes: "\u{1B}[0;36mchain\u{1B}[0;1;4m(\u{1B}[0m2, \u{1B}[0;36mtanh\u{1B}[0;1;4m)")
    terminal.type("\r")
    try terminal.wait(for: "chain(2, tanh): 2 layers")
  }

  /// Edits a line longer than the window in its first row. The colours must be where the text is.
  @Test func coloursOfALongLine() throws {
    let terminal = try terminal(["NO_COLOR": ""])
    terminal.type("y = [" + String(repeating: "1, ", count: 40) + "tanh]")
    try terminal.wait(forBytes: "\u{1B}[0;36mtanh\u{1B}[0;1;4m]")
    terminal.type("\u{1}\u{1B}f\u{7F}why")
    // To the left edge, then past the prompt.
    try terminal.wait(forBytes: "\r\u{1B}[4Cwhy = [")
    terminal.type("\r")
    try terminal.wait(for: "gf> ")
    terminal.type("why |> len\r")
    try terminal.wait(for: "\n41\n")
  }

  /// A narrower window wraps the line into more rows, and the colours follow.
  @Test func coloursAfterTheWindowHasChanged() throws {
    let terminal = try terminal(["NO_COLOR": ""])
    terminal.type("flow(chain(8, tanh)) |> select(layer, factor, slope_gain)")
    try terminal.wait(forBytes: "slope_gain")
    terminal.resize(columns: 40)
    try terminal.wait(forBytes: "gf> \u{1B}[0m\u{1B}[0;36mflow")
    try terminal.wait(forBytes: "layer, factor, slope_gain")
    terminal.type("\r")
    try terminal.wait(for: "└")
  }

  @Test func noColoursIfDisabled() throws {
    let terminal = try terminal()
    terminal.type("x = chain(2, tanh)\r")
    try terminal.wait(for: "chain(2, tanh): 2 layers")
    #expect(!terminal.hasSeen(bytes: "\u{1B}[0;36m"))
  }

  @Test func progressShowsTheFlow() throws {
    let terminal = try terminal()
    terminal.type("run = train(mlp([2, 8, 8, 1], sigmoid), xor(32), epochs: 1e6)\r")
    try terminal.wait(for: "  flow ")
    let picture = try terminal.wait(for: "  ")
    #expect(picture.count == 3 && picture.allSatisfy { "▁▂▃▄▅▆▇█".contains($0) }, "\(picture)")
    terminal.type("\u{3}")
    try terminal.wait(for: "interrupted after epoch")
  }

  /// Rows are shown while the training is still running. It would never finish.
  @Test func rowsOfARunningTraining() throws {
    let terminal = try terminal()
    terminal.type("run = train(mlp([2, 4, 1], tanh), xor(32), epochs: 1e9, emit: epochs)\r")
    try terminal.wait(for: "epoch")
    try terminal.wait(for: "\n  100 ")
    terminal.type("\u{3}")
    try terminal.wait(for: "interrupted after epoch")
    try terminal.wait(for: "gf> ")
  }

  /// Reading a file of a few hundred megabytes takes long enough to see the progress and to interrupt it.
  @Test func progressOfReading() throws {
    let path = home + "/numbers.csv"
    #expect(FileManager.default.createFile(atPath: path, contents: Data("a,b\n".utf8)))
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    let rows = Data(String(repeating: "0.123456,0.654321\n", count: 100_000).utf8)
    for _ in 0..<150 { try file.write(contentsOf: rows) }
    try file.close()
    let terminal = try terminal()
    terminal.type("d = csv(\"\(path)\", target: \"b\")\r")
    try terminal.wait(for: " %")
    terminal.type("\u{3}")
    try terminal.wait(for: "interrupted")
    try terminal.wait(for: "gf> ")
  }

  /// A command may leave the cursor in the middle of a line.
  @Test func promptStartsOnItsOwnLine() throws {
    let terminal = try terminal()
    terminal.type("!printf here\r")
    try terminal.wait(for: "gf> ")
    // Blanks for all columns but one only wrap to the next line if there is something in this one.
    let blanks = String(repeating: " ", count: 79)
    #expect(terminal.transcript.filter { $0 != "\r" }.hasSuffix("here\(blanks)gf> "))
    #expect(terminal.hasSeen(bytes: "here\(blanks)\r\u{1B}[K"))
  }

  @Test func errorsFitTheWindow() throws {
    let terminal = try Terminal(home: home, columns: 40)
    try terminal.wait(for: "gf> ")
    terminal.type("chain(8, tanh, 0)\r")
    try terminal.wait(for: "precision: f64)")
    let lines = terminal.transcript.split(whereSeparator: \.isNewline)
    #expect(lines.count { $0.hasPrefix("    ") } > 2 && lines.allSatisfy { $0.count <= 44 })
  }

  @Test func framesOfErrorsFollowTheLocale() throws {
    let terminal = try terminal(["LC_ALL": "C"])
    terminal.type("nobody\r")
    try terminal.wait(for: "  +- [1]:1:1")
    try terminal.wait(for: "1 | nobody")
  }

  @Test func longTablesGoToThePager() throws {
    let terminal = try terminal(["GRADFLOW_PAGER": "sed 's/^/paged /'"])
    terminal.type("t = table(map(1..30, fn(i) = record(number: i)));\r")
    try terminal.wait(for: "gf> ")
    terminal.type("print(t)\r")
    try terminal.wait(for: "paged │     30 │")
    try terminal.wait(for: "gf> ")
    terminal.type("print(first(t, 3))\r")
    #expect(try !terminal.wait(for: "└").contains("paged"))
  }

  /// The pager says how to leave it, and a mistyped key neither writes files nor runs commands.
  @Test func pagersAreSafe() throws {
    let terminal = try terminal(["GRADFLOW_PAGER": "sh -c 'cat; echo \"secure $LESSSECURE: $LESS\"'"])
    terminal.type("print(table(map(1..30, fn(i) = record(number: i))))\r")
    try terminal.wait(for: "secure 1: -FRSX -PsSpace shows more, q leaves$")
  }

  /// The text is shown even if there is no pager or if the pager does not exist.
  @Test(arguments: ["", "no-such-pager 2> /dev/null"])
  func withoutAPager(_ pager: String) throws {
    let terminal = try terminal(["GRADFLOW_PAGER": pager])
    terminal.type("print(table(map(1..30, fn(i) = record(number: i))))\r")
    try terminal.wait(for: "│     30 │")
  }

  @Test func plotsFitTheWindow() throws {
    let terminal = try terminal()
    for columns in [80, 50] {
      terminal.resize(columns: UInt16(columns))
      terminal.type("curve(tanh) |> plot\r")
      try terminal.wait(for: "plot\n")
      let lines = try terminal.wait(for: "gf> ").split(separator: "\n")
      #expect(lines.first == "● value   ■ slope")
      #expect(lines.count < 24 && lines.allSatisfy { $0.count <= columns } && lines.contains { $0.count > columns - 4 })
    }
  }

  @Test func tour() throws {
    let terminal = try terminal()
    terminal.type(":demo\r")
    for step in 1...9 {
      try terminal.wait(for: "\(step) of 9. ")
      if step < 9 {
        try terminal.wait(for: "..> ")
        terminal.type("\r")
      }
    }
    try terminal.wait(for: "You can now use the variables")
  }

  /// At the prompt, a table takes no more rows than the window has.
  @Test func longTablesFitTheWindow() throws {
    let terminal = try terminal()
    terminal.type("table(map(1..99, fn(i) = record(number: i)))\r")
    let shown = try terminal.wait(for: "gf> ")
    #expect(shown.contains("│     99 │") && shown.contains("print(_) shows all"))
    #expect(shown.split(separator: "\n").count < 24)
  }
}
