// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

struct CommandLineTests {
  /// Whatever reads a file reads standard input as `-`, except at the prompt.
  @Test(arguments: ["csv(\"-\", target: \"y\").samples", "read(\"-\") |> len"])
  func standardInputIsAFile(_ code: String) throws {
    let result = try Program.run(["-e", "print(\(code))"], input: "x,y\n1,2\n3,4\n")
    #expect(result.output == "2\n" && result.errors.isEmpty)
    let refused = try Program.run(["--safe", "-e", "print(\(code))"], input: "x,y\n1,2\n3,4\n")
    #expect(refused.errors.contains("not allowed with --safe"))
  }

  @Test(
    arguments: [
      (["-e", "1 + 2"], 0, "3\n"), (["-e", "x = 3", "-e", "x"], 0, "3\n"), (["-e", "-3"], 0, "-3\n"),
      (["-e", "exit(7)"], 7, ""), (["-e", "print(1)\nassert false"], 1, "1\n"), (["-e", "nobody"], 1, ""),
      (["-e", "print(1)", "-e", "x = ="], 3, ""), (["--bogus"], 2, ""), (["--threads", "0", "-e", "1"], 2, ""),
      (["--threads", "x"], 2, ""), (["--format", "xml", "-e", "1"], 2, ""), (["--timeout", "-1", "-e", "1"], 2, ""),
      (["no-such-file.gf"], 2, ""), (["/"], 2, ""), (["--check", "-e", "print(1)"], 0, ""),
      (["--check", "-e", "print(1"], 3, ""), (["--format", "json", "-e", "[1, 2]"], 0, "[1, 2]\n"),
      (["-e", "print(arg(1), arg(2))", "--", "word", "--check"], 0, "word --check\n"),
      (["--timeout", "0.2", "-e", "while true { }"], 1, ""),
    ] as [([String], Int32, String)])
  func statusAndData(arguments: [String], status: Int32, output: String) throws {
    let result = try Program.run(arguments)
    #expect(result.status == status, "\(result.errors)")
    #expect(result.output == output)
    #expect(result.errors.isEmpty == (status == 0 || status == 7))
  }

  @Test(arguments: [["--help"], ["-h"], ["--version"], ["--quiet", "--version"]])
  func helpGoesToStandardOutput(arguments: [String]) throws {
    let result = try Program.run(arguments)
    #expect(result.status == 0)
    #expect(result.output.contains("gradflow"))
    #expect(result.errors == "")
  }

  @Test func helpFitsATerminal() throws {
    let help = try Program.run(["--help"]).output
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(help)")
    #expect(try Program.run(["-c", "1"]).errors.hasPrefix("Error: code is run with -e: gradflow -e 'code'\n"))
  }

  /// The error for a file that does not exist names one with a similar name.
  @Test(arguments: [
    (["rum.gf"], "run.gf"), (["run"], "run.gf"), (["-e", "read(\"tree.csv\")"], "trees.csv"),
    (["-e", "csv(\"./tree.csv\", target: \"y\")"], "./trees.csv"), (["-e", "load(\"cell.db\")"], "cells.db"),
    (["-e", "include \"ru.gf\""], "run.gf"), (["-e", "load(\"net.safetensor\")"], "net.safetensors"),
    (["-e", "idx(\"trees.csw\", \"trees.csw\")"], "trees.csv"),
  ])
  func similarFiles(_ arguments: [String], _ name: String) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for file in ["run.gf", "trees.csv", "cells.db", "net.safetensors"] {
      try "".write(toFile: "\(folder)/\(file)", atomically: false, encoding: .utf8)
    }
    let run = try Program.run(
      ["-c", "cd \(folder) && exec \"$0\" \"$@\"", Program.path] + arguments, of: "/bin/sh")
    #expect(run.errors.contains("did you mean '\(name)'?"), "\(run.errors)")
  }

  @Test func wordsAfterTheFileArePassedToTheScript() throws {
    try withScript("print(arg(1), arg(2), arg(3))") { path in
      let result = try Program.run(["--format", "tsv", path, "--version", "-e", "--format"])
      #expect(result.status == 0)
      #expect(result.output == "--version -e --format\n")
    }
  }

  /// An argument that no script reads has no effect, which is worth a warning.
  @Test func unreadArgumentsAreReported() throws {
    try withScript("print(arg(1))") { path in
      let result = try Program.run([path, "1", "2", "--epochs"])
      #expect(result.status == 0 && result.output == "1\n")
      #expect(result.errors == "warning: the script did not read 2 arguments: 2 --epochs\n")
    }
    for script in ["for i in 1..9 { print(arg(i, default: 0)) }", "for name in args() { print(name) }"] {
      try withScript(script) { path in
        let result = try Program.run([path, "1", "2"])
        #expect(result.status == 0 && result.errors.isEmpty && result.output.hasPrefix("1\n2\n"))
      }
    }
  }

  @Test func scriptOnStandardInput() throws {
    let result = try Program.run([], input: "#!/usr/bin/env gradflow\nx = 2\nx ^ 5\n")
    #expect(result.output == "32\n")
    #expect(result.errors == "")
    #expect(try Program.run([], input: "x = (").status == 3)
  }

  @Test func executableScript() throws {
    try withScript("#!\(Program.path)\nprint(arg(1))") { path in
      chmod(path, 0o755)
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = ["--quiet"]
      process.standardOutput = output
      try process.run()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(text == "--quiet\n")
    }
  }

  @Test func fullAndShortErrors() throws {
    let full = try Program.run(["-e", "x = 1\ny = x + nobody"])
    #expect(full.errors.contains("-e:2:9"))
    #expect(full.errors.contains("^^^^^^"))
    let short = try Program.run(["--error-format", "short", "-e", "x = 1\ny = x + nobody"])
    #expect(short.errors.hasPrefix("-e:2:9: error: "))
  }

  @Test func closedPipeEndsSilently() throws {
    let result = try shell("'\(Program.path)' -e 'for i in 1..100000 { print(i) }' | head -n 2")
    #expect(result.output == "1\n2\n")
    #expect(result.errors == "141\n")
  }

  /// The rows of a training run are written while it runs, and it ends when nobody reads them.
  @Test func rowsOfARunningTraining() throws {
    let code = "run = train(mlp([2, 4, 1], tanh), xor(8), epochs: 1e9, emit: steps);"
    let result = try shell("'\(Program.path)' -e '\(code)' | cut -f 1 | head -n 4")
    #expect(result.output == "step\n1\n2\n3\n")
    #expect(result.errors == "141\n")
  }

  /// The commands that the README pipes to other programs work.
  @Test func commandsOfTheReadme() throws {
    let readme = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../README.md")
    let pipes = try #require(try String(contentsOf: readme, encoding: .utf8).components(separatedBy: "## Pipes").last)
    let commands = pipes.matches(of: /gradflow (?:--format (\w+) )?-e '([^']+)'/)
    #expect(commands.count > 2)
    for command in commands {
      let format = command.1.map { ["--format", String($0)] } ?? []
      let result = try Program.run(format + ["-e", String(command.2)])
      #expect(result.status == 0 && !result.output.isEmpty, "\(command.0)\n\(result.errors)")
    }
  }

  @Test func fullDiskIsAnError() throws {
    let result = try shell("'\(Program.path)' -e 'print(1)' > /dev/full | cat")
    #expect(result.errors.contains("No space left on device"))
    #expect(result.errors.hasSuffix("\n1\n"))
  }

  @Test(arguments: [([:], false), (["CLICOLOR_FORCE": "1"], true), (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false)])
  func colorByEnvironment(environment: [String: String], isColored: Bool) throws {
    let result = try Program.run(["-e", "nobody"], environment: environment)
    #expect(result.errors.contains("\u{1B}[") == isColored)
    let never = try Program.run(["--color", "never", "-e", "nobody"], environment: environment)
    #expect(!never.errors.contains("\u{1B}"))
    let always = try Program.run(["--color", "always", "-e", "nobody"], environment: environment)
    #expect(always.errors.contains("\u{1B}["))
  }

  @Test func safeModeRefusesFiles() throws {
    let result = try Program.run(["--safe", "-e", "save(\"x\", \"/tmp/gradflow-must-not-be.txt\")"])
    #expect(result.status == 1)
    #expect(result.errors.contains("--safe"))
    #expect(!FileManager.default.fileExists(atPath: "/tmp/gradflow-must-not-be.txt"))
  }

  /// A script fails if its last statement is stopped.
  @Test(arguments: [
    "train(mlp([64, 200, 10], relu), digits(), epochs: 1e9);", "while true { }",
    "net = mlp([6000, 6000], tanh, init: orthogonal)",
    "gradcheck(mlp([64, 200, 200, 10], tanh), digits(), limit: 1e6)",
  ])
  func timeIsLimited(_ script: String) throws {
    let result = try Program.run(["--timeout", "0.3", "-e", script])
    #expect(result.status == 1)
    #expect(result.errors.contains("stopped after 0.3 s, the time limit"))
  }

  @Test func timeToReadTheScriptIsLimited() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try #require(mkfifo(folder + "/never.gf", 0o600) == 0)
    let result = try Program.run(["--timeout", "0.3", folder + "/never.gf"])
    #expect(result.status == 1)
    #expect(result.errors == "error: stopped after 0.3 s, the time limit\n")
  }

  @Test func safeModeLimitsMemory() throws {
    let result = try Program.run([
      "--safe", "-e", "x = []; for i in 1..1000 { x = append(x, concat(1..5000000)) }",
    ])
    #expect(result.status == 1)
    #expect(result.errors.contains(/this needs (\d+ MiB more, beyond|more memory than) the 2048 MiB allowed/))
  }

  /// A value nested to the maximum depth can be converted to text, and does not crash the program at its end.
  @Test func deepValuesEndWithTheProgram() throws {
    let result = try Program.run(["-e", "x = []; for i in 1..999 { x = [x] }; s = str(x); print(len(s))"])
    #expect(result.status == 0)
    #expect(result.output == "2000\n")
  }

  /// A list that contains another list twice, sixty levels deep, is small in memory but not in text.
  @Test(arguments: ["print(x)", "save(x, \"/tmp/never.txt\")", "save(x, \"/tmp/never.json\")"])
  func endlessOutputIsRefused(_ call: String) throws {
    let result = try Program.run(["-e", "x = [1]; for i in 1..60 { x = [x, x] }; \(call)"])
    #expect(result.status == 1)
    #expect(result.errors.contains("too large to be written out"))
  }

  @Test func savingKeepsLinksAndPermissions() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try "old".write(toFile: folder + "/real.csv", atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/real.csv")
    try FileManager.default.createSymbolicLink(atPath: folder + "/link.csv", withDestinationPath: "real.csv")
    let result = try Program.run(["-e", "save(table([record(a: 1)]), \"\(folder)/link.csv\")"])
    #expect(result.status == 0)
    #expect(try String(contentsOfFile: folder + "/real.csv", encoding: .utf8) == "a\n1\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/real.csv")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["link.csv", "real.csv"])
  }

  /// A value that is not data is not saved as if it were, and a path is never truncated.
  @Test(arguments: [
    ("save(train(chain(2, tanh), gaussian(8), epochs: 1), \"/tmp/never.csv\")", "save a part of it: x.steps"),
    ("save(fn(x) = x, \"/tmp/never.csv\")", "a function cannot be saved as '.csv'"),
    ("save(table([record(a: 1)]), \"/tmp/ne\\u{0}ver.csv\")", "it contains a NUL character"),
    ("pipe(1, \"cat \\u{0}\")", "it contains a NUL character"),
    ("chain(8, \"sigmoid\")", "write sigmoid without quotes"),
    ("flow(chain(2, tanh), data: 5)", "= flow(net, data: none"),
  ])
  func mistakesAreReported(_ script: String, _ words: String) throws {
    let result = try Program.run(["-e", script])
    #expect(result.status == 1)
    #expect(result.errors.contains(words))
  }

  @Test func invalidUTF8IsASyntaxError() throws {
    let result = try shell("printf 'print(\"\\xff\")' | '\(Program.path)'")
    #expect(result.errors.contains("the text is not UTF-8 here"))
    let status = try shell("true; '\(Program.path)' <(printf 'print(\"\\xff\")')")
    #expect(status.errors.hasSuffix("\n3\n"))
  }

  @Test func closedStandardInputIsEmpty() throws {
    let result = try shell("'\(Program.path)' <&-")
    #expect(result.errors == "0\n")
  }

  @Test func plainProgressPrintsTenLines() throws {
    let script = "train(mlp([2, 4, 1], tanh), xor(32), epochs: 20);"
    let plain = try Program.run(["--progress", "plain", "-e", script])
    let lines = plain.errors.split(separator: "\n")
    #expect(lines.map { $0.prefix { $0 != "%" } } == (1...10).map { "\($0 * 10) " })
    #expect(lines.last!.contains("epoch 20/20  step 20/20  loss "))
    #expect(try Program.run(["-e", script]).errors.isEmpty)
  }

  @Test func sweepShowsItsProgress() throws {
    let plain = try Program.run([
      "--progress", "plain", "-e", "sweep(fn(a) = train(chain(a, tanh), gaussian(8)).state, a: 1..20);",
    ])
    // A note on the runs follows.
    let lines = plain.errors.split(separator: "\n").filter { $0.contains("  cell ") }
    #expect(lines.map { $0.prefix { $0 != "%" } } == (1...10).map { "\($0 * 10) " })
    #expect(lines.last!.contains("cell 20/20  "))
  }

  /// The finished cells are printed, but the script fails.
  @Test func stoppedSweepPrintsItsRows() throws {
    let script = "sweep(fn(n) { if n > 3 { while true { } }; n }, n: 1..9)"
    let result = try Program.run(["--timeout", "0.5", "-e", script])
    #expect(result.status == 1)
    #expect(result.output == "n\tseed\tvalue\n1\t1\t1\n2\t1\t2\n3\t1\t3\n")
    #expect(result.errors.contains("interrupted after 3 of 9 cells; the table contains their rows"))
    #expect(result.errors.contains("stopped after 0.5 s, the time limit"))
  }

  /// Sixty networks of 54 MB each. At most as many exist at a time as there are threads.
  @Test func sweepReleasesItsNetworks() throws {
    let script = "len(sweep(fn(n) = chain(1, relu, width: 1500, init: zeros).parameters, n: 1..60))"
    let result = try Program.run(["--safe", "--threads", "2", "-e", script])
    #expect(result.output == "60\n", "\(result.errors)")
  }

  private func withScript(_ text: String, _ body: (String) throws -> Void) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try text.write(toFile: folder + "/script.gf", atomically: false, encoding: .utf8)
    try body(folder + "/script.gf")
  }

  /// Runs a pipeline. The status of its first command is appended to its errors.
  private func shell(_ command: String) throws -> Program.Result {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", command + "; echo ${PIPESTATUS[0]} >&2"]
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Program.Result(status: process.terminationStatus, output: text, errors: errorText)
  }
}
