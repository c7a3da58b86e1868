// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Ctrl-C at the prompt ends what an entry computes, writes or waits for, and nothing else.
@Suite(.serialized)
final class PromptStopTests {
  private let home: String

  init() throws { home = try Program.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  @Test(arguments: [
    "ys = sort(xs)", "print(concat(xs, xs))", "ys = xs", "xs", "pipe(1, \"sleep 30\")",
    "pipe(1, \"sleep 30; sleep 30\")", "save(plot(xs), \"~/never.svg\")",
  ])
  func thePromptComesBack(_ entry: String) throws {
    let terminal = try Terminal(home: home, environment: ["GRADFLOW_PAGER": ""])
    try terminal.wait(for: "gf> ")
    terminal.type("xs = sin(linspace(0, 1e7, 3e6)); kept = 7\r")
    try terminal.wait(for: "gf> ")
    terminal.type("6 * 7\r")
    try terminal.wait(for: "\n42\n")
    try terminal.wait(for: "gf> ")
    terminal.type("print(\"go\" + \"ing\"); while true { \(entry) }\r")
    try terminal.wait(for: "going\n")
    terminal.type("\u{3}")
    try terminal.wait(for: "interrupted")
    try terminal.wait(for: "gf> ")
    terminal.type("_ + kept + len(xs)\r")
    try terminal.wait(for: "\n3000049\n")
  }
}
