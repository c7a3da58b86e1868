// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Foundation
import Glibc
import Synchronization
import Testing

@testable import FlowTerminal

@Suite struct FileWriterTests {
  private let writer = FileWriter(isStopped: { false })

  private func withFolder(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/gradflow-files-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
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

  /// An old file keeps its permissions; a new one has those that the user's mask leaves.
  @Test(arguments: [0o600, 0o644, 0o755, 0o4711] as [mode_t])
  func permissionsStay(_ mode: mode_t) throws {
    try withFolder { folder in
      try writer.write([1], to: "\(folder)/new")
      close(open("\(folder)/other", O_CREAT | O_WRONLY, 0o666))
      #expect(self.mode("\(folder)/new") == self.mode("\(folder)/other"))
      chmod("\(folder)/new", mode)
      try writer.write([2], to: "\(folder)/new")
      #expect(self.mode("\(folder)/new") == mode)
    }
  }

  /// Links stay, and what they lead to is written, whether it is there or not.
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

  /// What the system refuses is said as the system says it.
  @Test func refusals() throws {
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
  func protectedPlaces() throws {
    try withFolder { folder in
      try writer.write([1], to: "\(folder)/a")
      chmod("\(folder)/a", 0o444)
      #expect(reason { () throws(HostFailure) in try writer.write([2], to: "\(folder)/a") } == "Permission denied")
      chmod(folder, 0o555)
      defer { chmod(folder, 0o755) }
      #expect(reason { () throws(HostFailure) in try writer.write([2], to: "\(folder)/b") } == "Permission denied")
    }
  }

  /// What a killed process has left is removed by the next save of the same file, new or old.
  @Test(arguments: [true, false])
  func leftoversAreCleared(_ isThere: Bool) throws {
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

  /// A draft whose writer lives is waited for, until the user stops.
  @Test func livingWritersAreWaitedFor() throws {
    try withFolder { folder in
      let draft = "\(folder)/\(FileWriter.draftName(for: "a.txt".utf8))"
      let other = open(draft, O_WRONLY | O_CREAT, 0o644)
      defer { close(other) }
      try #require(flock(other, LOCK_EX | LOCK_NB) == 0)
      let asked = Mutex(0)
      let impatient = FileWriter(isStopped: {
        asked.withLock { count in
          count += 1
          return count > 3
        }
      })
      let said = reason { () throws(HostFailure) in try impatient.write([1], to: "\(folder)/a.txt") }
      #expect(said == "Interrupted system call")
      #expect(try names(folder) == [FileWriter.draftName(for: "a.txt".utf8)])
      let patient = FileWriter(isStopped: {
        flock(other, LOCK_UN)
        return false
      })
      try patient.write(Array("new".utf8), to: "\(folder)/a.txt")
      #expect(try names(folder) == ["a.txt"])
    }
  }

  /// Whatever has the usual name of a draft and cannot be removed, as another user's file in /tmp, prevents nothing.
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
      // As on a file system that has no files without a name.
      try writer.writeNamed(SystemPath("\(folder)/a.txt"), Array("three".utf8), like: nil)
      #expect(try read("\(folder)/a.txt") == "three")
      #expect(try names(folder) == [draft, "a.txt"])
    }
  }

  /// However often the name is taken again, a stop ends the search for one.
  @Test func draftsStop() throws {
    try withFolder { folder in
      let calls = Mutex(0)
      let stopped = FileWriter(isStopped: { calls.withLock { $0 > 3 } })
      let said = reason { () throws(HostFailure) in
        _ = try stopped.makeDraft(of: SystemPath("\(folder)/a.txt")) { _ in
          calls.withLock { $0 += 1 }
          return EEXIST
        }
      }
      #expect(said == "Interrupted system call")
    }
  }

  /// Paths are bytes: a folder may have any name, and a link may lead anywhere.
  @Test func pathsThatAreNoUTF8() throws {
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

  /// A pipe without a reader is waited for, until the user stops or one comes.
  @Test func pipesAreWaitedFor() throws {
    try withFolder { folder in
      let path = "\(folder)/pipe.txt"
      try #require(mkfifo(path, 0o644) == 0)
      let stopped = FileWriter(isStopped: { true })
      #expect(reason { () throws(HostFailure) in try stopped.write([1], to: path) } == "Interrupted system call")
      let reader = Mutex<Int32>(-1)
      // The reader comes when the writer asks whether it should go on waiting.
      let writer = FileWriter(isStopped: {
        reader.withLock { if $0 < 0 { $0 = open(path, O_RDONLY | O_NONBLOCK) } }
        return false
      })
      try writer.write(Array("through".utf8), to: path)
      var bytes = [UInt8](repeating: 0, count: 100)
      let count = Glibc.read(reader.withLock { $0 }, &bytes, bytes.count)
      #expect(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self) == "through")
      close(reader.withLock { $0 })
    }
  }

  /// More than a pipe holds, while nobody reads on.
  @Test func fullPipesAreWaitedFor() throws {
    try withFolder { folder in
      let path = "\(folder)/pipe.txt"
      try #require(mkfifo(path, 0o644) == 0)
      let reader = open(path, O_RDONLY | O_NONBLOCK)
      defer { close(reader) }
      let asked = Mutex(0)
      let writer = FileWriter(isStopped: {
        asked.withLock { count in
          count += 1
          return count > 5
        }
      })
      let said = reason { () throws(HostFailure) in
        try writer.write(Array(repeating: 1, count: 1 << 22), to: path)
      }
      #expect(said == "Interrupted system call")
    }
  }

  /// Nothing else may have the name of a draft, and it must fit beside a name of any length.
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
