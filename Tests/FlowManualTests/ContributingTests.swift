// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Tests that the table in CONTRIBUTING.md that lists what to edit for each kind of addition is correct.
@Suite struct ContributingTests {
  private static let root = GoldenFile.root

  /// Returns the contents of all Swift files in a folder, by their paths relative to the root.
  private static func files(_ folder: String) -> [String: String] {
    let folder = root.appending(path: folder)
    var files: [String: String] = [:]
    for case let url as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)! {
      guard url.pathExtension == "swift", let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
      files[String(url.path.dropFirst(root.path.count + 1))] = text
    }
    return files
  }

  private static let sources = files("Sources")

  private func rows() throws -> [(what: String, edit: String)] {
    let text = try String(contentsOf: Self.root.appending(path: "CONTRIBUTING.md"), encoding: .utf8)
    let table = try #require(text.components(separatedBy: "| to add | edit |\n").last).components(separatedBy: "\n\n")[
      0]
    return table.split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return (cells[0], cells[1])
    }
  }

  /// Every file, folder and name that the table mentions exists.
  @Test func everythingMentionedExists() throws {
    let all = Self.sources.merging(Self.files("Tests")) { own, _ in own }
    for (what, edit) in try rows() {
      for (number, part) in edit.components(separatedBy: "`").enumerated() where number % 2 == 1 {
        let name = part.components(separatedBy: "(")[0]
        let exists =
          FileManager.default.fileExists(atPath: Self.root.appending(path: name).path)
          || all.keys.contains { $0.hasSuffix("/" + name) || $0.contains("/\(name)/") }
          || all.values.contains { text in name.split(separator: ".").allSatisfy { text.contains($0) } }
        #expect(exists, "\(what): '\(part)' does not exist")
      }
    }
  }

  /// "A layer: one file with description, forward and backward, and its builtin in LayerBuiltins.swift": no other file
  /// refers to the layer, except where the language itself has a shorthand for it.
  @Test(arguments: [
    ("RMSNorm", []), ("GroupNorm", []), ("LayerNorm", ["NormChoice.swift"]),
    ("BatchNorm", ["NormChoice.swift", "LayerBuiltins.swift"]), ("Dropout", ["Autoencoder.swift"]),
  ])
  func aLayerIsOneFileAndOneEntry(_ layer: String, _ shorthands: [String]) throws {
    let pattern = try Regex("\\b\(layer)\\b")
    // Searching for the plain name first is much faster than the pattern.
    for (path, text) in Self.sources where text.contains(layer) {
      let name = URL(fileURLWithPath: path).lastPathComponent
      if [layer + ".swift", "LayerBuiltins.swift"].contains(name) || shorthands.contains(name) { continue }
      let code = text.split(separator: "\n").filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
      #expect(!code.contains { $0.contains(pattern) }, "\(path) knows \(layer)")
    }
  }

  /// No file checks for a particular type of layer, kernel or step.
  @Test func nobodyCastsToLayersAndKernels() throws {
    func lines(_ text: String, with words: [String]) -> [Substring] {
      text.split(separator: "\n").filter { line in words.contains { line.contains($0) } }
    }
    let declaration = /(?:struct|class) (\w+)(?:<[^>]*>)?: [^{\n]*\b(?:Layer|Kernel|\w*Step)\b/
    let types = Self.sources.values.flatMap { text in
      lines(text, with: ["struct ", "class "]).compactMap { $0.firstMatch(of: declaration).map { String($0.1) } }
    }
    #expect(types.count > 15 && types.contains("Dense"))
    let cast = try Regex("\\b(?:as[?!]|is) (?:any )?(?:\(types.joined(separator: "|")))\\b|\\.kind == \"")
    for (path, text) in Self.sources
    where path.contains("FlowNet") || path.contains("FlowTheory") || path.contains("FlowClinic") {
      let suspects = lines(text, with: [" as? ", " as! ", " is ", ".kind == "])
      #expect(!suspects.contains { $0.contains(cast) }, "\(path) compares kinds")
    }
  }
}
