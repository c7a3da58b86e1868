// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowShell
import Foundation
import Testing

/// Programs that draw for us can compute and write to their output, and nothing else.
struct HostFilterTests {
  private static let host = Host.system(usesColour: false, stopReason: { nil }, isSafe: false, arguments: [])

  private func folder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gradflow-filter-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  @Test(arguments: [": > F/a", "echo x >> F/a", "ls", "(echo in a process of its own)", "echo x | cat", "`ls`"])
  func shellsCanOnlyEcho(_ command: String) throws {
    try folder { folder in
      let script = "echo before\n\(command.replacing("F", with: folder))\n"
      let result = try Self.host.filter(["sh"], script)
      #expect(String(decoding: result.output, as: UTF8.self) == "before\n")
      #expect(result.errors != "")
    }
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot"), "needs the package gnuplot-nox"),
    arguments: [
      "system('touch F/a')", "x = system('echo written')", "!touch F/a", "print `touch F/a; echo 1`",
      "set print 'F/a'; print 1", "set print '|touch F/a'; print 1", "plot '<touch F/a; echo 1 1'",
      "set output 'F/a'; set terminal svg; plot x", "set output '|cat > F/a'; set terminal svg; plot x",
      "save 'F/a'", "$d << EOD\n1 1\n2 2\nEOD\nf(x) = a * x\nfit f(x) $d via a", "cd 'F'; !touch a", "shell",
    ])
  func gnuplotCanOnlyDraw(_ command: String) throws {
    try folder { folder in
      let script =
        "print 'before'\n\(command.replacing("F/", with: folder + "/").replacing("'F'", with: "'\(folder)'"))\n"
      _ = try Self.host.filter(["gnuplot", "--default-settings"], script)
    }
  }

  @Test func programsStart() throws {
    let result = try Self.host.filter(["cat"], "text")
    #expect(result.status == 0 && result.output == Array("text".utf8))
    #expect(try Self.host.filter(["no-such-program-anywhere"], "").status == 127)
    #expect(throws: HostFailure.self) { try Self.host.filter(["/"], "") }
  }

  /// Neither files to run at the start nor the user's shell.
  @Test func variablesOfTheUserStayOutside() throws {
    setenv("GNUPLOT_LIB", "/tmp", 1)
    defer { unsetenv("GNUPLOT_LIB") }
    let result = try Self.host.filter(["sh"], "echo \"$GNUPLOT_LIB,$PWD\"\n")
    #expect(String(decoding: result.output, as: UTF8.self) == ",/\n")
  }

  /// Ctrl-C of the terminal does not reach them, only a stop does.
  @Test func programsHaveAGroupOfTheirOwn() throws {
    let result = try Self.host.filter(
      ["sh"], "read -r id name state parent group rest < /proc/self/stat\necho $id $group\n")
    let numbers = String(decoding: result.output, as: UTF8.self).split(separator: " ").map { $0.filter(\.isNumber) }
    #expect(numbers.count == 2 && numbers.first == numbers.last)
  }

  /// A program that neither ends nor obeys.
  @Test func aStopEndsPrograms() throws {
    let token = StopToken()
    Thread.detachNewThread {
      usleep(100_000)
      token.request()
    }
    StopToken.$current.withValue(token) {
      #expect(throws: HostFailure.self) { try Self.host.filter(["sh"], "trap '' TERM\nwhile :; do :; done\n") }
    }
  }
}
