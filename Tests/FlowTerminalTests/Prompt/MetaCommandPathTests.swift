// SPDX-License-Identifier: GPL-3.0-or-later
import TestSupport
import Testing

/// Tests the commands that take the path of a file or of a folder.
struct MetaCommandPathTests {
  /// Only a script is overwritten.
  @Test func savedSessionsKeepOtherFiles() {
    let files = ["victim.csv": "a,b\n", "old.gf": "1"]
    let host = PromptSession(["x = 1;", ":save victim.csv", ":save old.gf", ":save new.txt"], files: files).host
    #expect(host.text(ofFile: "victim.csv") == "a,b\n")
    #expect(host.notes[0].hasPrefix("error: 'victim.csv' exists and is not a script"))
    #expect(host.notes[0].contains(":save victim.csv.gf"))
    #expect(host.text(ofFile: "old.gf") == "x = 1;\n" && host.text(ofFile: "new.txt") == "x = 1;\n")
    // Files must not be visible with --safe.
    #expect(PromptSession([":save victim.csv"], isSafe: true, files: files).host.notes[0].contains("--safe"))
  }

  @Test func pathsInQuotes() {
    let host = PromptSession(
      [
        "x = 1;", ":save \"a b.gf\"", ":load \"a b.gf\"", ":load 'a b.gf'", ":cd \"da ta\"", ":save \"a",
        ":load \"a\" b",
      ]
    ).host
    #expect(host.text(ofFile: "a b.gf") == "x = 1;\n")
    #expect(host.notes[1] == "/place/da ta")
    #expect(host.notes[2...] == ["error: \"a is not one path in quotes", "error: \"a\" b is not one path in quotes"])
    #expect(transcript(":cd \"data\"\nprint(1)") == "1\n")
  }
}
