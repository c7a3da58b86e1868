// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowManual
import FlowRuntime
import Foundation
import Testing

/// Tests that the files for editors are up to date and cover the whole language.
@Suite struct EditorFileTests {
  private static let folder = GoldenFile.root.appending(path: "examples/editors")

  @Test(arguments: EditorFile.all(.standard).map(\.path)) func fileIsUpToDate(_ path: String) throws {
    let file = try #require(EditorFile.all(.standard).first { $0.path == path })
    try GoldenFile("examples/editors/" + path).check([GoldenFile.Run("the program") { file.text }])
  }

  @Test func thereAreNoOtherFiles() throws {
    let names = try #require(FileManager.default.enumerator(atPath: Self.folder.path())?.allObjects as? [String])
    let files = names.filter { !(Self.folder.appending(path: $0).hasDirectoryPath) && $0.contains(".") }
    #expect(Set(files) == Set(EditorFile.all(.standard).map(\.path) + ["README.md"]))
  }

  @Test(arguments: EditorFile.all(.standard).map(\.path).filter { $0.hasSuffix(".json") }) func jsonIsValid(
    _ path: String
  )
    throws
  {
    let file = try #require(EditorFile.all(.standard).first { $0.path == path })
    #expect(try JSONSerialization.jsonObject(with: Data(file.text.utf8)) is [String: Any])
  }

  /// Finds the first pattern that matches at a position in a line, as an editor does.
  private struct Scanner {
    let rules: [(scope: String, pattern: NSRegularExpression)]

    init() throws {
      let file = try #require(EditorFile.all(.standard).first { $0.path.hasSuffix("tmLanguage.json") })
      let grammar = try #require(try JSONSerialization.jsonObject(with: Data(file.text.utf8)) as? [String: Any])
      let patterns = try #require(grammar["patterns"] as? [[String: Any]])
      rules = try patterns.compactMap { rule in
        guard let name = rule["name"] as? String, let match = rule["match"] as? String else { return nil }
        return (name, try NSRegularExpression(pattern: match))
      }
    }

    /// Returns the scope of a word in a line, or nil if no pattern matches exactly that word.
    func scope(of word: String, in line: String) throws -> String? {
      let text = line as NSString
      let place = text.range(of: word)
      try #require(place.location != NSNotFound)
      for rule in rules {
        let options: NSRegularExpression.MatchingOptions = [.withTransparentBounds, .withoutAnchoringBounds]
        let rest = NSRange(location: place.location, length: text.length - place.location)
        guard let found = rule.pattern.firstMatch(in: line, options: options, range: rest) else { continue }
        if found.range == place { return rule.scope }
      }
      return nil
    }
  }

  @Test func everyWordIsHighlighted() throws {
    let scanner = try Scanner()
    for keyword in Keyword.allCases.map(\.rawValue) {
      let scope = try #require(try scanner.scope(of: keyword, in: "\(keyword) x"))
      #expect(scope.hasPrefix("keyword.") || scope.hasPrefix("constant.language"), "\(keyword): \(scope)")
    }
    for name in Registry.standard.names {
      #expect(try scanner.scope(of: name, in: "\(name)(x)")?.hasPrefix("support.") == true, "\(name)")
      #expect(try scanner.scope(of: name, in: "f(\(name): x)") == "variable.parameter.gradflow", "\(name)")
      #expect(try scanner.scope(of: name, in: "x.\(name)") == "variable.other.property.gradflow", "\(name)")
      #expect(try scanner.scope(of: name, in: "my_\(name)") == nil)
    }
    for sign in OperatorTable.levels.flatMap(\.spellings) where sign.first?.isLetter == false {
      #expect(try scanner.scope(of: sign, in: "x \(sign) y") == "keyword.operator.gradflow", "\(sign)")
    }
  }

  @Test(arguments: [
    ("1", "1"), ("1_000", "1_000"), (".5", ".5"), ("1e-3", "1e-3"), ("1.5", "1.5"), ("1", "1..8"), ("8", "1..8"),
    ("2", "x[2]"),
  ])
  func numbersMatchTheLexer(_ number: String, _ line: String) throws {
    #expect(try Scanner().scope(of: number, in: line) == "constant.numeric.gradflow")
  }

  @Test(arguments: [
    ("# a comment", "x = 1 # a comment", "comment.line.number-sign.gradflow"),
    (":set format", ":set format csv", "meta.preprocessor.gradflow"),
    ("twice", "fn twice(x) = x", "entity.name.function.gradflow"),
  ])
  func otherTokens(_ word: String, _ line: String, _ scope: String) throws {
    #expect(try Scanner().scope(of: word, in: line) == scope)
  }

  /// Asks Vim for the highlight groups of words in a script.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/vim"), "needs vim")) func vimHighlighting()
    throws
  {
    let script = [
      (
        #"fn total(n, act: tanh) { return first(flow(chain(n, act))) }"#,
        [
          "fn": "Keyword", "total": "Definition", "act:": "Argument", "tanh": "Choice", "return": "Keyword",
          "first": "Function",
        ]
      ),
      (
        #"x = .5 + 1_000.5e-3 # if"#,
        [".5": "Number", "1_000": "Number", "e-3": "Number", "if": "Comment", "=": "Operator"]
      ),
      (
        #"print("a {join(["b"], "{x + 1}")} c \n \q")"#,
        [
          "a ": "String", "join": "Function", "b": "String", "x": "Interpolation", "1": "Number", " c": "String",
          "\\n": "Escape",
          "\\q": "BadEscape",
        ]
      ),
      (
        #"y = t.sort |> where(loss: 2, not true)"#,
        [
          "sort": "Field", "|>": "Operator", "where": "Function", "loss": "Argument", "not": "Logic",
          "true": "Constant",
        ]
      ),
      (":set format csv", [":": "Meta", "format": "Setting"]),
      (
        "for i in 1..9 step 2 { }",
        ["for": "Repeat", "in": "Repeat", "1": "Number", "..": "Operator", "9": "Number", "step": "Logic"]
      ),
    ]
    let folder = FileManager.default.temporaryDirectory.appending(path: "gradflow-vim-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = script.map(\.0).joined(separator: "\n")
    try text.write(to: folder.appending(path: "test.gf"), atomically: true, encoding: .utf8)
    var places: [(line: Int, word: String, group: String)] = []
    var commands = [
      "set rtp^=\(Self.folder.path())/vim", "syntax on", "filetype plugin indent on", "edit test.gf", "let out = []",
    ]
    for (number, (line, words)) in script.enumerated() {
      for (word, group) in words {
        let place = try #require(line.range(of: word))
        let column = line[..<place.lowerBound].utf8.count + 1
        places.append((number + 1, word, group))
        commands.append("call add(out, synIDattr(synID(\(number + 1), \(column), 1), 'name'))")
      }
    }
    commands += ["call add(out, &filetype . ' ' . &commentstring)", "call writefile(out, 'out')", "qall!"]
    try commands.joined(separator: "\n").write(
      to: folder.appending(path: "check.vim"), atomically: true, encoding: .utf8)
    let vim = Process()
    vim.executableURL = URL(filePath: "/usr/bin/vim")
    vim.arguments = ["-N", "-u", "NONE", "-i", "NONE", "-es", "-S", "check.vim"]
    vim.currentDirectoryURL = folder
    vim.standardInput = FileHandle.nullDevice
    vim.standardOutput = FileHandle.nullDevice
    try vim.run()
    vim.waitUntilExit()
    let found = try String(contentsOf: folder.appending(path: "out"), encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    for (place, group) in zip(places, found) {
      #expect(group == (place.group.isEmpty ? "" : "gradflow" + place.group), "line \(place.line): \(place.word)")
    }
    #expect(found.dropLast().last == "gradflow # %s")
  }
}
