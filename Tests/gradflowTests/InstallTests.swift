// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Tests what the README installs: the program, its manual page, completions and data.
@Suite(.serialized) struct InstallTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path()

  /// Runs the commands of the README, except for the build, with the program under test.
  @Test func installedFilesAreComplete() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = try String(contentsOfFile: Self.root + "/README.md", encoding: .utf8)
    let block = try #require(text.components(separatedBy: "<!-- install -->\n```sh\n").dropFirst().first)
      .components(separatedBy: "\n```")[0]
    let lines = block.components(separatedBy: "\n")
    #expect(lines[0].hasPrefix("swift build -c release --product gradflow"))
    let commands = lines.dropFirst().joined(separator: "\n")
    #expect(commands.contains("program=.build/release/gradflow\n"))
    let own = commands.replacingOccurrences(of: ".build/release/gradflow", with: "'\(Program.path)'")
    let result = try bash("set -euo pipefail\nPREFIX='\(folder)'\n\(own)", in: Self.root)
    #expect(result.status == 0, "\(result.errors)")
    let names = try #require(FileManager.default.enumerator(atPath: folder)?.allObjects as? [String])
    for name in [
      "bin/gradflow", "share/man/man1/gradflow.1", "share/gradflow/data/digits.csv", "share/gradflow/data/iris.csv",
      "share/bash-completion/completions/gradflow", "share/zsh/site-functions/_gradflow",
      "share/fish/vendor_completions.d/gradflow.fish",
    ] {
      #expect(names.contains(name), "\(name) is missing")
      #expect(try Data(contentsOf: URL(filePath: "\(folder)/\(name)")).count > 1000, "\(name) is empty")
    }
    // Run in a folder without data nearby, so that the data comes from the installation.
    let run = try bash("'\(folder)/bin/gradflow' -e 'print(digits().samples, iris().samples)'", in: "/")
    #expect(run.output == "1797 150\n", "\(run.errors)")
  }

  @Test func manualPageListsTheOptions() throws {
    let page = try Program.run(["--generate-manual-page"])
    #expect(page.status == 0 && page.errors.isEmpty)
    let help = try Program.run(["--help"]).output
    let options = Set(help.matches(of: /--[a-z-]+/).map { String($0.output) })
    #expect(options.count >= 15)
    for option in options {
      #expect(page.output.contains("\\fB" + option.replacingOccurrences(of: "-", with: "\\-") + "\\fR"), "\(option)")
    }
    #expect(!page.output.contains("generate\\-manual"))
    for section in ["NAME", "SYNOPSIS", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"] {
      #expect(page.output.contains(".SH \"\(section)\"\n"))
    }
    for word in ["GRADFLOW_HISTORY", "141"] { #expect(page.output.contains(word)) }
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/groff"), "needs groff"))
  func manualPageIsValidRoff() throws {
    let result = try bash(
      "'\(Program.path)' --generate-manual-page | LC_ALL=C.UTF-8 groff -man -Kutf8 -Tutf8 -ww -z", in: "/")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
  }

  @Test(arguments: [
    ("--format j", ["json", "jsonl"]), ("--precision ", ["f32", "f64"]), ("--color a", ["always", "auto"]),
    ("--progress ", ["auto", "none", "plain"]), ("--se", ["--seed"]), ("--manual satur", ["saturated", "saturation"]),
    ("--manual \"flow t", ["flow table"]),
  ])
  func bashCompletes(_ line: String, _ words: [String]) throws {
    let command = "gradflow " + line
    let script = """
      PATH='\(URL(filePath: Program.path).deletingLastPathComponent().path())':$PATH
      eval "$('\(Program.path)' --generate-completion-script bash)"
      COMP_LINE='\(command)'; COMP_POINT=${#COMP_LINE}
      COMP_WORDS=(\(line.hasSuffix(" ") ? command + "''" : line.contains("\"") ? command + "\"" : command))
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _gradflow gradflow "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try bash(script, in: "/")
    let found = Set(result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    #expect(found == Set(words), "\(result.errors)")
  }

  private func bash(_ script: String, in folder: String) throws -> Program.Result {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = URL(filePath: folder)
    (process.standardOutput, process.standardError) = (output, errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Program.Result(status: process.terminationStatus, output: text, errors: errorText)
  }
}
