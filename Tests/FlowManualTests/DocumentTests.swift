// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowManual
import FlowRuntime
import FlowTables
import Foundation
import Synchronization
import Testing

/// Tests that the documents show what the program prints.
///
/// A `console` block contains a command `$ gradflow -e '…'` and its output on a terminal of 100 columns, including
/// notes. A `gf` block contains a script that must run. See `GoldenFile` for how to record the output.
@Suite struct DocumentTests {
  @Test(arguments: ["README.md", "CONTRIBUTING.md"])
  func transcriptsMatchTheProgram(_ name: String) throws {
    let url = GoldenFile.root.appending(path: name)
    let text = try String(contentsOf: url, encoding: .utf8)
    var lines = text.components(separatedBy: "\n")
    var index = 0
    var seen = 0
    while index < lines.count {
      guard lines[index] == "```console", let end = lines[(index + 1)...].firstIndex(of: "```") else {
        index += 1
        continue
      }
      let body = Array(lines[(index + 1)..<end])
      let command = try #require(Command(body), "\(name):\(index + 2) is not a command of the form $ gradflow -e '...'")
      let place = "\(name):\(index + 1)"
      let printed = try GoldenFile(url: url).content(
        [1, 2].map { threads in
          GoldenFile.Run("\(place) with \(threads) threads") {
            try run(command.code, threads: threads).joined(separator: "\n")
          }
        }
      ).components(separatedBy: "\n")
      #expect(printed == command.output, "\(place) differs from the output of the program")
      let fresh = command.lines + printed
      lines.replaceSubrange((index + 1)..<end, with: fresh)
      index += fresh.count + 2
      seen += 1
    }
    if GoldenFile(url: url).isRecording { try GoldenFile(url: url).record(lines.joined(separator: "\n")) }
    #expect(seen > 0 || name != "README.md")
  }

  @Test(arguments: ["README.md", "CONTRIBUTING.md"])
  func scriptsRun(_ name: String) throws {
    let text = try String(contentsOf: GoldenFile.root.appending(path: name), encoding: .utf8)
    for block in text.components(separatedBy: "```gf\n").dropFirst() {
      let code = block.components(separatedBy: "\n```")[0]
      do {
        _ = try run(code)
      } catch let error as Diagnostic {
        Issue.record("\(name): \(error.message) in\n\(code)")
      }
    }
  }

  /// The comparison in the README is copied from the last report.
  @Test func comparisonMatchesTheReport() throws {
    func rows(_ name: String, from start: String, to end: String) throws -> [[String]] {
      let text = try String(contentsOf: GoldenFile.root.appending(path: name), encoding: .utf8)
      let part = try #require(text.components(separatedBy: start).dropFirst().first).components(separatedBy: end)[0]
      return part.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst().map { line in
        line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      }
    }
    let shown = try rows("README.md", from: "<!-- benchmarks -->\n", to: "<!-- end of benchmarks -->")
    let times = try rows("Benchmarks/RESULTS.md", from: "## Time per step\n", to: "\n## ")
    #expect(shown.count == 7 && shown.count == times.count)
    for (row, measured) in zip(shown, times) {
      #expect(row[0] == measured[0])
      // gradflow with recording, JAX, PyTorch. The report adds the spread.
      for (cell, column) in [(1, 1), (2, 3), (3, 4)] {
        #expect(measured[column].hasPrefix("\(row[cell]) ("), "\(row[0]): \(row[cell])")
      }
    }
  }

  /// The command of a transcript and the output below it.
  struct Command {
    let lines: [String]
    let code: String
    let output: [String]

    init?(_ body: [String]) {
      let start = "$ gradflow -e '"
      guard let first = body.first, first.hasPrefix(start) else { return nil }
      guard let last = body.firstIndex(where: { $0.hasSuffix("'") && $0 != start }) else { return nil }
      lines = Array(body[...last])
      code = String(lines.joined(separator: "\n").dropFirst(start.count).dropLast())
      output = Array(body[(last + 1)...])
    }
  }

  private func run(_ code: String, threads: Int = 2) throws -> [String] {
    let printed = Printed()
    let interpreter = Interpreter(
      host: Host(
        output: { text throws(HostFailure) in printed.add(text.raw) }, note: { printed.add($0.plain + "\n") },
        width: { 100 },
        readFile: { path, _ throws(HostFailure) in
          // Transcripts may use the files of the repository.
          guard let data = try? Data(contentsOf: GoldenFile.root.appending(path: path)) else {
            throw .system("there is no such file")
          }
          return [UInt8](data)
        },
        writeFile: { _, _ throws(HostFailure) in }, pipe: { _, _ throws(HostFailure) in }, clock: { 0 }))
    interpreter.settings.threads = threads
    try interpreter.run(Source(name: "-e", text: code))
    var lines = printed.text.components(separatedBy: "\n")
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  private final class Printed: Sendable {
    private let content = Mutex("")
    func add(_ text: String) { content.withLock { $0 += text } }
    var text: String { content.withLock { $0 } }
  }
}
