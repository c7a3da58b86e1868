// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime
import Glibc

/// Runs a shell command with text as its standard input. Ctrl-C ends both the command and the computation.
@Sendable func runCommand(_ command: String, _ input: String) throws(HostFailure) {
  if command.utf8.contains(0) { throw .system("it contains a NUL character") }
  let status = try startShell(command, input: input).exitStatus(of: "the command")
  if status != 0 { throw .system("the command ended with status \(status)") }
}

/// Runs a shell command that handles Ctrl-C itself, such as a pager or an editor, and returns its exit status as shells
/// report it. Any other stop request ends it.
///
/// - Parameter input: the text on its standard input; nil if it shares that of this program.
@discardableResult
package func runForUser(_ command: String, input: String? = nil) throws(HostFailure) -> Int32 {
  let signals = [SIGINT, SIGQUIT]
  var ignoring = sigaction()
  ignoring.__sigaction_handler.sa_handler = SIG_IGN
  let before = signals.map { signal in
    var before = sigaction()
    sigaction(signal, &ignoring, &before)
    return before
  }
  defer {
    for (signal, action) in zip(signals, before) {
      var action = action
      sigaction(signal, &action, nil)
    }
  }
  let status = try startShell(command, input: input).waitStatus()
  return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
}

/// Starts a shell command and writes its input.
private func startShell(_ command: String, input: String?) throws(HostFailure) -> ChildProcess {
  let arguments = ["/bin/sh", "-c", command]
  var child: ChildProcess?
  if let input {
    guard let (reading, writing) = ChildProcess.pipe() else { throw systemFailure() }
    do {
      defer { close(reading) }
      child = try ChildProcess(arguments, streams: [reading])
    } catch {
      close(writing)
      throw error
    }
    feed(input, to: writing)
  } else {
    child = try ChildProcess(arguments, streams: [])
  }
  guard let child else { throw .system("there is no /bin/sh") }
  return child
}

/// Writes text to a pipe and closes it. A command that reads only the start of its input closes the pipe early, which
/// is not an error. A stop request ends the writing.
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
