// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Glibc

/// A run of a script that is stopped midway: by Ctrl-C after it has written a line to stderr, or by the time limit.
struct StopRun {
  /// The exit status as shells report it.
  let status: Int32
  /// Seconds from the signal to the end of the process, or from its start if no signal was sent.
  let seconds: Double
  /// The text written to stderr.
  let errors: String

  /// The line that triggers the signal.
  static let marker = "in the middle"

  /// The number of seconds after which a run is killed.
  private static let deadline = 60.0

  /// Runs a script in a folder. Without a signal, it runs to its end.
  ///
  /// - Parameter output: The descriptor that becomes its standard output.
  init(_ script: String, in folder: String, options: [String] = [], signal: Int32?, output: Int32? = nil) throws {
    try script.write(toFile: folder + "/script.gf", atomically: false, encoding: .utf8)
    let (reading, writing) = try ProgramProcess.pipe()
    defer { close(reading) }
    let start = ProgramProcess.now()
    let process: pid_t
    do {
      defer { close(writing) }
      process = try Self.spawn(options + ["--threads", "2", "script.gf"], folder, output: output, errors: writing)
    }
    var errors = ""
    var sent: Double?
    while ProgramProcess.now() - start < Self.deadline, let text = Self.read(reading) {
      errors += text
      guard sent == nil, let signal, errors.contains(Self.marker) else { continue }
      // The line is written before the call, and there is no way to detect that the call is under way.
      usleep(200_000)
      sent = ProgramProcess.now()
      kill(process, signal)
    }
    if ProgramProcess.now() - start >= Self.deadline { kill(process, SIGKILL) }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    self.status = ProgramProcess.exitStatus(status)
    seconds = ProgramProcess.now() - (sent ?? start)
    self.errors = errors
  }

  private static func spawn(
    _ arguments: [String], _ folder: String, output: Int32?, errors: Int32
  ) throws -> pid_t {
    let environment = ["PATH": "/usr/bin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8"]
    return try ProgramProcess(arguments, environment: environment) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      if let output {
        posix_spawn_file_actions_adddup2(&actions, output, 1)
      } else {
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
      }
      posix_spawn_file_actions_adddup2(&actions, errors, 2)
      posix_spawn_file_actions_addchdir_np(&actions, folder)
    }.id
  }

  /// Returns the available text, or nil at the end of the stream. The process closes the stream when it ends, after it
  /// has freed its memory.
  private static func read(_ descriptor: Int32) -> String? {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, 1000) > 0 else { return "" }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
