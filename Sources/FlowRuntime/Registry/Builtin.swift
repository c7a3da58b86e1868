// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// A function of the program's own, declared once.
///
/// From this declaration come argument checking with a message per argument, the help page, the signature line,
/// completion by position, suggestions for misspelt names, the section of the grammar, and an example that a test
/// runs. To add a builtin, add one entry to the list of its file.
package struct Builtin: Sendable {
  /// The name in the language, in snake_case.
  package let name: String
  /// Where it stands in the reference.
  package let group: Group
  /// One sentence with a full stop.
  package let summary: String
  /// In positional order.
  package let parameters: [Parameter]
  /// What further named arguments stand for, if any may follow: `record(a: 1, b: 2)`.
  package let extra: Extra?
  /// What it gives, such as `a table with a row per layer`.
  package let result: String
  /// The columns of the table it gives, as far as they are always the same.
  package let columns: [Gloss]
  /// Source that runs as it stands.
  package let example: String
  /// Names of other builtins.
  package let seeAlso: [String]
  /// The family in which it makes a choice; its bare name then is the choice with every default.
  package let family: Family?
  /// The formula, or the paper it comes from, if it is one of a catalogue.
  package let source: String?
  /// Whether a call that is asked to stop returns what it has so far, and not an error.
  package let keepsPartialResult: Bool
  /// Computes the value from checked arguments.
  package let body: @Sendable (Call) throws(Diagnostic) -> Value

  /// Declares a builtin.
  package init(
    _ name: String, _ summary: String, in group: Group, _ parameters: [Parameter] = [], extra: Extra? = nil,
    gives result: String, columns: [Gloss] = [], example: String, seeAlso: [String] = [], family: Family? = nil,
    source: String? = nil, keepsPartialResult: Bool = false,
    body: @escaping @Sendable (Call) throws(Diagnostic) -> Value
  ) {
    self.name = name
    self.summary = summary
    self.group = group
    self.parameters = parameters
    self.extra = extra
    self.result = result
    self.columns = columns
    self.example = example
    self.seeAlso = seeAlso
    self.family = family
    self.source = source
    self.keepsPartialResult = keepsPartialResult
    self.body = body
  }

  /// The chapters of the reference, in their order there.
  package enum Group: String, Sendable, CaseIterable {
    case networks = "Networks"
    case activations = "Activations"
    case initializers = "Initializers"
    case layers = "Layers"
    case losses = "Losses"
    case optimizers = "Optimizers"
    case training = "Training"
    case data = "Data"
    case flow = "Gradient flow"
    case formats = "Number formats"
    case theory = "Theory"
    case remedies = "Remedies"
    case plots = "Plots"
    case tables = "Tables"
    case lists = "Lists"
    case numbers = "Numbers"
    case statistics = "Statistics"
    case strings = "Strings"
    case output = "Output and files"
    case session = "Session"
  }

  /// Named arguments beyond the parameters.
  package struct Extra: Sendable {
    /// How the signature shows them, such as `column: values`.
    package let form: String
    /// A phrase without a full stop.
    package let summary: String
    /// How they see the columns of the table.
    package let masking: Masking
    /// What they may be.
    package let type: ParameterType
    /// The parameter that takes a function whose parameters these arguments are: their names must be its, and none that
    /// needs a value may be left out. Without one any name will do.
    package let function: String?

    /// Declares that further named arguments may follow.
    package init(
      _ form: String, _ type: ParameterType = .any, masking: Masking = .none, of function: String? = nil,
      _ summary: String
    ) {
      self.form = form
      self.type = type
      self.masking = masking
      self.function = function
      self.summary = summary
    }
  }
}

/// How an argument sees the columns of the table that is the builtin's first argument.
package enum Masking: Sendable {
  /// It does not.
  case none
  /// The columns are names, before the variables; evaluated once, element by element.
  case rows
  /// As `rows`, but the body evaluates it itself, for each group of rows.
  case groups
}

/// A parameter of a builtin.
package struct Parameter: Sendable {
  /// The name in the language, in snake_case.
  package let name: String
  /// What the argument may be.
  package let type: ParameterType
  /// The default as source text; it may name the parameters before it. A parameter without one must be given.
  package let standard: String?
  /// A phrase without a full stop.
  package let summary: String
  /// How it sees the columns of the table.
  package let masking: Masking
  /// True if it takes all the positional arguments that are left.
  package let isRest: Bool
  /// A note for the error about an argument of another type: what people try here, and what to write instead.
  package let advice: String?

  /// Declares a parameter.
  package init(
    _ name: String, _ type: ParameterType, default standard: String? = nil, masking: Masking = .none,
    rest isRest: Bool = false, _ summary: String, advice: String? = nil
  ) {
    self.name = name
    self.advice = advice
    self.type = type
    self.standard = standard
    self.summary = summary
    self.masking = masking
    self.isRest = isRest
  }
}

extension Builtin {
  /// How it is called, on one line. A default that is another parameter's value is left to the help page.
  package var signature: String {
    let names = parameters.map(\.name)
    var parts = parameters.map { parameter in
      if parameter.isRest { return "\(parameter.name), ..." }
      guard let standard = parameter.standard else { return parameter.name }
      return names.contains(standard) ? "\(parameter.name):" : "\(parameter.name): \(standard)"
    }
    if let extra { parts.append("\(extra.form), ...") }
    return "\(name)(\(parts.joined(separator: ", ")))"
  }

  var formals: Formals { Formals(self) }

  /// Whether it can be called without arguments.
  var needsNothing: Bool { parameters.allSatisfy { $0.standard != nil || $0.isRest } }
}

/// The builtins of one name; the first argument decides which of them a call means.
package struct Overloads: Sendable {
  /// The name they share.
  package let name: String
  /// At least one, told apart by the first argument.
  package let entries: [Builtin]

  /// How each of them is called.
  var callables: [Callable] { entries.map { Callable(formals: $0.formals, signature: $0.signature) } }

  /// How it is called; a name that is a choice as well, such as `tanh`, stands for itself.
  var summary: String {
    entries.contains { $0.family != nil } ? name : entries.map(\.signature).joined(separator: "\n")
  }
}
