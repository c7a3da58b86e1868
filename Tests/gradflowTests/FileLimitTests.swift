// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Exceeding the shell's limit on file sizes is an error with a location, and the old file is kept.
@Suite struct FileLimitTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func tooLargeFile() throws {
    try withFolder { folder in
      let path = "\(folder)/a.tsv"
      try "old".write(toFile: path, atomically: false, encoding: .utf8)
      // The limit is in units of 512 bytes.
      let result = try Program.run(
        ["-e", "t = table(map(1..10000, fn(i) = record(i: i)))\nsave(t, \"\(path)\")"], limit: "-f 8")
      #expect(result.status == 1)
      #expect(result.errors.contains("cannot write '\(path)': files are limited to 4096 bytes here (ulimit -f)"))
      #expect(result.errors.contains("-e:2:"))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.tsv"])
    }
  }

  @Test func tooLargeOutput() throws {
    let result = try Program.run(["-e", "print(table(map(1..10000, fn(i) = record(i: i))))"], limit: "-f 8")
    #expect(result.status == 1)
    #expect(result.errors.contains("cannot write the output: files are limited to 4096 bytes here (ulimit -f)"))
  }
}
