// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import Testing

/// A simulated user at a pseudoterminal, who types and waits for text without fixed delays. The deadline is for
/// failures.
final class Terminal {
  private let master: Int32
  private let process: pid_t
  private let slaveName: String
  private(set) var transcript = ""
  /// The start of the part of the transcript that has not been matched yet.
  private var seen: String.Index

  private static let deadline = 30.0

  /// Starts the program with this as its controlling terminal.
  init(
    _ arguments: [String] = [], of program: String = Program.path, home: String, columns: UInt16 = 80,
    environment: [String: String] = [:]
  ) throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 64)
    var size = Self.size(columns)
    guard openpty(&master, &slave, &name, nil, &size) == 0 else {
      throw Program.Failure(text: "no pseudo terminal")
    }
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    _ = fcntl(slave, F_SETFD, FD_CLOEXEC)
    self.master = master
    slaveName = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)

    let variables = [
      "PATH": "/usr/bin:/bin", "HOME": home, "TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8",
      "INPUTRC": "/dev/null",
    ].merging(environment) { $1 }
    defer { close(slave) }
    process = try ProgramProcess(arguments, of: program, environment: variables) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }.id
    seen = transcript.startIndex
  }

  deinit {
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    close(master)
  }

  func type(_ text: String) {
    var bytes = Array(text.utf8)
    write(master, &bytes, bytes.count)
  }

  /// Waits until the program has read everything that was typed.
  func waitUntilRead(sourceLocation: SourceLocation = #_sourceLocation) {
    let slave = open(slaveName, O_RDWR | O_NOCTTY)
    defer { close(slave) }
    let start = ProgramProcess.now()
    var count: Int32 = 1
    while ioctl(slave, UInt(FIONREAD), &count) == 0, count > 0, ProgramProcess.now() - start < Self.deadline {
      _ = readMore(within: 0.01)
    }
    #expect(count == 0, "the typed text was not read", sourceLocation: sourceLocation)
  }

  /// Waits until the text has appeared, and returns the output before it.
  @discardableResult
  func wait(for text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let start = ProgramProcess.now()
    while true {
      if let range = transcript.range(of: text, from: seen) {
        defer { seen = range.upperBound }
        return String(transcript[seen..<range.lowerBound])
      }
      if !readMore(within: Self.deadline - (ProgramProcess.now() - start)) {
        Issue.record("'\(text)' did not appear:\n\(transcript[seen...])", sourceLocation: sourceLocation)
        throw Program.Failure(text: "the terminal has no more output")
      }
    }
  }

  /// Waits until the bytes of a text, including escape sequences, have arrived since the last match.
  func wait(forBytes text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let start = ProgramProcess.now()
    while true {
      if let range = raw[seenBytes...].firstRange(of: Array(text.utf8)) {
        seenBytes = range.upperBound
        return
      }
      if !readMore(within: Self.deadline - (ProgramProcess.now() - start)) {
        let rest = String(decoding: raw[seenBytes...], as: UTF8.self).debugDescription
        Issue.record("\(text.debugDescription) did not appear:\n\(rest)", sourceLocation: sourceLocation)
        throw Program.Failure(text: "the terminal has no more output")
      }
    }
  }

  /// Returns whether the bytes of a text have arrived so far.
  func hasSeen(bytes text: String) -> Bool { raw.firstRange(of: Array(text.utf8)) != nil }

  /// Waits until the program has ended, and returns its exit status.
  func waitForEnd(sourceLocation: SourceLocation = #_sourceLocation) throws -> Int32 {
    let start = ProgramProcess.now()
    while readMore(within: Self.deadline - (ProgramProcess.now() - start)) {}
    var status: Int32 = 0
    let ended = waitpid(process, &status, WNOHANG)
    guard ended == process || ProgramProcess.now() - start < Self.deadline else {
      Issue.record("the program did not end:\n\(transcript)", sourceLocation: sourceLocation)
      throw Program.Failure(text: "the program did not end")
    }
    if ended != process { waitpid(process, &status, 0) }
    return ProgramProcess.exitStatus(status)
  }

  /// Waits until the program has been suspended, as after Ctrl-Z.
  func waitForStop(sourceLocation: SourceLocation = #_sourceLocation) {
    let start = ProgramProcess.now()
    var status: Int32 = 0
    while waitpid(process, &status, WUNTRACED | WNOHANG) == 0, ProgramProcess.now() - start < Self.deadline {
      _ = readMore(within: 0.02)
    }
    #expect(status & 0xFF == 0x7F, "the program was not suspended", sourceLocation: sourceLocation)
  }

  func signal(_ number: Int32) { kill(process, number) }

  func resize(columns: UInt16) {
    var size = Self.size(columns)
    let failure = ioctl(master, UInt(TIOCSWINSZ), &size)
    #expect(failure == 0)
  }

  private static func size(_ columns: UInt16) -> winsize {
    winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
  }

  /// Reads available output and strips its escape sequences. Returns false at the end or if the time is up.
  private func readMore(within seconds: Double) -> Bool {
    var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard seconds > 0, poll(&descriptor, 1, Int32(seconds * 1000)) > 0 else { return false }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &bytes, bytes.count)
    guard count > 0 else { return false }
    let offset = transcript.utf8.distance(from: transcript.startIndex, to: seen)
    raw += bytes[..<count]
    transcript = Self.withoutEscapes(raw)
    seen = transcript.utf8.index(transcript.startIndex, offsetBy: offset)
    return true
  }

  private var raw: [UInt8] = []
  private var seenBytes = 0

  private static func withoutEscapes(_ bytes: [UInt8]) -> String {
    var kept: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      if byte == 0x1B, rest.first == UInt8(ascii: "[") {
        rest = rest.dropFirst().drop { !(0x40...0x7E).contains($0) }.dropFirst()
      } else if byte != 0x0D, byte != 0x07 {
        kept.append(byte)
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }
}

extension String {
  /// Returns the first range of a text after an index.
  fileprivate func range(of text: String, from start: Index) -> Range<Index>? {
    let wanted = Array(text.utf8)
    let bytes = utf8
    var index = start
    while index < bytes.endIndex {
      if bytes[index...].starts(with: wanted) { return index..<bytes.index(index, offsetBy: wanted.count) }
      bytes.formIndex(after: &index)
    }
    return nil
  }
}
