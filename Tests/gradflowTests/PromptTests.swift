// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@Suite(.serialized)
final class PromptTests {
  private let home: String

  init() throws { home = try Program.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  private func terminal(_ arguments: [String] = [], columns: UInt16 = 80) throws -> Terminal {
    let terminal = try Terminal(arguments, home: home, columns: columns)
    try terminal.wait(for: "gf> ")
    return terminal
  }

  private var history: String {
    get throws { try String(contentsOfFile: home + "/.local/state/gradflow/history", encoding: .utf8) }
  }

  @Test func valuesAndErrors() throws {
    let terminal = try terminal()
    terminal.type("6 * 7\r")
    try terminal.wait(for: "\n42\n")
    try terminal.wait(for: "gf> ")
    terminal.type("nobody\r")
    try terminal.wait(for: "error: ")
    try terminal.wait(for: "gf> ")
    terminal.type("_ + 1\r")
    try terminal.wait(for: "\n43\n")
  }

  @Test func entriesOfSeveralLines() throws {
    let terminal = try terminal()
    terminal.type("fn twice(x) {\r")
    try terminal.wait(for: "..> ")
    terminal.type("  2 * x\r")
    try terminal.wait(for: "..> ")
    terminal.type("}\r")
    try terminal.wait(for: "gf> ")
    terminal.type("[1,\r")
    try terminal.wait(for: "..> ")
    terminal.type("20]\r")
    try terminal.wait(for: "[1, 20]\n")
    #expect(try history == "fn twice(x) {\\n  2 * x\\n}\n[1,\\n20]\n")
  }

  @Test func historyIsRestoredInTheNextSession() throws {
    do {
      let first = try terminal()
      first.type("11 * 11\r")
      try first.wait(for: "\n121\n")
      try first.wait(for: "gf> ")
      first.type(" 12 * 12\r")
      try first.wait(for: "\n144\n")
      try first.wait(for: "gf> ")
      first.type("11 * 11\r")
      try first.wait(for: "\n121\n")
      try first.wait(for: "gf> ")
      first.type("\u{4}")
      #expect(try first.waitForEnd() == 0)
    }
    // Neither the entry that begins with a space nor the repeated one is recorded.
    #expect(try history == "11 * 11\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: home + "/.local/state/gradflow/history")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let second = try terminal()
    second.type("\u{1B}[A")
    try second.wait(for: "11 * 11")
    second.type(" + 1\r")
    try second.wait(for: "\n122\n")
  }

  /// A long training shows a progress line that is removed at the end.
  @Test func progressOfATraining() throws {
    let terminal = try terminal()
    terminal.type("run = train(mlp([2, 4, 1], tanh), xor(32), epochs: 1e6)\r")
    try terminal.wait(for: "/1000000  loss ")
    try terminal.wait(for: " steps/s")
    terminal.type("\u{3}")
    try terminal.wait(for: "interrupted after epoch")
    try terminal.wait(for: "gf> ")
  }

  @Test func interruptOfASweepKeepsItsRows() throws {
    let terminal = try terminal()
    terminal.type("fn f(n) { if n == 40 { print(\"for\" + \"ty\") }; while n > 40 { }; n }\r")
    try terminal.wait(for: "gf> ")
    terminal.type("t = sweep(f, n: 1..99)\r")
    try terminal.wait(for: "forty")
    terminal.type("\u{3}")
    try terminal.wait(for: "interrupted after 40 of 99 cells")
    try terminal.wait(for: "gf> ")
    terminal.type("sum(t.value)\r")
    try terminal.wait(for: "\n820\n")
  }

  @Test func entriesAreRecordedBeforeTheyRun() throws {
    let terminal = try terminal()
    terminal.type("exit(5)\r")
    #expect(try terminal.waitForEnd() == 5)
    #expect(try history == "exit(5)\n")
  }

  @Test func interruptWhileTypingDropsTheWholeEntry() throws {
    let terminal = try terminal()
    terminal.type("x = [1,\r")
    try terminal.wait(for: "..> ")
    terminal.type("2, 3")
    try terminal.wait(for: "2, 3")
    terminal.type("\u{3}")
    try terminal.wait(for: "gf> ")
    terminal.type("7 * 7\r")
    try terminal.wait(for: "\n49\n")
    try terminal.wait(for: "gf> ")
    terminal.type("\u{3}")
    try terminal.wait(for: "Ctrl-D")
    try terminal.wait(for: "gf> ")
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func interruptWhileComputingKeepsTheSession() throws {
    let terminal = try terminal()
    terminal.type("x = 5\r")
    try terminal.wait(for: "gf> ")
    terminal.type("print(\"go\" + \"ing\"); while true { x = x + 1 }\r")
    try terminal.wait(for: "going\n")
    terminal.type("\u{3}")
    try terminal.wait(for: "interrupted")
    try terminal.wait(for: "gf> ")
    terminal.type("x > 4\r")
    try terminal.wait(for: "\ntrue\n")
  }

  @Test func endOfInput() throws {
    let terminal = try terminal()
    terminal.type("[1,\r")
    try terminal.wait(for: "..> ")
    terminal.type("\u{4}")
    try terminal.wait(for: "gf> ")
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func stopAndContinue() throws {
    let terminal = try terminal()
    terminal.type("3 * 1")
    try terminal.wait(for: "3 * 1")
    terminal.type("\u{1A}")
    terminal.waitForStop()
    terminal.signal(SIGCONT)
    try terminal.wait(for: "gf> 3 * 1")
    terminal.type("4\r")
    try terminal.wait(for: "\n42\n")
  }

  @Test func pastedSessions() throws {
    let terminal = try terminal()
    terminal.type("\u{1B}[200~gf> a = [1,\n..>   2]\n[1, 2]\ngf> sum(a) + 39\u{1B}[201~\r")
    try terminal.wait(for: "\n42\n")
  }

  @Test func completion() throws {
    let terminal = try terminal()
    terminal.type("chain(2, act\t")
    try terminal.wait(for: "activation: ")
    terminal.type("\u{15}some_long_name = 8;\r")
    try terminal.wait(for: "gf> ")
    terminal.type("some_l\t * 2\r")
    try terminal.wait(for: "some_long_name * 2")
    try terminal.wait(for: "\n16\n")
  }

  @Test func metaCommands() throws {
    let terminal = try terminal()
    terminal.type("half = 1 / 2\r")
    try terminal.wait(for: "gf> ")
    terminal.type("nobody\r")
    try terminal.wait(for: "gf> ")
    terminal.type(":set format json\r")
    try terminal.wait(for: "gf> ")
    terminal.type("record(a: half)\r")
    try terminal.wait(for: "{\"a\": 0.5}")
    terminal.type(":save \(home)/saved.gf\r")
    try terminal.wait(for: "wrote ")
    #expect(
      try String(contentsOfFile: home + "/saved.gf", encoding: .utf8)
        == "half = 1 / 2\n:set format json\nrecord(a: half)\n")
    terminal.type(":load \(home)/saved.gf\r")
    try terminal.wait(for: "{\"a\": 0.5}")
    terminal.type(":time 1 + 1\r")
    try terminal.wait(for: " s\n")
    terminal.type("!echo shell $((40 + 2))\r")
    try terminal.wait(for: "\nshell 42\n")
    terminal.type(":qit\r")
    try terminal.wait(for: ":quit")
    terminal.type(":quit\r")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func startUpFile() throws {
    try FileManager.default.createDirectory(atPath: home + "/.config/gradflow", withIntermediateDirectories: true)
    try "answer = 42".write(toFile: home + "/.config/gradflow/init.gf", atomically: false, encoding: .utf8)
    let terminal = try terminal()
    terminal.type("answer + 1\r")
    try terminal.wait(for: "\n43\n")
    let bare = try self.terminal(["--no-init"])
    bare.type("answer + 1\r")
    try bare.wait(for: "unknown name 'answer'")
  }

  @Test func promptAfterCode() throws {
    let terminal = try terminal(["-i", "-e", "x = 41"])
    terminal.type("x + 1\r")
    try terminal.wait(for: "\n42\n")
  }

  @Test func tablesFitTheResizedWindow() throws {
    let terminal = try terminal(columns: 100)
    terminal.type("t = table([record(first_column: 1, second_column: 2, third_column: 3)]);\r")
    try terminal.wait(for: "gf> ")
    terminal.type("t\r")
    #expect(try terminal.wait(for: "└").contains("third_column"))
    try terminal.wait(for: "gf> ")
    terminal.resize(columns: 40)
    terminal.type("t\r")
    try terminal.wait(for: "1 column does not fit: third_column")
  }

  @Test func hangUpEndsTheSession() throws {
    let terminal = try terminal()
    terminal.signal(SIGHUP)
    #expect(try terminal.waitForEnd() == 128 + SIGHUP)
  }
}
