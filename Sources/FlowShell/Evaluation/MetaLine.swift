// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// A line of a program that speaks to the program that runs it: `:set format csv`.
struct MetaLine {
  let place: Place
  /// The words after the colon.
  let words: [String]

  /// Takes the lines that begin with a colon out of a text. Blanks stand for them, so that offsets stay right.
  static func split(_ source: Source) -> (text: Source, lines: [MetaLine]) {
    guard source.text.utf8.contains(UInt8(ascii: ":")) else { return (source, []) }
    var text: [UInt8] = []
    var lines: [MetaLine] = []
    for line in source.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let start = text.count
      if let meta = Substring(line).drop(while: { $0 == " " || $0 == "\t" }).nonempty, meta.isMeta {
        let words = meta.dropFirst().split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" }).map(String.init)
        lines.append(
          MetaLine(place: Place(source, SourceRange(start, start + line.count)), words: words))
        text += [UInt8](repeating: UInt8(ascii: " "), count: line.count)
      } else {
        text += line
      }
      text.append(UInt8(ascii: "\n"))
    }
    if lines.isEmpty { return (source, []) }
    text.removeLast()
    return (Source(name: source.name, text: String(decoding: text, as: UTF8.self)), lines)
  }

  /// Changes a setting; the other meta commands belong to the prompt.
  func run(_ session: Session) throws(Diagnostic) {
    do throws(Complaint) {
      guard words.first == "set" else {
        throw Complaint("not-in-scripts", "':\(words.first ?? "")' belongs to the prompt; a script can ':set'")
      }
      guard words.count == 3 else {
        throw Complaint("wrong-setting", "':set' needs the name of a setting and its value")
      }
      try session.settings.set(words[1], to: words[2])
    } catch {
      throw error.at(place)
    }
  }
}

extension Substring {
  fileprivate var nonempty: Substring? { isEmpty ? nil : self }

  /// A colon and a letter: no statement begins so.
  fileprivate var isMeta: Bool {
    guard first == ":", let second = dropFirst().first else { return false }
    return second.isLetter
  }
}
