// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// A call as the user wrote it, for messages.
struct WrittenCall: Sendable {
  struct Argument: Sendable {
    let name: String?
    /// The source of the value.
    let value: String

    /// The source of the argument with its name.
    var text: String { (name.map { "\(nameCode($0) ?? $0): " } ?? "") + value }
  }

  let name: String
  private(set) var arguments: [Argument]
  /// Whether a name in the arguments may be a column of a table.
  var seesColumns = false

  init(_ name: String, _ arguments: [Argument]) {
    self.name = name
    self.arguments = arguments
  }

  /// Creates the call of a function, or of a method with the source of its object as the first argument.
  init(_ name: String, _ arguments: [FlowLanguage.Argument], in source: Source, on object: String? = nil) {
    let first = object.map { [Argument(name: nil, value: $0)] } ?? []
    self.init(name, first + arguments.map { Argument(name: $0.name?.text, value: source.text(in: $0.value.range)) })
  }

  /// Creates a call with arguments that have been written in a source.
  init(_ name: String, _ actuals: [Actual], in source: Source) {
    self.init(name, actuals.map { Argument(name: $0.name?.text, value: source.text(in: $0.range)) })
  }

  /// Creates the call that fills a format with a value, or with the elements of a list.
  init(formatting format: String, _ value: String) {
    let values = WrittenCall("", [Argument(name: nil, value: value)]).elements ?? value
    self.init("", ([format] + values.components(separatedByTopLevel: ",")).map { Argument(name: nil, value: $0) })
  }

  /// The names of the arguments, or nil for positional ones.
  var names: [String?] { arguments.map(\.name) }

  /// The source of a call of another function with the same arguments.
  func text(as function: String) -> String { "\(function)(\(arguments.map(\.text).joined(separator: ", ")))" }

  /// Returns the call without the given named arguments.
  func without(_ names: Set<String>) -> WrittenCall {
    var call = self
    call.arguments.removeAll { argument in argument.name.map(names.contains) ?? false }
    return call
  }

  /// Whether the first argument is a string.
  var beginsWithString: Bool { arguments.first.map { $0.name == nil && $0.value.hasPrefix("\"") } ?? false }

  /// Whether the first argument is the result of a pipe.
  var beginsWithPipe: Bool { arguments.first.map { $0.name == nil && $0.value.contains("|>") } ?? false }

  /// Whether the first argument is a number.
  var beginsWithNumber: Bool {
    arguments.first.map { $0.name == nil && ($0.value.first?.isNumber == true || $0.value.hasPrefix("-")) } ?? false
  }

  /// Whether the first argument is the name of a variable, which may be a table.
  var beginsWithVariable: Bool {
    !seesColumns
      && arguments.first.map { $0.name == nil && $0.value.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } }
        ?? false
      && !beginsWithNumber
  }

  /// Whether the first argument is a list, written here, that contains no lists.
  var beginsWithFlatList: Bool {
    arguments.first.map { $0.value.hasPrefix("[") && !$0.value.dropFirst().contains("[") } ?? false
  }

  /// Whether all arguments but the first are numbers, strings or truth values.
  var endsWithLiterals: Bool {
    arguments.dropFirst().allSatisfy { argument in
      guard let first = argument.value.first else { return false }
      return argument.name == nil
        && (first.isNumber || "\"-.".contains(first) || ["true", "false", "none"].contains(argument.value))
    }
  }

  /// Whether the first argument may be an object rather than a setting, such as the parameters that PyTorch passes to an
  /// optimizer.
  var beginsWithObject: Bool { arguments.first.map { $0.name == nil && $0.value.first?.isNumber == false } ?? false }
}

extension String {
  /// Returns the trimmed parts between the separators that are outside of brackets and strings.
  fileprivate func components(separatedByTopLevel separator: Character) -> [String] {
    var parts = [""]
    var (depth, isQuoted) = (0, false)
    for character in self {
      if character == "\"" { isQuoted.toggle() }
      if !isQuoted { depth += "([{".contains(character) ? 1 : ")]}".contains(character) ? -1 : 0 }
      if character == separator, depth == 0, !isQuoted {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map(\.trimmed)
  }
}
