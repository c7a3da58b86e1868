// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

struct CommandLineTests {
  @Test(
    arguments: [
      (["-e", "1 + 2"], 0, "3\n"), (["-e", "x = 3", "-e", "x"], 0, "3\n"), (["-e", "-3"], 0, "-3\n"),
      (["-e", "exit(7)"], 7, ""), (["-e", "print(1)\nassert false"], 1, "1\n"), (["-e", "nobody"], 1, ""),
      (["-e", "print(1)", "-e", "x = ="], 3, ""), (["--bogus"], 2, ""), (["--threads", "0", "-e", "1"], 2, ""),
      (["--threads", "x"], 2, ""), (["--format", "xml", "-e", "1"], 2, ""), (["--timeout", "-1", "-e", "1"], 2, ""),
      (["no-such-file.gf"], 2, ""), (["/"], 2, ""), (["--check", "-e", "print(1)"], 0, ""),
      (["--check", "-e", "print(1"], 3, ""), (["--format", "json", "-e", "[1, 2]"], 0, "[1, 2]\n"),
      (["-e", "print(arg(1))", "word", "--check"], 0, "word\n"), (["--timeout", "0.2", "-e", "while true { }"], 1, ""),
    ] as [([String], Int32, String)])
  func statusAndData(arguments: [String], status: Int32, output: String) throws {
    let result = try Program.run(arguments)
    #expect(result.status == status, "\(result.errors)")
    #expect(result.output == output)
    #expect(result.errors.isEmpty == (status == 0 || status == 7))
  }

  @Test(arguments: [["--help"], ["-h"], ["--version"], ["--quiet", "--version"]])
  func helpIsData(arguments: [String]) throws {
    let result = try Program.run(arguments)
    #expect(result.status == 0)
    #expect(result.output.contains("gradflow"))
    #expect(result.errors == "")
  }

  @Test func everythingAfterTheFileBelongsToTheScript() throws {
    try withScript("print(arg(1), arg(2), arg(3))") { path in
      let result = try Program.run(["--format", "tsv", path, "--version", "-e", "--format"])
      #expect(result.status == 0)
      #expect(result.output == "--version -e --format\n")
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

  @Test func errorsForReadersAndForEditors() throws {
    let full = try Program.run(["-e", "x = 1\ny = x + nobody"])
    #expect(full.errors.contains("-e:2:9"))
    #expect(full.errors.contains("^^^^^^"))
    let short = try Program.run(["--error-format", "short", "-e", "x = 1\ny = x + nobody"])
    #expect(short.errors.hasPrefix("-e:2:9: error: "))
  }

  @Test func closedPipeEndsWithoutAWord() throws {
    let result = try shell("'\(Program.path)' -e 'for i in 1..100000 { print(i) }' | head -n 2")
    #expect(result.output == "1\n2\n")
    #expect(result.errors == "141\n")
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

  @Test func strangersScriptsGetNoFiles() throws {
    let result = try Program.run(["--safe", "-e", "save(\"x\", \"/tmp/gradflow-must-not-be.txt\")"])
    #expect(result.status == 1)
    #expect(result.errors.contains("--safe"))
    #expect(!FileManager.default.fileExists(atPath: "/tmp/gradflow-must-not-be.txt"))
  }

  private func withScript(_ text: String, _ body: (String) throws -> Void) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try text.write(toFile: folder + "/script.gf", atomically: false, encoding: .utf8)
    try body(folder + "/script.gf")
  }

  /// Runs a pipeline; the status of its first command comes after its errors.
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
