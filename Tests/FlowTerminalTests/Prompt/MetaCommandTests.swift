// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTerminal
import Foundation
import TestSupport
import Testing

/// Tests the commands about folders, entries, help and variables.
struct MetaCommandTests {
  @Test func folders() {
    let host = PromptSession([":cd data", ":cd", ":cd /tmp/x", ":cd missing", "!cd data", "!cd /tmp && ls"]).host
    #expect(host.notes.prefix(3) == ["/place/data", "/home", "/tmp/x"])
    #expect(host.notes[3] == "error: cannot change to 'missing': No such file or directory")
    #expect(host.notes[4].hasSuffix("(write :cd data)") && host.notes.count == 5)
    #expect(PromptSession([":cd x"], isSafe: true).host.notes[0].contains("not allowed with --safe"))
  }

  @Test func previousFolder() {
    let host = PromptSession([":cd -", ":cd data", ":cd /tmp/x", ":cd -", ":cd -", ":save s.gf"]).host
    #expect(host.notes[0].hasPrefix("error: the folder has not changed"))
    #expect(host.notes[1...4] == ["/place/data", "/tmp/x", "/place/data", "/tmp/x"])
    #expect(host.text(ofFile: "s.gf")?.contains("-") == false)
    #expect(transcript(":cd data\n:cd -\nprint(1)") == "1\n")
  }

  @Test func lastCommand() {
    let session = PromptSession(["!!", "!ls -l", "1", "!!", "!! | wc"])
    #expect(
      session.host.notes == ["error: this session has run no command that '!!' could repeat", "!ls -l", "!ls -l | wc"])
    #expect(session.keyboard.commands == ["ls -l", "ls -l", "ls -l | wc"])
  }

  /// `!!` repeats a command of this session only, even if an entry of an earlier session is the same.
  @Test func lastCommandOfAnEarlierSession() throws {
    let path = NSTemporaryDirectory() + "gradflow-history-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "!rm -r x\n".write(toFile: path, atomically: true, encoding: .utf8)
    let session = PromptSession(["!!", "!rm -r x", "!!"], history: HistoryFile(path: path))
    #expect(session.keyboard.remembered.first == "!rm -r x")
    #expect(session.keyboard.commands == ["rm -r x", "rm -r x"])
    #expect(session.host.notes[0].contains("that '!!' could repeat"))
  }

  @Test(arguments: [":quit now", ":clear now", ":demo 2", ":list x"])
  func unexpectedArguments(_ line: String) {
    let session = PromptSession([line, "7"])
    #expect(session.host.output == "7\n" && session.keyboard.screensCleared == 0)
    let words = line.split(separator: " ")
    #expect(session.host.notes == ["error: '\(words[0])' takes no argument, but '\(words[1])' follows it"])
  }

  @Test func severalVariables() {
    let lines = ["x = 1; y = 2; z = 3; mean = 4;", ":forget x missing", ":forget x, y mean", "z", "y"]
    let host = PromptSession(lines).host
    #expect(host.notes[1] == "error: unknown variable 'missing'" && host.notes[2].contains("unknown name 'y'"))
    #expect(host.output == "3\n")
    #expect(transcript("x = 1; y = 2\n:forget x y\nprint(type(y))").contains("unknown name 'y'"))
  }

  /// Each line of the list fits a narrow terminal.
  @Test func listOfCommands() {
    let notes = PromptSession([":help"], noteWidth: 60).host.notes
    #expect(notes.count > MetaCommand.all.count && notes.allSatisfy { $0.count <= 60 })
  }

  @Test func history() {
    let session = PromptSession([
      "alpha = 1;", "[2,", "3];", ":history", ":history 2", ":history ALPHA", ":history zeta",
    ])
    #expect(session.host.notes[0] == "1  alpha = 1;\n2  [2,\n   3];\n3  :history")
    #expect(session.host.notes[1] == "3  :history\n4  :history 2")
    #expect(session.host.notes[2] == "1  alpha = 1;")
    #expect(session.host.notes[3] == "error: no entry contains 'zeta'")
  }

  @Test func clear() { #expect(PromptSession([":clear", ":cl"]).keyboard.screensCleared == 2) }

  @Test(arguments: [":help flow", "help flow", "help(flow)", "help(\"flow\")", "help  ( flow )"])
  func helpAboutATopic(_ line: String) {
    #expect(PromptSession([line]).host.notes == PromptSession(["?flow"]).host.notes)
    if line.hasPrefix(":") { return }
    // A variable of the user.
    #expect(PromptSession(["help = 3", line]).host.notes.last?.hasPrefix("error: ") == true)
  }

  @Test func namesThatBeginLikeCommands() {
    let host = PromptSession(["help_x = 1", "helper = 2", "quitting = 3", "help_x + helper + quitting"]).host
    #expect(host.notes == [] && host.output.hasSuffix("\n6\n"))
  }

  @Test func shadowing() {
    let session = PromptSession([
      "flow = 3", "flow = 4", "flow(1)", ":forget flow", "flow(1)", ":forget flow", "mine = 2", ":forget mine", "mine",
      "fn len(x) = 1", "len([1, 2])", ":forget len", "len([1, 2])",
    ])
    let notes = session.host.notes
    #expect(notes[0] == "flow is now a variable; :forget flow brings the builtin back")
    #expect(notes[1].contains("'flow' is a number here: it hides the function"))
    #expect(notes[1].contains(":forget flow brings it back"))
    #expect(notes[2].contains("wrong-type") || notes[2].contains("flow"))
    #expect(notes[3] == "error: 'flow' is a builtin, not a variable of yours")
    #expect(notes[4].contains("unknown name 'mine'"))
    #expect(notes[5] == "len is now your function; :forget len brings the builtin back")
    #expect(notes.count == 6)
    #expect(session.host.output.hasSuffix("\n1\n2\n"))
    #expect(transcript("flow = 3\nflow(1)").contains("it hides the function"))
    let advice = "rename the variable; at the prompt, :forget flow brings it back"
    #expect(fault("flow = 3\nflow(1)")?.labels.first?.text == advice)
    #expect(transcript("flow = 3\n:forget flow\ntype(flow)") == "function\n")
  }
}
