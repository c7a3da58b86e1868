// SPDX-License-Identifier: GPL-3.0-or-later
import CConfinement
import FlowMath
import Glibc
import Synchronization

/// A program that this one has started and waits for. A stop ends it.
struct ChildProcess {
  private let id: pid_t
  private let hasOwnGroup: Bool

  /// Which process group a program runs in.
  enum Group {
    /// Its own, so that a stop also reaches what the program starts.
    case own
    /// That of this program if it is in the foreground of a terminal, because only that group may read from the
    /// keyboard and the terminal sends Ctrl-C to all of it; else its own.
    case ofTerminal
  }

  /// Starts a program with its arguments; nil if there is no such program.
  ///
  /// - Parameter streams: the descriptors that become its standard streams, from standard input on; it inherits the
  ///   others.
  init?(_ command: [String], streams: [Int32], group: Group) throws(HostFailure) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
    }
    hasOwnGroup = group == .own || !Self.isInForeground
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of ours may block signals that the program needs to be ended by.
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | (hasOwnGroup ? POSIX_SPAWN_SETPGROUP : 0)))
    let process = try Self.started { process in
      withCStrings(command) { posix_spawnp(&process, command[0], &actions, &attributes, $0, environ) }
    }
    guard let process else { return nil }
    id = process
  }

  /// Starts a program that can only compute, in a process group of its own; nil if there is no such program.
  ///
  /// - Parameters:
  ///   - environment: all the variables that it gets.
  ///   - streams: the descriptors that become its standard input, output and error; it inherits the others.
  init?(
    confined command: [String], environment: [(name: String, value: String)], streams: [Int32]
  ) throws(HostFailure) {
    hasOwnGroup = true
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

  /// The process that `start` has started; nil if there is no such program.
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

  /// Held while a program starts, and while there is a descriptor that it must not inherit but would.
  private static let spawning = Mutex<Void>(())

  /// A pipe whose ends are not inherited, or nil.
  static func pipe() -> (reading: Int32, writing: Int32)? {
    var ends: [Int32] = [-1, -1]
    let isMade = spawning.withLock { _ in
      guard Glibc.pipe(&ends) == 0 else { return false }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return true
    }
    return isMade ? (ends[0], ends[1]) : nil
  }

  /// Whether this program's process group is in the foreground of its terminal.
  private static var isInForeground: Bool {
    let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { return false }
    defer { close(terminal) }
    return tcgetpgrp(terminal) == getpgrp()
  }

  /// Waits until it has ended and returns its exit status. Throws if a signal or a stop ended it; `name` is what the
  /// error calls it.
  func exitStatus(of name: String) throws(HostFailure) -> Int32 {
    let stop = StopToken.current
    while true {
      if let status = try statusIfEnded(within: 0.02, unless: stop) {
        if status & 0x7F == SIGXFSZ { throw systemFailure(EFBIG) }
        if status & 0x7F != 0 { throw .system("\(name) was ended by signal \(status & 0x7F)") }
        return (status >> 8) & 0xFF
      }
      if stop.isRequested {
        try end()
        throw .system(String(cString: strerror(EINTR)))
      }
    }
  }

  /// Asks it to end, and ends it if it does not.
  private func end() throws(HostFailure) {
    for signal in [SIGTERM, SIGKILL] {
      kill(hasOwnGroup ? -id : id, signal)
      if try statusIfEnded(within: signal == SIGTERM ? 0.05 : .infinity, unless: nil) != nil { return }
    }
  }

  /// Its status as `waitpid` tells it, once it has ended; nil after a time, or after a stop. No descriptor stands for both
  /// the end and the stop, so this looks again and again, after a millisecond first.
  private func statusIfEnded(within seconds: Double, unless stop: StopToken?) throws(HostFailure) -> Int32? {
    var status: Int32 = 0
    var (pause, waited) = (Int32(1), 0.0)
    while waited <= seconds, stop?.isRequested != true {
      let ended = waitpid(id, &status, WNOHANG)
      if ended == id { return status }
      if ended < 0, errno != EINTR { throw systemFailure() }
      poll(nil, 0, pause)
      waited += Double(pause) / 1000
      pause = min(2 * pause, 16)
    }
    return nil
  }
}

/// Lends texts as C has them: an array that ends with NULL.
private func withCStrings(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32) -> Int32 {
  let copies = texts.map { strdup($0) } + [nil]
  defer { for copy in copies { free(copy) } }
  return body(copies)
}

/// Runs a shell command with text as its standard input.
@Sendable func runCommand(_ command: String, _ input: String) throws(HostFailure) {
  if command.utf8.contains(0) { throw .system("there is a NUL character in it") }
  guard let (reading, writing) = ChildProcess.pipe() else { throw systemFailure() }
  let child: ChildProcess?
  do {
    defer { close(reading) }
    child = try ChildProcess(["/bin/sh", "-c", command], streams: [reading], group: .ofTerminal)
  } catch {
    close(writing)
    throw error
  }
  feed(input, to: writing)
  guard let child else { throw .system("there is no /bin/sh") }
  let status = try child.exitStatus(of: "the command")
  if status != 0 { throw .system("the command ended with status \(status)") }
}

/// Writes text to a pipe and closes it. A command that reads only the head of its input closes the pipe before, which is
/// no failure of ours; a stop ends the writing.
private func feed(_ input: String, to pipe: Int32) {
  defer { close(pipe) }
  _ = fcntl(pipe, F_SETFL, O_NONBLOCK)
  let stop = StopToken.current
  var input = input
  input.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)[...]
    while !rest.isEmpty, !stop.isRequested {
      var room = pollfd(fd: pipe, events: Int16(POLLOUT), revents: 0)
      poll(&room, 1, 20)
      let count = write(pipe, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno != EAGAIN, errno != EINTR { return }
      rest = rest.dropFirst(max(0, count))
    }
  }
}
