// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowShell
import Foundation
import Testing

/// Every script under examples/ prints what stands beside it, byte for byte, whatever the number of threads.
///
/// GRADFLOW_RECORD=1 writes the files anew and makes the run fail, so that nobody takes a recording for a check.
@Suite(.serialized) struct ExamplesTests {
  /// Those that take too long, or need too much data, to be kept byte for byte.
  static let long = ["fashion"]
  static let short = Example.names.filter { !long.contains($0) }

  @Test func everyScriptHasItsOutputAndEveryOutputItsScript() throws {
    #expect(Example.names.count > 8)
    #expect(Example.names(ofFilesEndingIn: ".out") == Self.short)
  }

  @Test(arguments: short) func output(_ name: String) throws {
    let example = try Example(name)
    let output = try example.output(threads: 1)
    #expect(try example.output(threads: 2) == output, "the number of threads changes the output of \(name)")
    if ProcessInfo.processInfo.environment["GRADFLOW_RECORD"] == "1" {
      try Data(output.utf8).write(to: example.recording)
      Issue.record("recorded \(example.recording.lastPathComponent); look at it and run again without GRADFLOW_RECORD")
    }
    let expected = try String(decoding: Data(contentsOf: example.recording), as: UTF8.self)
    #expect(!expected.isEmpty, "\(name).out says nothing")
    #expect(output == expected, "\(firstDifference(output, expected))")
  }

  /// Accuracy, drift and verdict are asserted in the script itself; here it is the form.
  @Test(
    .enabled(
      if: FileManager.default.isReadableFile(
        atPath: "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz"),
      "needs the package dataset-fashion-mnist"))
  func fashionHasItsTables() throws {
    let example = try Example("fashion")
    let output = try example.output(threads: 2)
    let tables = output.components(separatedBy: "\n\n\n").map { $0.split(separator: "\n").map(String.init) }
    let headers = [
      "layer\tfactor\tslope_gain\ttheory\tlog10_total\tstate", "epoch\tloss\taccuracy\tvalidation_accuracy",
      "layer\tgrad_norm\tupdate_ratio\tdrift\tstate", "epoch\tloss\taccuracy\tvalidation_accuracy",
      "layer\tgrad_norm\tupdate_ratio\tdrift\tlog10_total\tstate",
    ]
    #expect(tables.map { $0.first } == headers)
    #expect(tables.map { $0.count - 1 } == [3, 10, 3, 2, 7])
    #expect(try example.output(threads: 1) == output)
  }

  private func firstDifference(_ output: String, _ expected: String) -> String {
    let (mine, theirs) = (output.components(separatedBy: "\n"), expected.components(separatedBy: "\n"))
    let line =
      zip(mine, theirs).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(mine.count, theirs.count)
    func text(_ lines: [String]) -> String { line < lines.count ? lines[line] : "the end" }
    return "line \(line + 1) is\n\(text(mine))\nand not\n\(text(theirs))"
  }
}

/// A script under examples/.
struct Example {
  let name: String
  let source: Source

  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "examples")

  static let names = names(ofFilesEndingIn: ".gf")

  static func names(ofFilesEndingIn suffix: String) -> [String] {
    ["", "tour/"].flatMap { place in
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path() + "/" + place)) ?? []
      return files.filter { $0.hasSuffix(suffix) }.map { place + $0.dropLast(suffix.count) }.sorted()
    }
  }

  init(_ name: String) throws {
    self.name = name
    let text = try String(decoding: Data(contentsOf: Self.folder.appending(path: name + ".gf")), as: UTF8.self)
    source = Source(name: name + ".gf", text: text)
  }

  var recording: URL { Self.folder.appending(path: name + ".out") }

  /// What the script writes to a stream that is no terminal.
  func output(threads: Int) throws -> String {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host())
    interpreter.settings.threads = threads
    do throws(Diagnostic) {
      try interpreter.run(source)
    } catch {
      Issue.record("\(render(error, style: DiagnosticStyle(form: .full)).plain)")
    }
    return scripted.output
  }
}
