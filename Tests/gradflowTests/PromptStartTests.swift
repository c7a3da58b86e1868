// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// The prompt starts and works even if the environment is unusual.
@Suite(.serialized)
final class PromptStartTests {
  private let home: String

  init() throws { home = try Program.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  /// Evaluates two entries at the prompt.
  private func expectPrompt(_ terminal: Terminal) throws {
    try terminal.wait(for: "gf> ")
    terminal.type("6 * 7\r")
    try terminal.wait(for: "\n42\n")
    try terminal.wait(for: "gf> ")
    terminal.type("6 * 8\r")
    try terminal.wait(for: "\n48\n")
    try terminal.wait(for: "gf> ")
  }

  private func makeFolder(of path: String) throws {
    let folder = URL(filePath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  @Test func historyLockedByAnotherProcess() throws {
    let path = home + "/history"
    try "1 + 1\n".write(toFile: path, atomically: false, encoding: .utf8)
    let descriptor = open(path, O_RDWR)
    #expect(flock(descriptor, LOCK_EX) == 0)
    defer { close(descriptor) }
    try expectPrompt(try Terminal(home: home, environment: ["GRADFLOW_HISTORY": path]))
    // The history is complete as well.
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "1 + 1\n6 * 7\n6 * 8\n")
  }

  @Test(arguments: ["fifo", "/dev/zero", "/dev/full", "/"]) func historyIsNotAFile(path: String) throws {
    let path = path == "fifo" ? home + "/fifo" : path
    if path.hasSuffix("fifo") { #expect(mkfifo(path, 0o600) == 0) }
    try expectPrompt(try Terminal(home: home, environment: ["GRADFLOW_HISTORY": path]))
  }

  @Test func startUpFileIsAPipe() throws {
    let path = home + "/.config/gradflow/init.gf"
    try makeFolder(of: path)
    #expect(mkfifo(path, 0o600) == 0)
    let terminal = try Terminal(home: home)
    try terminal.wait(for: "it is not a regular file")
    try expectPrompt(terminal)
  }

  /// The end of a paste may never arrive. Ctrl-D ends the paste and keeps the text; Ctrl-C abandons the line.
  @Test func pasteWithoutAnEnd() throws {
    let terminal = try Terminal(home: home)
    try terminal.wait(for: "gf> ")
    terminal.type("\u{1B}[200~6 * 7")
    terminal.type("\u{4}")
    try terminal.wait(for: "6 * 7")
    terminal.type("\r")
    try terminal.wait(for: "\n42\n")
    try terminal.wait(for: "gf> ")
    terminal.type("\u{1B}[200~[1,\r2")
    // On Ctrl-C, the driver discards input that has not been read, so the paste must have begun.
    terminal.waitUntilRead()
    terminal.type("\u{3}")
    try terminal.wait(for: "^C")
    try expectPrompt(terminal)
  }

  /// Pasted and recalled text is shown with escapes of the language, which have the same meaning.
  @Test func pastesAndHistoryAreVisible() throws {
    let path = home + "/history"
    try "\"h\u{9B}31m\u{202E}\"\n".write(toFile: path, atomically: false, encoding: .utf8)
    let terminal = try Terminal(home: home, environment: ["GRADFLOW_HISTORY": path])
    try terminal.wait(for: "gf> ")
    terminal.type("\u{1B}[200~len(\"\u{9B}\u{202E}\u{1B}]\")\u{1B}[201~")
    try terminal.wait(for: "len(\"\\u{9B}\\u{202E}\\u{1B}]\")")
    terminal.type("\r")
    try terminal.wait(for: "\n4\n")
    try terminal.wait(for: "gf> ")
    terminal.type("\u{1B}[A\u{1B}[A")
    try terminal.wait(for: "\"h\\u{9B}31m\\u{202E}\"")
    for danger in ["\u{9B}", "\u{202E}", "\u{1B}]"] { #expect(!terminal.hasSeen(bytes: danger)) }
  }

  /// A search is another state that waits for more than one key.
  @Test func pasteWithoutAnEndInASearch() throws {
    let terminal = try Terminal(home: home)
    try terminal.wait(for: "gf> ")
    terminal.type("\u{12}")
    try terminal.wait(for: "i-search")
    terminal.type("\u{1B}[200~6 *")
    terminal.waitUntilRead()
    terminal.type("\u{3}")
    try terminal.wait(for: "^C")
    try expectPrompt(terminal)
  }

  @Test(arguments: ["dumb", "", " ", "unknown", "xterm", "vt100"], [0, 1, 3, 8, 80] as [UInt16])
  func limitedTerminals(name: String, columns: UInt16) throws {
    let terminal = try Terminal(home: home, columns: columns, environment: ["TERM": name])
    try terminal.wait(for: "gf>")
    let isWide = columns == 0 || columns >= 80
    if isWide || name == "dumb" || name.isEmpty || columns < 8 {
      terminal.type("6 * 7\r")
      try terminal.wait(for: "\n42\n")
      try terminal.wait(for: "gf> ")
    }
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  /// If the terminal does not report its size, it is taken from the environment, which may contain anything.
  @Test(arguments: ["2147483647", "1000000000", "99999999999999", "0", "-5", "wide"])
  func absurdSizes(_ size: String) throws {
    let terminal = try Terminal(home: home, columns: 0, environment: ["COLUMNS": size, "LINES": size])
    try terminal.wait(for: "gf> ")
    terminal.type("6 * 7\r")
    try terminal.wait(for: "\n42\n")
    try terminal.wait(for: "gf> ")
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  /// Ctrl-C, Ctrl-D, continuation lines and Ctrl-Z, if the terminal driver edits the line.
  @Test func plainLines() throws {
    let terminal = try Terminal(home: home, environment: ["TERM": "dumb"])
    try terminal.wait(for: "gf> ")
    terminal.type("[1,\r")
    try terminal.wait(for: "..> ")
    terminal.type("2]\r")
    try terminal.wait(for: "\n[1, 2]\n")
    try terminal.wait(for: "gf> ")
    terminal.type("[1,\r")
    try terminal.wait(for: "..> ")
    terminal.type("\u{3}")
    try terminal.wait(for: "gf> ")
    terminal.type("\u{3}")
    try terminal.wait(for: "(Ctrl-D or :quit to leave)")
    try terminal.wait(for: "gf> ")
    terminal.type("\u{1A}")
    terminal.waitForStop()
    terminal.signal(SIGCONT)
    try expectPrompt(terminal)
    terminal.type("\u{4}")
    #expect(try terminal.waitForEnd() == 0)
  }

  @Test func hangUpEndsPlainLines() throws {
    let terminal = try Terminal(home: home, environment: ["TERM": "dumb"])
    try terminal.wait(for: "gf> ")
    terminal.signal(SIGHUP)
    #expect(try terminal.waitForEnd() == 128 + SIGHUP)
  }

  /// The window becomes too narrow for an editor while a line is being typed.
  @Test func windowsThatBecomeNarrow() throws {
    let terminal = try Terminal(home: home)
    try terminal.wait(for: "gf> ")
    terminal.type("6 * ")
    try terminal.wait(for: "6 * ")
    for columns in [8, 3, 1, 2] as [UInt16] { terminal.resize(columns: columns) }
    terminal.type("7\r")
    try terminal.wait(for: "\n42\n")
    try expectPrompt(terminal)
  }
}
