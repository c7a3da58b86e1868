// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Foundation
import Testing

/// Tests that only output that a later test can compare with is recorded.
@Suite struct GoldenFileTests {
  private static func script(_ code: String, threads: Int = 1) -> GoldenFile.Run {
    GoldenFile.Run("\(threads) threads") { try Example("test", code).output(threads: threads) }
  }

  /// Calls `body` with an existing recording in a temporary folder.
  private func withGolden(_ body: (GoldenFile) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gradflow-golden-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let golden = GoldenFile(url: folder.appending(path: "test.out"))
    try Data("earlier\n".utf8).write(to: golden.url)
    try body(golden)
  }

  private func text(_ golden: GoldenFile) throws -> String { try String(contentsOf: golden.url, encoding: .utf8) }

  /// A refusal names the file, the run and the reason, and nothing is written.
  @Test(arguments: [
    (#"print("half"); assert false, "on purpose""#, "on purpose"),
    (#"print("half"); nothing_of_that_name"#, "the program failed"),
    ("1 +", "the program failed"), ("x = 1", "printed nothing"), (#"print("\n")"#, "printed nothing"),
  ])
  func refuses(_ code: String, _ reason: String) throws {
    try withGolden { golden in
      let refusal = #expect(throws: GoldenFile.Refusal.self) { try golden.content([Self.script(code)]) }
      let description = try #require(refusal).description
      #expect(description.contains("test.out") && description.contains(reason), "\(description)")
      #expect(throws: GoldenFile.Refusal.self) { try golden.check([Self.script(code)]) }
      try #expect(text(golden) == "earlier\n")
    }
  }

  @Test func refusesThreadsThatDisagree() throws {
    try withGolden { golden in
      let runs = [Self.script("print(1)"), Self.script("print(2)", threads: 2)]
      let refusal = #expect(throws: GoldenFile.Refusal.self) { try golden.check(runs) }
      #expect(refusal?.description.contains("2 threads and 1 threads disagree; line 1 is\n2\nand not\n1") == true)
      try #expect(text(golden) == "earlier\n")
    }
  }

  /// Recording fails the test with the name of the file.
  @Test func recordsByName() throws {
    try withGolden { golden in
      let content = try golden.content([Self.script("print(1)"), Self.script("print(1)", threads: 2)])
      try withKnownIssue {
        try golden.record(content)
      } matching: { issue in
        issue.comments.contains { $0.rawValue.contains(golden.url.path()) }
      }
      try #expect(text(golden) == "1\n")
      try golden.check([Self.script("print(1)")])
    }
  }
}
