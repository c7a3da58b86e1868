// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Entries of several lines, the search for what has been typed, and the editor.
@Suite(.serialized)
final class PromptEntryTests {
  private let home: String

  init() throws { home = try Program.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  private let (up, down) = ("\u{1B}[A", "\u{1B}[B")

  /// Starts a prompt with entries in its history.
  private func terminal(_ entries: [String] = [], environment: [String: String] = [:]) throws -> Terminal {
    let path = home + "/history"
    let lines = entries.map { $0.replacing("\n", with: "\\n") + "\n" }
    try lines.joined().write(toFile: path, atomically: false, encoding: .utf8)
    let terminal = try Terminal(home: home, environment: environment.merging(["GRADFLOW_HISTORY": path]) { $1 })
    try terminal.wait(for: "gf> ")
    return terminal
  }

  /// Creates an executable script and returns its path.
  private func script(_ name: String, _ text: String) throws -> String {
    let path = "\(home)/\(name)"
    try "#!/bin/sh\n\(text)\n".write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    return path
  }

  @Test func laterLinesShowTheirPrompt() throws {
    let terminal = try terminal(["[1,\n20]"])
    terminal.type(up)
    try terminal.wait(for: "[1,\n..> 20]")
    terminal.type("\r")
    try terminal.wait(for: "\n[1, 20]\n")
  }

  /// Up and Down move between the lines and leave the entry only at its ends, and keep the column.
  @Test func movingBetweenLines() throws {
    let terminal = try terminal(["7 * 7", "[10,\n20,\n30]"])
    terminal.type("\(up)\(up)\u{2}\u{2}4\(up)5\(down)6\r")
    try terminal.wait(for: "\n[150, 2406, 30]\n")
    try terminal.wait(for: "gf> ")
    // The entry that was just run is the newest, and it has three lines.
    terminal.type("\(up)\(up)\(up)\(up)\(up)\(up)\(up)\r")
    try terminal.wait(for: "\n49\n")
  }

  /// Keys about the line act on the line with the cursor, and go on to the ends of the entry.
  @Test(arguments: [
    ("\u{1}1\u{5}2", "[1, 1202, 3]"), ("\u{1B}[H1\u{1B}[F2", "[1, 1202, 3]"), ("\u{1}\u{1}\u{4}[9,", "[9, 1, 20, 3]"),
    ("\u{1}\u{B}5", "[1, 5, 3]"), ("\u{15}7", "[1, 7, 3]"), ("\u{1}\u{5}\u{B}4", "[1, 204, 3]"),
    ("\u{1}\u{B}\u{19}\u{19}", "[1, 2020, 3]"), ("\u{5}\u{5} |> sum", "24"),
  ])
  func keysOfALine(_ keys: String, _ result: String) throws {
    let terminal = try terminal(["[1,\n20\n,3]"])
    terminal.type("\(up)\(up)\(keys)\r")
    try terminal.wait(for: "\n\(result)\n")
  }

  @Test(arguments: [
    ("0i1\u{1B}$a2", "[1, 1202, 3]"), ("I1\u{1B}A2", "[1, 1202, 3]"), ("0D", "error: "), ("0C5", "[1, 5, 3]"),
    ("^r9A4", "[1, 904, 3]"), ("$x", "[1, 2, 3]"), ("$d0", "[1, 0, 3]"), ("0d$i5", "[1, 5, 3]"), ("0lD", "[1, 2, 3]"),
  ])
  func keysOfALineInViMode(_ keys: String, _ result: String) throws {
    let inputrc = home + "/inputrc"
    try "set editing-mode vi\nset keyseq-timeout 30\n".write(toFile: inputrc, atomically: false, encoding: .utf8)
    let terminal = try terminal(["[1,\n20\n,3]"], environment: ["INPUTRC": inputrc])
    terminal.type("\u{1B}k")
    try terminal.wait(for: ",3]")
    terminal.type("j\(keys)\r")
    try terminal.wait(for: "\n\(result)")
  }

  @Test func searchForWhatHasBeenTyped() throws {
    let terminal = try terminal(["x = 1", "y = 20", "x = 3", "1 + 1"])
    terminal.type("x\(up)\(up)0\r")
    try terminal.wait(for: "x = 10")
    try terminal.wait(for: "\n10\n")
    try terminal.wait(for: "gf> ")
    // Down returns to the typed text.
    terminal.type("y\(up)\(down) = 5\r")
    try terminal.wait(for: "y = 5")
    try terminal.wait(for: "\n5\n")
  }

  /// The user's bindings mean what Readline's manual says.
  @Test func bindingsOfTheUserAreKept() throws {
    let keys = home + "/inputrc"
    try "\"\\e[A\": previous-history\n\"\\C-x\\C-e\": \"6 * 7\"\n".write(
      toFile: keys, atomically: false, encoding: .utf8)
    let terminal = try terminal(["x = 1", "11 * 11"], environment: ["INPUTRC": keys])
    terminal.type("x\(up)\r")
    try terminal.wait(for: "\n121\n")
    try terminal.wait(for: "gf> ")
    terminal.type("\u{18}\u{5}\r")
    try terminal.wait(for: "\n42\n")
  }

  /// The editor has an argument, and its name contains a blank.
  @Test func editorContinuesTheEntry() throws {
    let editor = try script("an editor", "[ \"$1\" = --wait ] && sed -i 's/5/41/' \"$2\" && echo '+ 1)' >> \"$2\"")
    let terminal = try terminal(environment: ["VISUAL": "'\(editor)' --wait"])
    terminal.type("(\r")
    try terminal.wait(for: "..> ")
    terminal.type("5\u{18}\u{5}")
    try terminal.wait(for: "..> 41\n..> + 1)\n42\n")
    try terminal.wait(for: "gf> ")
    terminal.type("fn f(x) = x * 5\r")
    try terminal.wait(for: "gf> ")
    terminal.type(":edit f\r")
    // The added line is a syntax error, so the function stays as it is.
    try terminal.wait(for: "gf> fn f(x) = x * 41\n..> + 1)\n")
    try terminal.wait(for: "error: ")
    try terminal.wait(for: "gf> ")
    terminal.type("f(2)\r")
    try terminal.wait(for: "\n10\n")
  }

  @Test(arguments: ["false", "no-such-editor"]) func editorFails(_ editor: String) throws {
    let terminal = try terminal(environment: ["EDITOR": editor])
    terminal.type("6 * 7\u{18}\u{5}")
    try terminal.wait(for: "error: the editor '\(editor)' ended with status")
    try terminal.wait(for: "gf> ")
    terminal.type("7 * 7\r")
    try terminal.wait(for: "\n49\n")
    #expect(!terminal.transcript.contains("42"))
  }

  /// Relative paths, their completion and the history follow the folder.
  @Test func folders() throws {
    try FileManager.default.createDirectory(atPath: home + "/inner", withIntermediateDirectories: false)
    try "6 * 7".write(toFile: home + "/inner/answer.gf", atomically: false, encoding: .utf8)
    let terminal = try terminal()
    terminal.type(":cd\r")
    try terminal.wait(for: "\n\(home)\n")
    try terminal.wait(for: "gf> ")
    terminal.type(":cd in\t\r")
    try terminal.wait(for: "\n\(home)/inner\n")
    try terminal.wait(for: "gf> ")
    terminal.type(":load ans\t\r")
    try terminal.wait(for: "\n42\n")
    try terminal.wait(for: "gf> ")
    terminal.type("!cd ..\r")
    try terminal.wait(for: "write :cd ..")
    try terminal.wait(for: "gf> ")
    terminal.type("!pwd\r")
    try terminal.wait(for: "\n\(home)/inner\n")
  }

  /// What has been saved runs without a prompt, even if it uses a variable from before the prompt.
  @Test func savedSessionRuns() throws {
    let terminal = try Terminal(["--no-init", "-i", "-e", "seven = 7", "-e", "unused = 8"], home: home)
    try terminal.wait(for: "gf> ")
    for line in ["6 * seven", "x = _ + 1", ":set format json", "x = x + ans; nobody", ":save \(home)/s.gf"] {
      terminal.type(line + "\r")
      try terminal.wait(for: "gf> ")
    }
    #expect(try !String(contentsOfFile: home + "/s.gf", encoding: .utf8).contains("unused"))
    let run = try Program.run(["--no-init", home + "/s.gf"])
    #expect(run.status == 0 && run.output == "42\n", "\(run)")
  }
}
