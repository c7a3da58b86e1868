// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Ctrl-C at the prompt stops what an entry computes, writes or waits for, and nothing else.
@Suite(.serialized)
final class PromptStopTests {
  private let home: String

  init() throws { home = try Program.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  @Test(arguments: [
    "ys = sort(xs)", "print(concat(xs, xs))", "ys = xs", "xs", "pipe(1, \"sleep 30\")",
    "pipe(1, \"sleep 30; sleep 30\")", "save(plot(xs), \"~/never.svg\")",
  ])
  func promptReturns(_ entry: String) throws {
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

  /// Writing a row blocks, because the reader does not read. Stopping the training still keeps its run.
  @Test(arguments: ["steps", "flow"]) func trainingKeepsItsRunIfNobodyReads(_ part: String) throws {
    let path = home + "/rows"
    try #require(mkfifo(path, 0o600) == 0)
    let rows = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    defer { close(rows) }
    let shell = "exec \"$0\" --no-init --progress none --format tsv > \(path)"
    let terminal = try Terminal(["-c", shell, Program.path], of: "/bin/sh", home: home)
    try terminal.wait(for: "gf> ")
    terminal.type("run = train(chain(4, tanh), gaussian(8), epochs: 1e9, record: every(1), emit: \(part));\r")
    // A pipe holds 64 KiB, but refuses a piece for which it has no full page.
    var count: Int32 = 0
    for _ in 0..<3000 where count <= 60_000 {
      _ = ioctl(rows, UInt(FIONREAD), &count)
      usleep(10_000)
    }
    #expect(count > 60_000)
    usleep(200_000)
    terminal.type("\u{3}")
    try terminal.wait(for: "net keeps its weights, and the run")
    try terminal.wait(for: "gf> ")
    terminal.type("warn(\"kept\", len(run.steps) > 1)\r")
    try terminal.wait(for: "warning: kept true")
  }
}
