// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Foundation
import Testing

/// A file that tests compare with the output of the program.
///
/// With `Tests/run record PATH`, the file is written instead. The test then names the file and fails, so that a recording
/// is not mistaken for a check. Nothing is written if the program fails, if its runs disagree, or if they print
/// nothing.
struct GoldenFile {
  let url: URL

  /// The root of the package.
  static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

  /// A file of the package, by its path from the root.
  init(_ path: String) { url = Self.root.appending(path: path) }

  init(url: URL) { self.url = url }

  /// What to record: paths of files or folders from the root, or `all`.
  private static let recorded =
    (ProcessInfo.processInfo.environment["GRADFLOW_RECORD"] ?? "").split(separator: " ").map(String.init)

  /// A Boolean value that indicates whether this file is to be recorded.
  var isRecording: Bool {
    let root = Self.root.path()
    let path = url.standardized.path()
    guard path.hasPrefix(root) else { return false }
    let own = path.dropFirst(root.count).drop { $0 == "/" }
    return Self.recorded.contains { name in
      let folder = name.hasSuffix("/") ? name : name + "/"
      return name == "all" || own == name || own.hasPrefix(folder)
    }
  }

  /// The reason why nothing is compared or written.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  /// A run that creates the content, for example with a certain number of threads.
  struct Run {
    let name: String
    let make: () throws -> String

    init(_ name: String, _ make: @escaping () throws -> String) {
      self.name = name
      self.make = make
    }
  }

  /// Returns the content that all runs agree on. Throws a `Refusal` if a run fails, if the runs disagree, or if there
  /// is no content.
  func content(_ runs: [Run]) throws(Refusal) -> String {
    let name = url.lastPathComponent
    var first: (name: String, content: String)?
    for run in runs {
      let content: String
      do {
        content = try run.make()
      } catch {
        let reason = (error as? Diagnostic).map { render($0, style: DiagnosticStyle(form: .full)) } ?? "\(error)"
        throw Refusal(description: "\(name), \(run.name): the program failed\n\(reason)")
      }
      if let first, first.content != content {
        let place = Self.firstDifference(content, first.content)
        throw Refusal(description: "\(name): \(run.name) and \(first.name) disagree; \(place)")
      }
      if first == nil { first = (run.name, content) }
    }
    guard let content = first?.content, !content.allSatisfy(\.isWhitespace) else {
      throw Refusal(description: "\(name): the program printed nothing")
    }
    return content
  }

  /// Compares the file with the content that all runs agree on, or writes it when recording.
  func check(_ runs: [Run]) throws {
    let content = try content(runs)
    if isRecording { return try record(content) }
    let expected = try String(contentsOf: url, encoding: .utf8)
    #expect(
      content == expected,
      """
      \(url.lastPathComponent): \(Self.firstDifference(content, expected))
      To accept the new content: Tests/run record \(url.path().dropFirst(Self.root.path().count))
      """)
  }

  /// Writes the file and fails the test with its name.
  func record(_ content: String) throws {
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content.utf8).write(to: url)
    Issue.record("recorded \(url.path()); check the change, then run the test")
  }

  private static func firstDifference(_ output: String, _ expected: String) -> String {
    let (mine, theirs) = (output.components(separatedBy: "\n"), expected.components(separatedBy: "\n"))
    let line =
      zip(mine, theirs).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(mine.count, theirs.count)
    func text(_ lines: [String]) -> String { line < lines.count ? lines[line] : "the end" }
    return "line \(line + 1) is\n\(text(mine))\nand not\n\(text(theirs))"
  }
}
