// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// If the shell has redirected an output of the program to a file, saving to that file keeps its content.
@Suite struct RedirectedOutputTests {
  private static let script = """
    print("before"); save(table([record(a: 1)]), "o.tsv"); print("after")
    """

  /// Runs a shell command in an empty folder. `$0` is the program, and `$script` is code that saves a table to `o.tsv`.
  private func shell(_ command: String) throws -> Program.Result {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try Program.run(
      ["-c", "cd '\(folder)'; \(command)", Program.path], of: "/bin/sh", environment: ["script": Self.script])
  }

  @Test(arguments: [
    ("echo old > log; ln -s /dev/stdout o.tsv", #""$0" -e "$script" >> log; cat log"#, "old\n"),
    ("echo old > log; ln -s /dev/stdout o.tsv", #""$0" -e "$script" > log; cat log"#, ""),
    ("echo old > o.tsv", #""$0" -e "$script" >> o.tsv; cat o.tsv"#, "old\n"),
    ("echo old > o.tsv", #""$0" -e "$script" > o.tsv; cat o.tsv"#, ""),
  ])
  func standardOutput(_ setUp: String, _ command: String, _ old: String) throws {
    let result = try shell("\(setUp); \(command)")
    #expect(result.output == "\(old)before\na\n1\nafter\n", "\(result)")
  }

  /// The link to a deleted file reads as its name with a note, and no file may be created under that name.
  @Test func deletedOutput() throws {
    let result = try shell(
      #"ln -s /dev/stdout o.tsv; { exec 3< log; rm log; "$0" -e "$script"; } > log; cat <&3; ls"#)
    #expect(result.output == "before\na\n1\nafter\no.tsv\n", "\(result)")
  }

  @Test func standardError() throws {
    let result = try shell(#""$0" -e "$script" 2> o.tsv; cat o.tsv"#)
    #expect(result.output == "before\nafter\na\n1\nwrote o.tsv (1 row)\n", "\(result)")
  }

  @Test func otherDescriptors() throws {
    let result = try shell(#"echo old > log; ln -s /dev/fd/3 o.tsv; "$0" -e "$script" 3>> log; cat log"#)
    #expect(result.output == "before\nafter\nold\na\n1\n", "\(result)")
  }

  @Test func descriptorsOfAnotherProcess() throws {
    let result = try shell(
      #"echo old > log; exec 3>> log; ln -s /proc/$$/fd/3 o.tsv; (exec 3>&-; "$0" -e "$script"); echo $?; cat log"#)
    #expect(result.output == "before\n1\nold\n", "\(result)")
    #expect(result.errors.contains("cannot write to that descriptor; save to the file's own path"), "\(result)")
  }
}
