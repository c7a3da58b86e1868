// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Glibc
import TestSupport
import Testing

/// Databases of runs survive whatever happens to the program that writes them.
@Suite struct DatabaseTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func run(_ code: String, safe: Bool = false) throws -> Program.Result {
    try Program.run((safe ? ["--safe"] : []) + ["--no-init", "-e", code])
  }

  /// A program that is killed at any moment leaves no file, or one that opens and has each step as a whole.
  @Test func killedTrainingIsKept() throws {
    try withFolder { folder in
      let path = "\(folder)/run.db"
      let training =
        "train(mlp([8, 32, 1], relu), gaussian(1000, 8, 1), epochs: 1000000, emit: steps, "
        + "into: \"\(path)\", replace: true);"
      for number in 1...(TestLength.current == .short ? 3 : 12) {
        let process = try ProgramProcess(["--no-init", "-e", training], environment: ["HOME": folder]) { actions in
          posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
          posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        }
        usleep(UInt32(number) * 271_828 % 2_600_000)
        kill(process.id, SIGKILL)
        var status: Int32 = 0
        waitpid(process.id, &status, 0)
        guard access(path, F_OK) == 0 else { continue }
        // A run that has no steps yet has an empty table of them.
        let result = try run("r = load(\"\(path)\")\nprint(len(r.steps) * 2 == len(r.flow))")
        #expect(result.status == 0 && result.output == "true\n", "\(result.errors)")
      }
    }
  }

  /// Steps are in the file soon after they are finished, and stay there if the program is killed.
  @Test func killedTrainingHasItsSteps() throws {
    try withFolder { folder in
      let (path, rows) = ("\(folder)/run.db", "\(folder)/steps.tsv")
      let training =
        "train(mlp([8, 256, 256, 1], relu), gaussian(1000, 8, 1), optimizer: sgd(1e-4), epochs: 1000000, "
        + "emit: record(steps: \"\(rows)\"), into: \"\(path)\");"
      let process = try ProgramProcess(["--no-init", "-e", training], environment: ["HOME": folder]) { actions in
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
      }
      /// The number of finished steps, without the header of the file.
      func finished() -> Int { ((try? Data(contentsOf: URL(filePath: rows)))?.count { $0 == 10 } ?? 1) - 1 }
      func kept() throws -> Int {
        let result = try run("print(len(load(\"\(path)\").steps))")
        return Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
      }
      let end = Date() + 60
      while finished() < 100, Date() < end { usleep(20_000) }
      let wanted = finished()
      while try kept() < wanted, Date() < end { usleep(200_000) }
      kill(process.id, SIGKILL)
      var status: Int32 = 0
      waitpid(process.id, &status, 0)
      let count = try kept()
      #expect(wanted >= 100 && count >= wanted, "\(count) of \(wanted) steps")
    }
  }

  @Test func writersShareAFile() throws {
    try withFolder { folder in
      let path = "\(folder)/run.db"
      let processes = try (1...3).map { number in
        try ProgramProcess(
          [
            "--no-init", "-e",
            "for i in 1..5 { run = train(mlp([2, 8, 1], tanh), xor(64), epochs: 5, into: \"\(path)\", "
              + "name: \"\(number) {i}\") }",
          ], environment: ["HOME": folder]
        ) { actions in posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }
      }
      for process in processes {
        var status: Int32 = 0
        waitpid(process.id, &status, 0)
        #expect(ProgramProcess.exitStatus(status) == 0)
      }
      let result = try run(
        "print(len(runs(\"\(path)\")), sum(map(runs(\"\(path)\").name, fn(n) = len(load(\"\(path)\", name: n).steps))))"
      )
      #expect(result.output == "15 150\n", "\(result.errors)")
    }
  }

  /// A transaction for which there is no room leaves the file as it was.
  @Test func fullDisk() throws {
    try withFolder { folder in
      let path = "\(folder)/run.db"
      let training = "run = train(mlp([2, 8, 1], tanh), xor(64), epochs: 3000, into: \"\(path)\", name: \"big\")"
      #expect(
        try run("run = train(mlp([2, 8, 1], tanh), xor(64), epochs: 1, into: \"\(path)\")").status == 0)
      let result = try Program.run(["--no-init", "-e", training], limit: "-f 600")
      #expect(result.status == 1 && result.errors.contains("ulimit"), "\(result.errors)")
      let names = try run("print(runs(\"\(path)\").name, len(load(\"\(path)\", name: \"run\").steps))")
      #expect(names.status == 0 && names.output.hasPrefix("[\"run\""), "\(names.output)\(names.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["run.db"])
    }
  }

  @Test func otherFilesAreErrors() throws {
    try withFolder { folder in
      let path = "\(folder)/run.db"
      let save = "save(train(chain(2, tanh), gaussian(8, 1, 1)), \"\(path)\")"
      func expect(_ text: String, from code: String) throws {
        let result = try run(code)
        #expect(result.status == 1 && result.errors.contains(text), "\(result.errors)")
      }
      try Data("step\tloss\n1\t2\n".utf8).write(to: URL(filePath: path))
      for code in [save, "load(\"\(path)\")", "runs(\"\(path)\")"] { try expect("not an SQLite database", from: code) }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "step\tloss\n1\t2\n")
      unlink(path)
      #expect(try run(save).status == 0)
      let whole = try Data(contentsOf: URL(filePath: path))
      try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
      try expect("its end is missing", from: "load(\"\(path)\")")
      var later = whole
      later[63] = 99
      try later.write(to: URL(filePath: path))
      for code in [save, "load(\"\(path)\")", "runs(\"\(path)\")"] { try expect("a later version", from: code) }
      try expect("No such file", from: "load(\"\(folder)/none.db\")")
      try expect("there is no folder", from: save.replacing(folder, with: folder + "/none"))
      #expect(try run(save, safe: true).errors.contains("not allowed with --safe"))
      #expect(try run("runs(\"\(path)\")", safe: true).errors.contains("not allowed with --safe"))
    }
  }
}
