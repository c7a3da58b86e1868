// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Glibc

/// The program under test, which the build places next to the tests.
enum Program {
  static let path: String = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    // The tests run from the build folder itself or, as a bundle, from a folder inside it.
    var folder = tests.deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("gradflow").path
      if access(candidate, X_OK) == 0, !isFolder(candidate) { return candidate }
      folder.deleteLastPathComponent()
    }
    preconditionFailure("no program next to the tests")
  }()

  /// The result of a run.
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  /// Runs the program to its end, with separate streams and without the user's environment.
  static func run(
    _ arguments: [String], of program: String = path, input: String = "", environment: [String: String] = [:]
  ) throws -> Result {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Files instead of pipes, so that nothing can block, in whatever order the streams are read.
    let names = ["input", "output", "errors"].map { "\(folder)/\($0)" }
    for name in names { try (name == names[0] ? input : "").write(toFile: name, atomically: false, encoding: .utf8) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder].merging(environment) { $1 }
    process.standardInput = FileHandle(forReadingAtPath: names[0])
    process.standardOutput = FileHandle(forWritingAtPath: names[1])
    process.standardError = FileHandle(forWritingAtPath: names[2])
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: try String(contentsOfFile: names[1], encoding: .utf8),
      errors: try String(contentsOfFile: names[2], encoding: .utf8))
  }

  /// Runs the program under a limit set by the shell, such as `-v 100000` for 100,000 KiB of address space.
  static func run(_ arguments: [String], limit: String) throws -> Result {
    try run(["-c", "ulimit -S \(limit) && exec \"$0\" \"$@\"", path] + arguments, of: "/bin/sh")
  }

  /// Creates a temporary folder for a test.
  static func temporaryFolder() throws -> String {
    var template = Array("/tmp/gradflow-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(text: "no temporary folder") }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  struct Failure: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
