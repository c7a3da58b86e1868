// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Scripts that share a library, and several scripts on one command line.
@Suite struct IncludeTests {
  /// Runs the program in a temporary folder with the given files.
  private func run(_ arguments: [String], _ files: [String: String]) throws -> Program.Result {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in files {
      let path = URL(filePath: folder).appending(path: name)
      try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: path, atomically: true, encoding: .utf8)
    }
    return try Program.run(
      ["-c", "cd \"$1\" && shift && exec \"$0\" \"$@\"", Program.path, folder] + arguments, of: "/bin/sh")
  }

  private static let library = "print(\"read\")\nfn twice(x) = 2 * x\nfn thrice(x) = 3 * x\n"

  @Test func twoScriptsShareALibrary() throws {
    let files = [
      "lib/tools.gf": Self.library, "a/one.gf": "include \"../lib/tools.gf\"\nprint(twice(4))",
      "a/two.gf": "include \"../lib/tools.gf\"\nprint(thrice(4))",
    ]
    #expect(try run(["a/one.gf"], files).output == "read\n8\n")
    #expect(try run(["a/two.gf"], files).output == "read\n12\n")
  }

  /// A path is relative to the file that contains it, and each file runs once, however its path is written.
  @Test func filesAreIncludedOnce() throws {
    let files = [
      "lib/tools.gf": Self.library, "lib/more.gf": "include \"tools.gf\"\nfn six(x) = twice(thrice(x))",
      "main.gf": "include \"lib/more.gf\"\ninclude \"./lib/../lib/tools.gf\"\nprint(six(1))",
    ]
    #expect(try run(["main.gf"], files).output == "read\n6\n")
  }

  @Test(arguments: [
    (["main.gf": "include \"main.gf\""], "includes itself", "main.gf:1"),
    (["main.gf": "include \"a.gf\"", "a.gf": "include \"main.gf\""], "main.gf → a.gf → main.gf", "a.gf:1"),
    (["main.gf": "print(0)\ninclude \"none.gf\""], "none.gf", "main.gf:2:9"),
    (["main.gf": "include \"a.gf\"\nf(1)", "a.gf": "fn f(x) {\n  return nobody\n}"], "nobody", "a.gf:2:10"),
    (["main.gf": "include \"a.gf\"\nf(1)", "a.gf": "fn f(x) { return (x }"], "')'", "a.gf:1"),
  ]) func errorsHaveAPlace(_ files: [String: String], _ words: String, _ place: String) throws {
    let result = try run(["main.gf"], files)
    #expect(result.status != 0 && result.errors.contains(words) && result.errors.contains(place), "\(result.errors)")
  }

  /// An error in a library shows how the program comes to it, and the shortest path of each file.
  @Test(arguments: ["fn f(x) = (x", "print(nobody)"]) func errorsShowTheInclusions(_ library: String) throws {
    let files = [
      "main.gf": "include \"a/one.gf\"", "a/one.gf": "x = 1\ninclude \"../b/../b/two.gf\"", "b/two.gf": library,
    ]
    for arguments in [["main.gf"], ["--check", "main.gf"]] {
      let errors = try run(arguments, files).errors
      #expect(errors.contains("─ b/two.gf:1:"), "\(errors)")
      let first = errors.range(of: "included at a/one.gf:2:9")
      let second = errors.range(of: "included at main.gf:1:9")
      #expect(first.map { second.map(\.lowerBound) ?? $0.lowerBound > $0.lowerBound } == true, "\(errors)")
      #expect(errors.ranges(of: "included at").count == 2, "\(errors)")
    }
  }

  /// A path through a symbolic link may lead elsewhere than the text of the path suggests.
  @Test func linkedFoldersKeepTheirPath() throws {
    let script =
      "mkdir -p deep/er && ln -s deep/er link && echo 'print(nobody)' > deep/lib.gf && "
      + "echo 'include \"link/../lib.gf\"' > main.gf && exec \"$0\" main.gf"
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result = try Program.run(["-c", "cd \"$1\" && \(script)", Program.path, folder], of: "/bin/sh")
    #expect(result.errors.contains("link/../lib.gf:1:7"), "\(result.errors)")
  }

  /// Code on the command line is checked before each script, which sees its variables and functions.
  @Test(arguments: [
    (["-e", "x = 3", "a.gf"], ""), (["-e", "fn f(a) = a", "-e", "x = f(3)", "a.gf", "b.gf"], ""),
    (["-e", "include \"c.gf\"", "a.gf"], ""), (["-e", "x = 3", "b.gf"], "unknown function 'f'"),
    (["-e", "fn f() = 1", "b.gf"], "f takes no arguments"), (["-e", "print(x)", "c.gf"], "unknown name 'x'"),
    (["c.gf", "a.gf"], "unknown name 'x'"),
  ]) func codeIsCheckedBeforeTheScripts(_ arguments: [String], _ error: String) throws {
    let files = ["a.gf": "print(x)", "b.gf": "print(f(1))", "c.gf": "x = 3"]
    let result = try run(["--check"] + arguments, files)
    #expect((result.status == 0) == error.isEmpty && (error.isEmpty || result.errors.contains(error)), "\(result)")
    #expect(result.errors.ranges(of: "error:").count <= 1, "\(result)")
  }

  /// A syntax error in a library is found before anything runs.
  @Test func nothingRunsBeforeLibrariesAreChecked() throws {
    let result = try run(["main.gf"], ["main.gf": "print(1)\ninclude \"a.gf\"", "a.gf": "fn f(x) = (x"])
    #expect(result.status == 3 && result.output.isEmpty)
  }

  /// An error in a shared library is reported once.
  @Test func severalScriptsAreChecked() throws {
    let files = [
      "lib/a.gf": "fn f(x) = nobody", "one.gf": "include \"lib/a.gf\"\nprint(f(1))\nchain(3, tanhh)",
      "two.gf": "include \"./lib/a.gf\"\nprint(f(2))", "good.gf": "print(1)",
    ]
    let result = try run(["--check", "one.gf", "two.gf", "lib/a.gf", "good.gf"], files)
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.errors.ranges(of: "nobody'").count == 1 && result.errors.contains("one.gf:3"), "\(result.errors)")
    #expect(try run(["--check", "good.gf"], files).status == 0)
  }

  /// A file that cannot be read does not hide the errors of the others.
  @Test func missingScriptIsReportedWithTheErrorsOfTheOthers() throws {
    let result = try run(["--check", "one.gf", "none.gf", "two.gf"], ["one.gf": "nobody", "two.gf": "nowhere"])
    #expect(result.status == 2)
    for words in ["'nobody'", "cannot read 'none.gf'", "'nowhere'"] { #expect(result.errors.contains(words)) }
  }

  /// Code on the command line runs before the script, which sees its variables.
  @Test(arguments: [
    (["-e", "x = 4", "a.gf"], "8\n", ""), (["-e", "x = 4", "-e", "x = x + 1", "a.gf"], "10\n", ""),
    (["-e", "print(arg(1))", "--", "word"], "word\n", ""), (["-e", "x = 1", "none.gf"], "", "none.gf"),
    (["a.gf", "--", "b"], "", "unknown name 'x'"),
  ]) func codeRunsBeforeTheScript(_ arguments: [String], _ output: String, _ error: String) throws {
    let result = try run(arguments, ["a.gf": "print(2 * x)"])
    #expect(result.output == output && (result.status == 0) == error.isEmpty, "\(result)")
    #expect(result.errors.isEmpty || result.errors.contains(error), "\(result)")
  }

  /// An argument has the type of its default, and an error names the argument, not the call that uses its value.
  @Test(arguments: [
    (["relu", "4"], "chain(4, relu)\n", ""), ([], "chain(3, tanh)\n", ""),
    (["tanhh"], "", "argument 1 of the script must be an activation, but it is \"tanhh\""),
    (["tanh", "four"], "", "argument 2 of the script must be a number, but it is \"four\""),
    (["tanh", "4.5"], "", "from 1 to 100000, but this is 4.5"),
  ]) func argumentsKeepTheTypeOfTheirDefault(_ arguments: [String], _ output: String, _ error: String) throws {
    let script = "act = arg(1, default: tanh)\ndepth = arg(2, default: 3)\nprint(show(chain(depth, act)))"
    let result = try run(["main.gf"] + arguments, ["main.gf": script])
    #expect(result.output == output && (result.status == 0) == error.isEmpty, "\(result)")
    #expect(result.errors.isEmpty || result.errors.contains(error), "\(result)")
  }
}
