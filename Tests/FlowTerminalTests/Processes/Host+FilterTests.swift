// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime
import FlowTerminal
import Foundation
import Testing

/// Tests that programs run by `Host.filter` can only compute and write to their output.
struct HostFilterTests {
  private static let host = Host.system(
    program: "gradflow", usesColour: false, stopReason: { nil }, isSafe: false, arguments: [])

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
      "system('touch F/a')", "x = system('echo written > F/a')", "!touch F/a", "print `touch F/a; echo 1`",
      "set print 'F/a'; print 1", "set print '|touch F/a'; print 1", "plot '<touch F/a; echo 1 1'",
      "set output 'F/a'; set terminal svg; plot x", "set output '|cat > F/a'; set terminal svg; plot x",
      "save 'F/a'", "\(fit)f(x) $d via a", "cd 'F'; \(fit)f(x) $d via a",
      "set fit logfile 'F/a'; \(fit)f(x) $d via a", "cd 'F'\n!touch a", "shell",
    ])
  func gnuplotCanOnlyDraw(_ command: String) throws {
    try folder { folder in
      // A shell that gnuplot starts reads the script from where gnuplot's buffer ends.
      let script = "print 'before'\n\(command)\n" + String(repeating: "touch F/a\n", count: 5000)
      let result = try Self.host.filter(
        ["gnuplot", "--default-settings"],
        script.replacing("F/", with: folder + "/").replacing("'F'", with: "'\(folder)'"))
      #expect(result.errors.hasPrefix("before\n"), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: "/fit.log"))
    }
  }

  /// The start of a fit command, up to the function.
  private static let fit = "$d << EOD\n1 1\n2 2\nEOD\nf(x) = a * x\na = 1\nfit "

  /// Covers every picture format that `save` writes.
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot"), "needs the package gnuplot-nox"),
    arguments: [("svg", "<?xml"), ("pngcairo", "PNG"), ("pdfcairo", "%PDF")])
  func gnuplotDraws(_ terminal: String, _ start: String) throws {
    let result = try Self.host.filter(
      ["gnuplot", "--default-settings"], "set terminal \(terminal)\nset title 'a {/:Bold b}'\nplot sin(x)\n")
    #expect(result.status == 0, "\(result.errors)")
    #expect(String(decoding: result.output.prefix(8), as: UTF8.self).contains(start))
  }

  /// Covers calls that a shell or gnuplot never makes, but that untrusted text might cause. The program may end itself.
  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "needs python3"),
    arguments: [
      "ctypes.CDLL(None, use_errno=True).syscall(425, 8, ctypes.create_string_buffer(120))",
      "ctypes.CDLL(None, use_errno=True).syscall(452, -100, b'F', 0o700, 0)", "os.chmod('F', 0o700)",
      "os.fchmod(os.open('F', os.O_RDONLY), 0o700)", "os.setxattr('F', 'user.a', b'1')", "os.utime('F')",
      "socket.socketpair()", "socket.socket()", "os.kill(PARENT, 0)",
      "signal.pidfd_send_signal(os.pidfd_open(PARENT), 0)", "open('/dev/tty')",
    ])
  func programsCannotAccessTheSystem(_ call: String) throws {
    try folder { folder in
      let call = call.replacing("'F'", with: "'\(folder)'").replacing("PARENT", with: "\(getpid())")
      let script = """
        import ctypes, os, signal, socket, sys, threading
        try:
          if \(call) == -1: raise OSError(ctypes.get_errno(), "")
          print("done", flush=True)
        except OSError as error:
          print("refused", flush=True)
        signal.pthread_kill(threading.get_ident(), 0)
        os.abort()
        """
      #expect(throws: HostFailure.self) { try Self.host.filter(["/usr/bin/python3"], script) }
      let result = try Self.host.filter(["/usr/bin/python3"], script.replacing("os.abort()", with: ""))
      #expect(String(decoding: result.output, as: UTF8.self) == "refused\n", "\(result.errors)")
    }
  }

  /// The streams have no second descriptor, because another program would inherit it too.
  @Test func streamsAreNotInherited() throws {
    let result = try Self.host.filter(
      ["sh"], "for file in /proc/self/fd/*; do [ $file -ef /proc/self/fd/1 ] && echo $file; done\n")
    #expect(String(decoding: result.output, as: UTF8.self) == "/proc/self/fd/1\n")
  }

  @Test func programsStart() throws {
    let result = try Self.host.filter(["cat"], "text")
    #expect(result.status == 0 && result.output == Array("text".utf8))
    #expect(try Self.host.filter(["no-such-program-anywhere"], "").status == 127)
    #expect(throws: HostFailure.self) { try Self.host.filter(["/"], "") }
  }

  /// The variables might name start-up files or the user's shell.
  @Test func userVariablesAreNotPassedOn() throws {
    setenv("GNUPLOT_LIB", "/tmp", 1)
    defer { unsetenv("GNUPLOT_LIB") }
    let result = try Self.host.filter(["sh"], "echo \"$GNUPLOT_LIB,$PWD\"\n")
    #expect(String(decoding: result.output, as: UTF8.self) == ",/\n")
  }

  /// Ctrl-C in the terminal must not reach the programs; only a stop request ends them.
  @Test func programsHaveTheirOwnProcessGroup() throws {
    let result = try Self.host.filter(
      ["sh"], "read -r id name state parent group rest < /proc/self/stat\necho $id $group\n")
    let numbers = String(decoding: result.output, as: UTF8.self).split(separator: " ").map { $0.filter(\.isNumber) }
    #expect(numbers.count == 2 && numbers.first == numbers.last)
  }

  /// The program runs forever and ignores SIGTERM.
  @Test func stopEndsPrograms() throws {
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
