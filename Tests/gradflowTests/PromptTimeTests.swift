// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// When the time limit is reached at a terminal, the program ends, and so do the processes that it has started.
@Suite(.serialized)
final class PromptTimeTests {
  private let home: String

  init() throws { home = try Program.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  /// With and without the line editor, and with a partly typed entry.
  @Test(arguments: ["xterm", "dumb"], ["", "1 + ", "[1,\r2"])
  func restoresTheTerminal(_ kind: String, _ typed: String) throws {
    let modes = "stty -a | tr ' ' '\\n' | grep -xe echo -e icanon | sort"
    let shell = "\"$0\" --no-init --timeout 3; echo status=$?; \(modes)"
    let terminal = try Terminal(["-c", shell, Program.path], of: "/bin/sh", home: home, environment: ["TERM": kind])
    try terminal.wait(for: "gf> ")
    terminal.type(typed)
    try terminal.wait(for: "error: stopped after 3 s, the time limit\n")
    try terminal.wait(for: "status=1\necho\nicanon\n")
    #expect(terminal.hasSeen(bytes: "\u{1B}[?2004l") == (kind == "xterm"))
    #expect(try terminal.waitForEnd() == 0)
  }

  /// The reason is not reported again after a computation has been stopped.
  @Test func stoppedComputationIsReportedOnce() throws {
    let terminal = try Terminal(["--no-init", "--timeout", "3"], home: home)
    try terminal.wait(for: "gf> ")
    terminal.type("while true { }\r")
    try terminal.wait(for: "stopped after 3 s, the time limit")
    #expect(try terminal.waitForEnd() == 1)
    #expect(terminal.transcript.components(separatedBy: "the time limit").count == 2)
  }

  /// A pipeline in the foreground of the terminal, in the process group of the program.
  @Test(arguments: [false, true]) func endsStartedProcesses(_ isAtPrompt: Bool) throws {
    let command = "(echo first=$(sh -c 'echo $PPID'); exec sleep 31) | (read line; echo $line, >&2; exec sleep 32)"
    let code = isAtPrompt ? [] : ["-e", "pipe(1, \"\(command)\")"]
    let terminal = try Terminal(["--no-init", "--timeout", "4"] + code, home: home, columns: 200)
    if isAtPrompt {
      try terminal.wait(for: "gf> ")
      terminal.type("!\(command)\r")
      try terminal.wait(for: "exec sleep 32)")
    }
    try terminal.wait(for: "first=")
    let process = try #require(Int32(try terminal.wait(for: ",")))
    #expect(isRunning(process))
    try terminal.wait(for: "the time limit")
    #expect(try terminal.waitForEnd() == 1)
    #expect(!isRunning(process))
  }

  /// Returns whether a process is still running. A zombie is not.
  private func isRunning(_ process: Int32) -> Bool {
    guard let stat = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return false }
    // The state follows the name, which is in parentheses and may itself contain parentheses.
    let state = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.first { $0 != " " }
    return state.map { !["Z", "X"].contains($0) } ?? false
  }
}
