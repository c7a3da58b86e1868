// SPDX-License-Identifier: GPL-3.0-or-later
import CConfinement
import FlowMath
import FlowRuntime
import Glibc

/// A child process that this program waits for. A stop request ends it.
struct ChildProcess {
  private let id: pid_t
  private let hasOwnGroup: Bool
  /// The modes of the terminal, if the child shares it with this program.
  private let modes: TerminalModes?

  /// Starts a program. Returns nil if there is no such program.
  ///
  /// If this program's process group is in the foreground of a terminal, the child runs in the same group, because only
  /// that group may read from the keyboard, and the terminal sends Ctrl-C and Ctrl-Z to the whole group. Otherwise the
  /// child runs in a group of its own.
  ///
  /// - Parameters:
  ///   - command: the program and its arguments.
  ///   - streams: the descriptors that become its standard streams, beginning with standard input. The others are
  ///     inherited.
  init?(_ command: [String], streams: [Int32]) throws(HostFailure) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
    }
    hasOwnGroup = !Self.isInForeground
    modes = hasOwnGroup ? nil : TerminalModes()
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of this program may block signals that must be able to end the child.
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    // This program ignores signals from the keyboard while they are meant for the child, which must not inherit that.
    var ofKeyboard = sigset_t()
    sigemptyset(&ofKeyboard)
    for signal in [SIGINT, SIGQUIT] { sigaddset(&ofKeyboard, signal) }
    posix_spawnattr_setsigdefault(&attributes, &ofKeyboard)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (hasOwnGroup ? POSIX_SPAWN_SETPGROUP : 0)
    posix_spawnattr_setflags(&attributes, Int16(flags))
    let process = try Self.started { process in
      withCStrings(command) { posix_spawnp(&process, command[0], &actions, &attributes, $0, environ) }
    }
    guard let process else { return nil }
    id = process
  }

  /// Starts a program that can only compute, in a session of its own. Returns nil if there is no such program.
  ///
  /// - Parameters:
  ///   - command: the program and its arguments.
  ///   - environment: its complete environment.
  ///   - streams: the descriptors that become its standard input, output and error. The others are inherited.
  init?(
    confined command: [String], environment: [(name: String, value: String)], streams: [Int32]
  ) throws(HostFailure) {
    hasOwnGroup = true
    modes = nil
    let process = try Self.started { process in
      withCStrings(command) { arguments in
        withCStrings(environment.map { "\($0.name)=\($0.value)" }) { variables in
          gf_spawn_confined(arguments, variables, streams, &process)
        }
      }
    }
    guard let process else { return nil }
    id = process
  }

  /// Returns the process that `start` starts, or nil if there is no such program.
  private static func started(_ start: (inout pid_t) -> Int32) throws(HostFailure) -> pid_t? {
    let (process, failure) = spawning.withLock { _ in
      var process: pid_t = 0
      let failure = start(&process)
      return (process, failure)
    }
    if failure == ENOENT { return nil }
    if failure != 0 { throw systemFailure(failure) }
    return process
  }

  /// Held while a child starts, and while there is a descriptor that a child must not inherit but would.
  private static let spawning = Guarded<Void>(())

  /// Creates a pipe whose ends are not inherited. Returns nil on failure.
  static func pipe() -> (reading: Int32, writing: Int32)? {
    var ends: [Int32] = [-1, -1]
    let isMade = spawning.withLock { _ in
      guard Glibc.pipe(&ends) == 0 else { return false }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return true
    }
    return isMade ? (ends[0], ends[1]) : nil
  }

  /// A Boolean value that indicates whether this program's process group is in the foreground of its terminal.
  private static var isInForeground: Bool {
    let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { return false }
    defer { close(terminal) }
    return tcgetpgrp(terminal) == getpgrp()
  }

  /// Waits for the process to end and returns its exit status. Throws if a signal or a stop request ended it; the error
  /// refers to it as `name`.
  func exitStatus(of name: String) throws(HostFailure) -> Int32 {
    let status = try waitStatus()
    if status & 0x7F == SIGXFSZ { throw systemFailure(EFBIG) }
    if status & 0x7F != 0 { throw .system("\(name) was terminated by signal \(status & 0x7F)") }
    return (status >> 8) & 0xFF
  }

  /// Waits for the process to end and returns its status as from `waitpid`. Throws if a stop request ended it.
  func waitStatus() throws(HostFailure) -> Int32 {
    let stop = StopToken.current
    // No descriptor signals both the end of the process and a stop request, so this polls, with increasing pauses.
    var pause: Int32 = 1
    while true {
      if let status = try statusIfEnded() { return status }
      if stop.isRequested {
        try end()
        throw systemFailure(EINTR)
      }
      poll(nil, 0, pause)
      pause = min(2 * pause, 16)
    }
  }

  /// Sends SIGTERM, and SIGKILL if the process or one of its descendants is still running after 50 ms.
  private func end() throws(HostFailure) {
    // A group that it shares with this program may have other members, such as the rest of a pipeline.
    let targets = hasOwnGroup ? [-id] : ProcessTree.members(of: id)
    defer { modes?.restore() }
    for target in targets { kill(target, SIGTERM) }
    var isReaped = false
    for _ in 0..<50 {
      if !isReaped { isReaped = try statusIfEnded() != nil }
      if isReaped, !targets.contains(where: { kill($0, 0) == 0 }) { return }
      poll(nil, 0, 1)
    }
    for target in targets { kill(target, SIGKILL) }
    while !isReaped {
      isReaped = try statusIfEnded() != nil
      poll(nil, 0, 1)
    }
  }

  /// Returns the status as from `waitpid`, or nil while the process is running.
  private func statusIfEnded() throws(HostFailure) -> Int32? {
    var status: Int32 = 0
    let ended = waitpid(id, &status, WNOHANG)
    if ended < 0, errno != EINTR { throw systemFailure() }
    return ended == id ? status : nil
  }
}

/// Calls `body` with the strings as a NULL-terminated array of C strings.
private func withCStrings(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32) -> Int32 {
  let copies = texts.map { strdup($0) } + [nil]
  defer { for copy in copies { free(copy) } }
  return body(copies)
}
