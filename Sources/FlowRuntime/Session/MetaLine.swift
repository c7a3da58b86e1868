// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// A line of a script that is a command to the interpreter, such as `:set format csv`.
///
/// It is recognized where a statement could begin at the top level, but not inside a string, brackets or a block.
struct MetaLine {
  let place: Place
  /// The words after the colon.
  let words: [String]

  /// Extracts these lines from a source. They are replaced with spaces so that offsets stay valid.
  static func split(_ source: Source) -> (text: Source, lines: [MetaLine]) {
    guard source.text.utf8.contains(UInt8(ascii: ":")) else { return (source, []) }
    var scanner = StatementScanner(source)
    var text: [UInt8] = []
    var lines: [MetaLine] = []
    for line in source.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let start = text.count
      if let meta = Substring(line).drop(while: \.isBlank).nonempty, meta.isMeta, scanner.isBetweenStatements(at: start)
      {
        let command = meta.dropFirst().prefix { $0 != "#" && $0 != ";" }
        let words = command.split(whereSeparator: \.isBlank).map(String.init)
        lines.append(MetaLine(place: Place(source, SourceRange(start, start + line.count)), words: words))
        scanner.skip(to: start + line.count)
        text += [UInt8](repeating: UInt8(ascii: " "), count: line.count)
      } else {
        text += line
      }
      text.append(UInt8(ascii: "\n"))
    }
    if lines.isEmpty { return (source, []) }
    text.removeLast()
    let rest = Source(name: source.name, text: String(decoding: text, as: UTF8.self), folder: source.folder)
    return (rest, lines)
  }

  /// The text after the first word.
  private var argument: String { place.text.trimmed.dropFirst().drop { !$0.isBlank }.description.trimmed }

  /// The names after the first word, which commas may separate.
  private var names: [String] { words.dropFirst().flatMap { $0.split(separator: ",").map(String.init) } }

  /// Executes the command.
  func run(_ session: Session) throws(Diagnostic) {
    do throws(Complaint) {
      switch words.first {
      case "cd": try session.changeFolder(try commandPath(argument))
      case "forget":
        try check()
        try session.forget(names)
      default: try change(&session.settings)
      }
    } catch {
      throw error.at(place)
    }
  }

  /// The error in the command, if any, which can be reported before the script runs.
  var fault: Diagnostic? {
    do throws(Complaint) {
      try check()
      return nil
    } catch {
      var fault = error.at(place)
      fault.phase = .syntax
      return fault
    }
  }

  private func check() throws(Complaint) {
    var settings = Settings()
    switch words.first {
    case "cd": _ = try commandPath(argument)
    case "forget":
      guard !names.isEmpty else { throw Complaint("missing-argument", "':forget' needs the name of a variable") }
    default: try change(&settings)
    }
  }

  /// Returns the statement that means the same as a command of the prompt, or nil.
  private func statement(for name: String) -> String? {
    switch name {
    case "help" where argument.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }: "help(\(argument))"
    case "help": "help(\"\(argument)\")"
    case "load" where !argument.isEmpty: "include \"\(argument)\""
    case "quit": "exit()"
    default: nil
    }
  }

  /// Applies a `:set` command. Scripts cannot use the commands that only make sense at the prompt.
  private func change(_ settings: inout Settings) throws(Complaint) {
    guard words.first == "set" else {
      let name = words.first ?? ""
      throw Complaint(
        "not-in-scripts", "':\(name)' works only at the prompt; scripts can use ':set', ':cd' and ':forget'",
        label: statement(for: name).map { "write \($0)" } ?? "")
    }
    guard words.count == 3 else {
      throw Complaint("wrong-setting", "':set' needs the name of a setting and its value")
    }
    try settings.set(words[1], to: words[2])
  }
}

extension Character {
  fileprivate var isBlank: Bool { self == " " || self == "\t" || self == "\r" }
}

extension Substring {
  fileprivate var nonempty: Substring? { isEmpty ? nil : self }

  /// Whether the text begins with a colon and a letter, which no statement does.
  fileprivate var isMeta: Bool {
    guard first == ":", let second = dropFirst().first else { return false }
    return second.isLetter
  }
}
