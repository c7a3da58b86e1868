// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTerminal
import TestSupport
import Testing

struct PromptTests {
  private func run(_ lines: [String], isSafe: Bool = false) -> PromptSession { PromptSession(lines, isSafe: isSafe) }

  @Test func linesAreCollectedUntilTheEntryIsComplete() {
    let session = PromptSession(["[1,", "2]", "", "3"])
    let (status, keyboard, host) = (session.status, session.keyboard, session.host)
    #expect(status == 0)
    #expect(keyboard.prompts == [.primary, .continuation, .primary, .primary, .primary])
    #expect(host.output == "1\n2\n3\n")
    #expect(keyboard.remembered == ["[1,\n2]", "3"])
  }

  @Test func interruptDropsAllLines() {
    let session = PromptSession([.line("[1,"), .interrupted(dropped: "2"), .line("4")])
    let (keyboard, host) = (session.keyboard, session.host)
    #expect(keyboard.prompts == [.primary, .continuation, .primary, .primary])
    #expect(host.output == "4\n")
    #expect(host.notes == [])
    #expect(PromptSession([.interrupted(dropped: "")]).host.notes == ["(Ctrl-D or :quit to leave)"])
  }

  @Test func endOfInputCancelsAContinuation() {
    let session = PromptSession([.line("[1,"), .end, .line("4")])
    let (keyboard, host) = (session.keyboard, session.host)
    #expect(keyboard.prompts == [.primary, .continuation, .primary, .primary])
    #expect(host.output == "4\n")
  }

  @Test func errorsKeepTheLastValue() {
    let host = run(["6 * 7;", "nobody", "_ + 0"]).host
    #expect(host.output == "42\n")
    #expect(host.notes.count == 1)
  }

  /// Words that are commands in other shells work unless there is a variable of that name.
  @Test(arguments: ["exit", "quit"]) func wordsOfOtherShells(word: String) {
    #expect(run([word, "1"]).host.output == "")
    #expect(run(["\(word) = 3;", word, "1"]).host.output == "3\n1\n")
    #expect(run(["help"]).host.notes == run(["?"]).host.notes)
  }

  @Test func exitReturnsItsStatus() { #expect(run(["exit(3)", "1"]).status == 3) }

  @Test(
    arguments: [
      ("gf> 1 + 1", "2\n"), ("gf> a = [1,\n..> 2];\na list of numbers\ngf> sum(a)", "3\n"), ("..> 5", "5\n"),
      ("\"gf\" + \"> \"", "gf> \n"),
    ])
  func promptsOfPastedSessionsAreRemoved(pasted: String, output: String) {
    #expect(run([pasted]).host.output == output)
  }

  @Test func historySkipsRepeatsAndBlanks() {
    #expect(run(["1;", "1;", " 2;", "3;", "1;"]).keyboard.remembered == ["1;", "3;", "1;"])
  }

  @Test func onlyEntriesThatSucceededAreSaved() {
    let host = run(["a = 2", "nobody", ":time a + 1", ":set format json", "a", ":save x.gf", ":save"]).host
    #expect(host.text(ofFile: "x.gf") == "a = 2\na + 1\n:set format json\na\n")
    #expect(host.notes.last == "error: this command needs the name of a script")
  }

  @Test(arguments: ["read", "csv", "load"]) func standardInputBelongsToThePrompt(_ function: String) {
    #expect(run(["\(function)(\"-\")"]).host.notes[0].contains("the prompt reads standard input"))
  }

  @Test func settings() {
    let host = run([":set format json", "[1, 2]", ":set format", ":set format xml", ":set nothing", ":set"]).host
    #expect(host.output == "[1, 2]\n")
    #expect(host.notes[0] == ":set format json  # the format of printed values")
    #expect(host.notes[1].hasPrefix("error: 'format' must be"))
    #expect(host.notes[2].hasPrefix("error: unknown setting 'nothing'"))
    #expect(host.notes.count == 3 + Setting.all.count)
  }

  @Test(arguments: [(":q", 0), (":quit", 0)] as [(String, Int32)])
  func abbreviatedCommands(line: String, status: Int32) {
    let session = run([line, "1"])
    let (got, keyboard) = (session.status, session.keyboard)
    #expect(got == status)
    #expect(keyboard.prompts.count == 1)
  }

  @Test func unknownCommandsAreReported() {
    #expect(run([":lost"]).host.notes[0].hasPrefix("error: unknown command ':lost' (did you mean ':list'?)"))
    #expect(run([":"]).host.notes[0].hasPrefix("error: unknown command ':'"))
  }

  @Test func ambiguousCommandsNameTheirCandidates() {
    #expect(run([":s"]).host.notes == ["error: ':s' is ambiguous: :save or :set"])
    #expect(run([":l"]).host.notes == ["error: ':l' is ambiguous: :list or :load"])
  }

  @Test func allFormsOfHelp() {
    for line in ["?chain", "chain?", "? chain"] {
      #expect(run([line]).host.notes[0].hasPrefix("chain(depth, activation"))
    }
    #expect(run(["?"]).host.notes[0].contains("flow table"))
    #expect(run(["?|>"]).host.notes[0].hasPrefix("pipes: "))
    #expect(run(["mine = [1];", "?mine"]).host.notes[0].hasPrefix("mine is a list: [1]\n"))
    #expect(run(["??vanish"]).host.notes[0].contains("flow"))
    #expect(run(["?chian"]).host.notes[0].hasPrefix("error: no help found for 'chian' (did you mean 'chain'?)"))
  }

  @Test func listShowsTheNames() {
    let host = run(["n = 2;", "s = \"x\";", ":list"]).host
    #expect(host.output.hasPrefix("name\ttype\tvalue\nn\tnumber\t\"2\"\ns\tstring\t"))
  }

  @Test func systemCommands() {
    #expect(run(["!ls -l"]).keyboard.commands == ["ls -l"])
    let session = run(["!ls", ":save x.gf"], isSafe: true)
    let (keyboard, host) = (session.keyboard, session.host)
    #expect(keyboard.commands == [])
    #expect(host.notes.allSatisfy { $0.contains("not allowed with --safe") })
    #expect(host.notes.count == 2)
  }

  /// The code of the tour runs without errors, and its output is on the output stream.
  @Test func theTourRunsToItsEnd() {
    let host = run([":demo"] + Array(repeating: "", count: 10)).host
    #expect(!host.notes.contains { $0.hasPrefix("error") })
    #expect(host.notes.last?.contains("?flow") == true)
    for header in [
      "layer\tgrad_norm\tlog10_total\tstate", "layer\tfactor\tweight_gain\tslope_gain\ttheory", "act\tinit\tvalue",
      "epoch\tloss\taccuracy", "layer\tsymptom\tcause", "rank\tremedy\tfactor\tloss\taccuracy", "layer,factor,state",
    ] {
      #expect(host.output.contains(header + "\n"))
    }
  }
}
