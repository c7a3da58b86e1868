// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// A call as the user wrote it, for messages.
struct WrittenCall: Sendable {
  struct Argument: Sendable {
    let name: String?
    /// The source of the value.
    let value: String

    /// The source of the argument with its name.
    var text: String { (name.map { "\($0): " } ?? "") + value }
  }

  let name: String
  let arguments: [Argument]

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

  /// The names of the arguments, or nil for positional ones.
  var names: [String?] { arguments.map(\.name) }

  /// The source of a call of another function with the same arguments.
  func text(as function: String) -> String { "\(function)(\(arguments.map(\.text).joined(separator: ", ")))" }

  /// Whether the first argument may be an object rather than a setting, such as the parameters that PyTorch passes to an
  /// optimizer.
  var beginsWithObject: Bool { arguments.first.map { $0.name == nil && $0.value.first?.isNumber == false } ?? false }
}
