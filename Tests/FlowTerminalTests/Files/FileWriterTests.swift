// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowRuntime
import Foundation
import Glibc
import Testing

@testable import FlowTerminal

@Suite struct FileWriterTests {
  private let writer = FileWriter()

  private func withFolder(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/gradflow-files-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  /// Calls `body` with a token that stops what runs inside.
  private func withStop<Result>(_ body: (StopToken) -> Result) -> Result {
    let stop = StopToken()
    return StopToken.$current.withValue(stop) { body(stop) }
  }

  private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  private func reason(_ body: () throws(HostFailure) -> Void) -> String {
    do throws(HostFailure) { try body() } catch {
      if case .system(let reason, _) = error { return reason }
    }
    return "none"
  }

  @Test(arguments: [0, 1, 3_000_000])
  func writesNewFilesAndReplacesOldOnes(_ count: Int) throws {
    try withFolder { folder in
      for letter in [UInt8(ascii: "a"), UInt8(ascii: "b")] {
        try writer.write(Array(repeating: letter, count: count), to: "\(folder)/a.txt")
        #expect(try read("\(folder)/a.txt").utf8.elementsEqual(repeatElement(letter, count: count)))
        #expect(try names(folder) == ["a.txt"])
      }
    }
  }

  /// An existing file keeps its permissions, and a new one gets those that the user's mask allows.
  @Test(arguments: [0o600, 0o644, 0o755, 0o4711] as [mode_t])
  func permissionsAreKept(_ mode: mode_t) throws {
    try withFolder { folder in
      try writer.write([1], to: "\(folder)/new")
      close(open("\(folder)/other", O_CREAT | O_WRONLY, 0o666))
      #expect(self.mode("\(folder)/new") == self.mode("\(folder)/other"))
      chmod("\(folder)/new", mode)
      try writer.write([2], to: "\(folder)/new")
      #expect(self.mode("\(folder)/new") == mode)
    }
  }

  /// Links are kept, and their target is written, whether or not it exists.
  @Test(arguments: [true, false])
  func linksAreFollowed(_ isThere: Bool) throws {
    try withFolder { folder in
      mkdir("\(folder)/data", 0o755)
      if isThere { try writer.write(Array("old".utf8), to: "\(folder)/data/a.txt") }
      symlink("data/a.txt", "\(folder)/one")
      symlink("\(folder)/one", "\(folder)/two")
      try writer.write(Array("new".utf8), to: "\(folder)/two")
      #expect(try read("\(folder)/data/a.txt") == "new")
      #expect(try names(folder) == ["data", "one", "two"])
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/two") == "\(folder)/one")
      #expect(try names("\(folder)/data") == ["a.txt"])
    }
  }

  /// Errors of the system are reported in its own words.
  @Test func systemErrors() throws {
    try withFolder { folder in
      symlink("b", "\(folder)/a")
      symlink("a", "\(folder)/b")
      symlink("nowhere/x", "\(folder)/c")
      try writer.write([1], to: "\(folder)/file")
      func reason(_ path: String) -> String {
        self.reason { () throws(HostFailure) in try writer.write([1], to: path) }
      }
      #expect(reason("\(folder)/a") == "Too many levels of symbolic links")
      #expect(reason("\(folder)/c") == "there is no folder '\(folder)/nowhere'")
      #expect(reason("\(folder)/missing/x") == "there is no folder '\(folder)/missing'")
      #expect(reason("\(folder)/file/x") == "Not a directory")
      #expect(reason(folder) == "Is a directory")
      #expect(reason("\(folder)/") == "Is a directory")
      #expect(reason("\(folder)/\(String(repeating: "x", count: 300))") == "File name too long")
      #expect(reason("/proc/x.tsv") == "No such file or directory")
      #expect(reason("/dev/full") == "No space left on device")
      #expect(reason("") == "No such file or directory")
      #expect(try names(folder) == ["a", "b", "c", "file"])
    }
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
  func missingPermissions() throws {
    try withFolder { folder in
      try writer.write([1], to: "\(folder)/a")
      chmod("\(folder)/a", 0o444)
      #expect(reason { () throws(HostFailure) in try writer.write([2], to: "\(folder)/a") } == "Permission denied")
      chmod(folder, 0o555)
      defer { chmod(folder, 0o755) }
      #expect(reason { () throws(HostFailure) in try writer.write([2], to: "\(folder)/b") } == "Permission denied")
    }
  }

  /// The draft of a process that was killed is removed by the next save of the same file, whether or not the file
  /// exists.
  @Test(arguments: [true, false])
  func leftoversAreRemoved(_ isThere: Bool) throws {
    try withFolder { folder in
      let draft = "\(folder)/\(FileWriter.draftName(for: "a.txt".utf8))"
      if isThere { try writer.write([1], to: "\(folder)/a.txt") }
      try Data("half".utf8).write(to: URL(fileURLWithPath: draft))
      try Data("other".utf8).write(to: URL(fileURLWithPath: "\(folder)/a.txt.part"))
      try writer.write(Array("new".utf8), to: "\(folder)/a.txt")
      #expect(try read("\(folder)/a.txt") == "new")
      #expect(try names(folder) == ["a.txt", "a.txt.part"])
    }
  }

  /// Waits for the writer of a draft until a stop is requested.
  @Test func waitsForActiveWriters() throws {
    try withFolder { folder in
      let draft = "\(folder)/\(FileWriter.draftName(for: "a.txt".utf8))"
      let other = open(draft, O_WRONLY | O_CREAT, 0o644)
      defer { close(other) }
      try #require(flock(other, LOCK_EX | LOCK_NB) == 0)
      let message = withStop { stop in
        var pauses = 0
        let impatient = FileWriter(pause: {
          pauses += 1
          if pauses == 3 { stop.request() }
        })
        return reason { () throws(HostFailure) in try impatient.write([1], to: "\(folder)/a.txt") }
      }
      #expect(message == "Interrupted system call")
      #expect(try names(folder) == [FileWriter.draftName(for: "a.txt".utf8)])
      let patient = FileWriter(pause: { flock(other, LOCK_UN) })
      try patient.write(Array("new".utf8), to: "\(folder)/a.txt")
      #expect(try names(folder) == ["a.txt"])
    }
  }

  /// A save succeeds if the usual name of the draft is taken by something that cannot be removed, such as another
  /// user's file in /tmp.
  @Test(arguments: ["mkdir a.txt~", "ln -s nowhere a.txt~", "mkfifo a.txt~"], [true, false])
  func takenDraftNames(_ command: String, _ isThere: Bool) throws {
    try withFolder { folder in
      let draft = FileWriter.draftName(for: "a.txt".utf8)
      if isThere { try writer.write(Array("old".utf8), to: "\(folder)/a.txt") }
      #expect(system("cd \(folder) && " + command.replacingOccurrences(of: "a.txt~", with: draft)) == 0)
      for text in ["one", "two"] {
        try writer.write(Array(text.utf8), to: "\(folder)/a.txt")
        #expect(try read("\(folder)/a.txt") == text)
      }
      // This is used on file systems without unnamed files.
      try writer.writeNamed(SystemPath("\(folder)/a.txt"), Array("three".utf8), like: nil)
      #expect(try read("\(folder)/a.txt") == "three")
      #expect(try names(folder) == [draft, "a.txt"])
    }
  }

  /// A stop request ends the search for a draft name, even if every name is taken.
  @Test func stopEndsTheSearchForADraftName() throws {
    try withFolder { folder in
      let message = withStop { stop in
        var attempts = 0
        return reason { () throws(HostFailure) in
          _ = try FileWriter().makeDraft(of: SystemPath("\(folder)/a.txt")) { _ in
            attempts += 1
            if attempts == 4 { stop.request() }
            return EEXIST
          }
        }
      }
      #expect(message == "Interrupted system call")
    }
  }

  /// Paths are bytes, in the name of a folder as well as in a link.
  @Test func pathsThatAreNotUTF8() throws {
    try withFolder { folder in
      let odd = SystemPath(bytes: Array("\(folder)/".utf8) + [0xE9])
      try #require(mkdir(odd.cString, 0o755) == 0)
      let file = SystemPath(bytes: Array("\(folder)/".utf8) + [0xE9] + Array("/a.txt".utf8))
      try #require(symlink(file.cString, "\(folder)/absolute") == 0)
      try #require(symlink([CChar(bitPattern: 0xE9)] + "/a.txt".utf8CString, "\(folder)/relative") == 0)
      for path in [file, file, SystemPath("\(folder)/absolute"), SystemPath("\(folder)/relative")] {
        try writer.write([UInt8](repeating: 7, count: path.text.utf8.count), to: path)
        var status = stat()
        #expect(stat(file.cString, &status) == 0 && Int(status.st_size) == path.text.utf8.count)
      }
    }
  }

  /// Waits until a pipe has a reader or a stop is requested.
  @Test func waitsForTheReaderOfAPipe() throws {
    try withFolder { folder in
      let path = "\(folder)/pipe.txt"
      try #require(mkfifo(path, 0o644) == 0)
      let message = withStop { stop in
        let stopped = FileWriter(pause: { stop.request() })
        return reason { () throws(HostFailure) in try stopped.write([1], to: path) }
      }
      #expect(message == "Interrupted system call")
      var reader: Int32 = -1
      // The reader appears while the writer waits.
      let writer = FileWriter(pause: { if reader < 0 { reader = open(path, O_RDONLY | O_NONBLOCK) } })
      try writer.write(Array("through".utf8), to: path)
      var bytes = [UInt8](repeating: 0, count: 100)
      let count = Glibc.read(reader, &bytes, bytes.count)
      #expect(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self) == "through")
      close(reader)
    }
  }

  /// Writes more than a pipe holds while nothing is read from it.
  @Test func waitsForRoomInAPipe() throws {
    try withFolder { folder in
      let path = "\(folder)/pipe.txt"
      try #require(mkfifo(path, 0o644) == 0)
      let reader = open(path, O_RDONLY | O_NONBLOCK)
      defer { close(reader) }
      let other = open(path, O_WRONLY | O_NONBLOCK)
      defer { close(other) }
      let message = withStop { stop in
        // The stop is requested when the pipe is full.
        let thread = startThread {
          var room = pollfd(fd: other, events: Int16(POLLOUT), revents: 0)
          while poll(&room, 1, 0) == 1 { sched_yield() }
          stop.request()
        }
        defer { if let thread { pthread_join(thread, nil) } }
        return reason { () throws(HostFailure) in
          try FileWriter().write(Array(repeating: 1, count: 1 << 22), to: path)
        }
      }
      #expect(message == "Interrupted system call")
    }
  }

  /// The names of drafts are distinct, and short even for the longest file name.
  @Test func draftNames() {
    let names = (0..<1000).map { FileWriter.draftName(for: "\($0).tsv".utf8) }
    #expect(Set(names).count == 1000)
    #expect(Set(names.map(\.count)) == [26])
    #expect(FileWriter.draftName(for: String(repeating: "x", count: 255).utf8).utf8.count == 26)
  }
}

extension FileWriter {
  fileprivate func write(_ bytes: [UInt8], to path: String) throws(HostFailure) {
    try write(bytes, to: SystemPath(path))
  }
}
