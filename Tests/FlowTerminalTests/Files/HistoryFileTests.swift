// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTerminal
import Foundation
import Testing

final class HistoryFileTests {
  private let folder = NSTemporaryDirectory() + "gradflow-history-\(UUID().uuidString)"

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var path: String { folder + "/deeper/history" }

  @Test func entriesRoundTrip() throws {
    let entries = ["1 + 1", "fn f(x) {\n  x\n}", "\"a\\n\\\\\"", "日本 🙂", "\\", "\n"]
    for entry in entries { HistoryFile(path: path).append(entry) }
    #expect(HistoryFile(path: path).load() == entries)
    #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == entries.count)
  }

  @Test func onlyTheOwnerMayReadTheFile() throws {
    HistoryFile(path: path).append("secret")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func onlyTheNewestEntriesAreKept() throws {
    try FileManager.default.createDirectory(atPath: folder + "/deeper", withIntermediateDirectories: true)
    let lines = (1...12_000).map { "entry \($0)" }
    try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: false, encoding: .utf8)
    let history = HistoryFile(path: path)
    #expect(history.load() == lines.suffix(HistoryFile.limit))
    history.append("last")
    #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == HistoryFile.limit + 1)
    #expect(history.load().last == "last")
  }

  /// Only the end of a huge file is read, without the incomplete entry at its start.
  @Test func aHugeFileYieldsWholeEntries() throws {
    try FileManager.default.createDirectory(atPath: folder + "/deeper", withIntermediateDirectories: true)
    let lines = (1...20).map { "entry \($0) " + String(repeating: "x", count: 1 << 20) }
    try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: false, encoding: .utf8)
    let entries = HistoryFile(path: path).load()
    #expect(entries.count == 15)
    #expect(entries.elementsEqual(lines.suffix(15)))
  }

  @Test func concurrentSessionsLoseNothing() async {
    let path = path
    await withTaskGroup(of: Void.self) { group in
      for session in 0..<4 {
        group.addTask { for entry in 0..<50 { HistoryFile(path: path).append("\(session).\(entry)") } }
      }
    }
    let entries = HistoryFile(path: path).load()
    #expect(Set(entries).count == 200)
    #expect(entries.count == 200)
  }

  @Test func fileThatCannotBeCreatedIsIgnored() {
    let history = HistoryFile(path: "/proc/nothing/history")
    history.append("1")
    #expect(history.load() == [])
  }
}
