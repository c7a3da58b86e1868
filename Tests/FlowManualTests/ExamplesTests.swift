// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowManual
import FlowRuntime
import Foundation
import TestSupport
import Testing

/// Tests that every script in examples/ prints the contents of its `.out` file, byte for byte, on any number of
/// threads. See `GoldenFile` for how to record the files.
@Suite(.serialized) struct ExamplesTests {
  /// Scripts that take too long or need too much data to be compared byte for byte.
  static let long = ["fashion"]
  static let short = Example.names.filter { !long.contains($0) }

  @Test func everyScriptHasAnOutputFile() throws {
    #expect(Example.names.count > 8)
    #expect(Example.names(ofFilesEndingIn: ".out") == Self.short)
  }

  @Test(arguments: short) func output(_ name: String) throws {
    let example = try Example(name)
    try example.recording.check(
      (TestLength.current == .short ? [2] : [1, 2]).map { threads in
        GoldenFile.Run("\(threads) threads") { try example.output(threads: threads) }
      })
  }

  /// Tests only the form of the tables. The script itself asserts accuracy, drift and state.
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
    if TestLength.current == .full { #expect(try example.output(threads: 1) == output) }
  }
}

/// A script in examples/.
struct Example {
  let name: String
  let source: Source

  static let folder = GoldenFile.root.appending(path: "examples")

  static let names = names(ofFilesEndingIn: ".gf")

  static func names(ofFilesEndingIn suffix: String) -> [String] {
    ["", "tour/"].flatMap { place in
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path() + "/" + place)) ?? []
      return files.filter { $0.hasSuffix(suffix) }.map { place + $0.dropLast(suffix.count) }.sorted()
    }
  }

  init(_ name: String) throws {
    try self.init(name, String(decoding: Data(contentsOf: Self.folder.appending(path: name + ".gf")), as: UTF8.self))
  }

  /// Creates an example that is not a file.
  init(_ name: String, _ text: String) {
    self.name = name
    source = Source(name: name + ".gf", text: text)
  }

  var recording: GoldenFile { GoldenFile("examples/" + name + ".out") }

  /// Returns the output of the script on a stream that is not a terminal. Throws its error if it fails. The script may
  /// read examples/data/penguins.csv.
  func output(threads: Int) throws(Diagnostic) -> String {
    let scripted = ScriptedHost()
    if let table = try? Data(contentsOf: Self.folder.appending(path: "data/penguins.csv")) {
      scripted.state.withLock { $0.files["examples/data/penguins.csv"] = [UInt8](table) }
    }
    let interpreter = Interpreter(host: scripted.host())
    interpreter.settings.threads = threads
    try interpreter.run(source)
    return scripted.output
  }
}
