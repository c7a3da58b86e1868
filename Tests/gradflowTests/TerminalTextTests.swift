// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Untrusted text is escaped on every path to a terminal.
struct TerminalTextTests {
  /// A string literal whose value sets the clipboard, changes the colour and reverses the direction of text.
  private static let literal = "a\\u{1B}]52;c;eA==\\u{7}\\u{9B}31m\\u{202E}b"
  private static let bytes = "a\u{1B}]52;c;eA==\u{7}\u{9B}31m\u{202E}b"
  /// The text as a terminal has to show it.
  private static let shown = "a\\u{1B}]52;c;eA==\\u{7}\\u{9B}31m\\u{202E}b"
  /// Sequences that a terminal would act on.
  private static let dangers = ["\u{1B}]", "\u{7}", "\u{9B}", "\u{202E}"]

  private static let ways = [
    "\"X\"",
    "print(\"X\")", "print(\"X\", 1)", "join([\"X\", \"b\"], \",\")", "[\"X\"]", "[[\"X\"]]", "record(a: \"X\")",
    "table([record(a: \"X\")])", "emit(record(a: \"X\"))", "print(upper(\"X\") + lower(\"X\"))", "warn(\"X\")",
    "assert false, \"X\"", "load(\"X\")", "save([1], \"/nowhere/X.tsv\")", "plot([1, 2], title: \"X\")",
    "table([record(a: \"X\", b: 1), record(a: \"c\", b: 2)]) |> plot", "num(\"X\")", "\"X\".field",
    "fn f(x) { x }\nf(1, 2) # X\n\"X\" + 1",
  ]

  private func terminal(_ arguments: [String]) throws -> Terminal {
    let home = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: home) }
    let terminal = try Terminal(arguments, home: home, columns: 200, environment: ["GRADFLOW_PAGER": ""])
    _ = try terminal.waitForEnd()
    return terminal
  }

  private func expectHarmless(_ terminal: Terminal, _ way: String) {
    for danger in Self.dangers {
      #expect(!terminal.hasSeen(bytes: danger), "\(way): \(terminal.transcript.debugDescription)")
    }
  }

  @Test(arguments: ["auto", "table", "tsv", "csv", "md", "json", "jsonl", "gnuplot", "vnl"])
  func controlCharactersAreVisible(format: String) throws {
    for way in Self.ways {
      let code = way.replacingOccurrences(of: "X", with: Self.literal)
      expectHarmless(try terminal(["--format", format, "--color", "always", "-e", code]), "\(format): \(way)")
    }
    let terminal = try terminal(["--format", format, "-e", "print(\"\(Self.literal)\")"])
    let isJSON = format.hasPrefix("json")
    #expect(terminal.hasSeen(bytes: isJSON ? "a\\u001b]52;c;eA==\\u0007\\u009b31m\\u202eb" : Self.shown))
  }

  @Test(
    arguments: [
      ["--form\(bytes)"], ["--format", bytes], ["--threads", bytes], [bytes + ".gf"], ["-e", bytes],
      ["--manual", bytes], ["--check", bytes], ["-e", "print(arg(1))", "--", bytes],
    ])
  func argumentsAreVisible(arguments: [String]) throws {
    let terminal = try terminal(arguments)
    expectHarmless(terminal, arguments.debugDescription)
    #expect(!terminal.transcript.isEmpty)
  }

  /// The names of classes and columns come from a file.
  @Test func filesAreVisible() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/\(Self.bytes).csv"
    try "x,\(Self.bytes)\n1,\(Self.bytes)\n2,other\n".write(toFile: path, atomically: false, encoding: .utf8)
    for code in ["d = load(arg(1))\nprint(d)\nd", "d = load(arg(1), target: \"\(Self.literal)\")\nd\nprint(d)"] {
      expectHarmless(try terminal(["-e", code, "--", path]), code)
    }
    expectHarmless(try terminal(["-e", "save([1], arg(1))", "--", "\(folder)/\(Self.bytes).tsv"]), "save")
  }

  /// A file may turn out to be the terminal.
  @Test(arguments: ["/dev/tty", "/dev/stdout", "/dev/stderr"])
  func devicesAreVisible(_ device: String) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/a.tsv", withDestinationPath: device)
    let terminal = try terminal(["-e", "save([\"\(Self.literal)\"], arg(1))", "--", "\(folder)/a.tsv"])
    expectHarmless(terminal, device)
    #expect(terminal.hasSeen(bytes: Self.shown))
  }

  /// A pager passes escape sequences on to the terminal, as less -R does with colours.
  @Test func pagerCountsAsATerminal() throws {
    let home = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: home) }
    let code = "table(map(1..60, fn(n) = record(n: n, a: \"\(Self.literal)\")))"
    let terminal = try Terminal(
      ["--format", "tsv", "-e", code], home: home, columns: 200, environment: ["GRADFLOW_PAGER": "cat -u; sleep 0"])
    #expect(try terminal.waitForEnd() == 0)
    expectHarmless(terminal, "pager")
    #expect(terminal.hasSeen(bytes: Self.shown))
  }

  @Test func ownColoursAreKept() throws {
    let terminal = try terminal(["--color", "always", "-e", "print(record(state: \"\(Self.literal)\"))\nnobody"])
    #expect(
      terminal.hasSeen(bytes: "\u{1B}[1mstate\u{1B}[0m") && terminal.hasSeen(bytes: "\u{1B}[1;31merror:\u{1B}[0m"))
  }

  /// What a program prints on purpose reaches other programs unchanged. Notes are always escaped.
  @Test func pipesKeepTheirBytes() throws {
    let result = try Program.run(["-e", "print(\"\(Self.literal)\")\nwarn(\"\(Self.literal)\")"])
    #expect(result.output == Self.bytes + "\n")
    #expect(result.errors == "warning: \(Self.shown)\n")
  }

  @Test func safeModeEscapesEvenInPipes() throws {
    for format in ["auto", "table", "tsv", "csv", "md", "json", "jsonl", "gnuplot", "vnl"] {
      for way in Self.ways {
        let code = way.replacingOccurrences(of: "X", with: Self.literal)
        let result = try Program.run(["--safe", "--format", format, "-e", code])
        for danger in Self.dangers {
          #expect(!result.output.contains(danger) && !result.errors.contains(danger), "\(format): \(way)")
        }
      }
    }
    let json = try Program.run(["--safe", "--format", "json", "-e", "[\"\(Self.literal)\"]"])
    #expect(try JSONDecoder().decode([String].self, from: Data(json.output.utf8)) == [Self.bytes])
  }
}
