// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Interpreter {
  /// Returns the completions that an editor needs: each replaces the text from `wordStart` to the cursor of the line.
  /// The earlier lines of the entry are `entry`. Offsets are in UTF-8.
  func candidates(in line: String, after entry: String, wordStart: Int, cursor: Int) -> [String] {
    let before = entry.isEmpty ? "" : entry + "\n"
    let found = complete(before + line, cursor: before.utf8.count + cursor, metaWords: metaWords)
    let start = cursor - Cursor(before + String(decoding: line.utf8.prefix(cursor), as: UTF8.self)).prefix.utf8.count
    return found.map { word in
      if start <= wordStart { return String(decoding: word.utf8.dropFirst(wordStart - start), as: UTF8.self) }
      return String(decoding: line.utf8.prefix(start).dropFirst(wordStart), as: UTF8.self) + word
    }
  }

  /// Returns the words that may follow those of a line that begins with `:`.
  private func metaWords(after words: [Substring]) -> [String] {
    switch words.first {
    case nil: return MetaCommand.all.map { $0.name + ($0.form.contains(" ") ? " " : "") }
    case "set" where words.count == 1: return Setting.all.map(\.name)
    case "set" where words.count == 2: return Setting.words(String(words[1]))
    case "forget":
      return globals.map { $0.name }.filter { $0 != "_" && $0 != "ans" && !words.contains($0[...]) }
    case "edit" where words.count == 1:
      return globals.filter { if case .function = $0.value { true } else { false } }.map { $0.name }
    default: return []
    }
  }
}
