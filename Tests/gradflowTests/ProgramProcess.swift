// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// A running program in a session of its own. The first terminal that it opens becomes its controlling terminal.
/// Otherwise it has none, wherever the tests run.
struct ProgramProcess {
  let id: pid_t

  /// Linux's POSIX_SPAWN_SETSID, which is missing from the C library's module.
  private static let newSession = 0x80

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - environment: The complete environment of the process.
  ///   - setUp: Adds actions that the process performs before it runs the program, such as opening its streams.
  init(
    _ arguments: [String], of program: String = Program.path, environment: [String: String],
    setUp: (inout posix_spawn_file_actions_t) -> Void
  ) throws {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(Self.newSession | Int(POSIX_SPAWN_SETSIGMASK)))
    // The threads that run tests block all signals.
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    setUp(&actions)
    var argv = (["gradflow"] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, program, &actions, &attributes, &argv, &envp)
    guard failure == 0 else { throw Program.Failure(text: String(cString: strerror(failure))) }
    id = process
  }

  /// Returns a pipe whose ends are not inherited, so that no other process keeps it open.
  static func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw Program.Failure(text: "no pipe") }
    return (ends[0], ends[1])
  }

  /// Returns the exit status as shells report it, given the status from `waitpid`.
  static func exitStatus(_ status: Int32) -> Int32 {
    status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
  }

  /// Returns the number of seconds since an arbitrary fixed moment.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
