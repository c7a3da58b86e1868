// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The declaration of a built-in function.
///
/// It is the source of argument checking, the help page, the signature, completion, suggestions for misspelt names, the
/// section in grammar.md and an example that a test runs. To add a builtin, add an entry to the list in its file.
package struct Builtin: Sendable {
  /// The name in the language, in snake_case.
  package let name: String
  /// The chapter of the reference.
  package let group: Group
  /// One sentence with a full stop.
  package let summary: String
  /// The parameters in positional order.
  package let parameters: [Parameter]
  /// The named arguments accepted in addition to the parameters, as in `record(a: 1, b: 2)`, or nil.
  package let extra: Extra?
  /// The result as a phrase that completes "Returns", such as `a table with a row per layer`.
  package let result: String
  /// The columns of the returned table, if they are always the same.
  package let columns: [Gloss]
  /// Source code that runs on its own.
  package let example: String
  /// The names of related builtins.
  package let seeAlso: [String]
  /// The family of choices that the builtin belongs to, or nil. The bare name of such a builtin is the choice with all
  /// defaults.
  package let family: Family?
  /// The formula or the paper, for an entry of a catalogue.
  package let source: String?
  /// Whether an interrupted call returns its partial result instead of failing.
  package let keepsPartialResult: Bool
  /// Computes the result from checked arguments.
  package let body: @Sendable (Call) throws(Diagnostic) -> Value

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

  /// The chapters of the reference, in order.
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

  /// The named arguments that a builtin accepts in addition to its parameters.
  package struct Extra: Sendable {
    /// How the signature shows these arguments, such as `column: values`.
    package let form: String
    /// A phrase without a full stop.
    package let summary: String
    package let masking: Masking
    package let type: ParameterType
    /// The parameter that holds a function to which these arguments are passed. Their names must be parameters of that
    /// function and must include all its required ones. If nil, any name is accepted.
    package let function: String?

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

/// Whether an argument can refer to the columns of the table in the first argument by name.
package enum Masking: Sendable {
  /// Column names are not visible.
  case none
  /// Columns are visible as lists and hide variables of the same name. The argument is evaluated once.
  case rows
  /// Like `rows`, but the body of the builtin evaluates the argument, once for each group of rows.
  case groups
}

/// A parameter of a builtin.
package struct Parameter: Sendable {
  /// The name in the language, in snake_case.
  package let name: String
  /// The accepted values.
  package let type: ParameterType
  /// The default as source code, which may use the preceding parameters. If nil, the argument is required.
  package let standard: String?
  /// A phrase without a full stop.
  package let summary: String
  package let masking: Masking
  /// Whether the parameter takes all remaining positional arguments.
  package let isRest: Bool
  /// Whether strings in the argument name columns of the file in the first argument.
  package let namesFileColumns: Bool
  /// Whether the argument is the path of a file.
  package let isPath: Bool
  /// Whether code that the program writes passes the argument by position, although the parameter is optional.
  package let omitsLabel: Bool
  /// A note for the error about an argument of the wrong type. It names a common mistake and what to write instead.
  package let advice: String?

  package init(
    _ name: String, _ type: ParameterType, default standard: String? = nil, masking: Masking = .none,
    rest isRest: Bool = false, omitsLabel: Bool = false, namesFileColumns: Bool = false,
    isPath: Bool = false, _ summary: String, advice: String? = nil
  ) {
    self.name = name
    self.omitsLabel = omitsLabel
    self.namesFileColumns = namesFileColumns
    self.isPath = isPath
    self.advice = advice
    self.type = type
    self.standard = standard
    self.summary = summary
    self.masking = masking
    self.isRest = isRest
  }
}

extension Parameter {
  /// Whether strings in the argument name columns of a table or of a file.
  var namesColumns: Bool { namesFileColumns || type.namesColumns }
}

extension Builtin {
  /// The call syntax on one line. It leaves out a default that is the value of another parameter.
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

  var formals: Formals {
    let list = parameters.map { parameter in
      Formals.Formal(
        name: parameter.name, isRequired: parameter.standard == nil && !parameter.isRest, isRest: parameter.isRest)
    }
    return Formals(owner: name, list, takesExtra: extra != nil)
  }

  /// Whether the builtin can be called without arguments.
  var needsNothing: Bool { parameters.allSatisfy { $0.standard != nil || $0.isRest } }
}

/// The builtins that share a name. The first argument of a call selects one of them.
package struct Overloads: Sendable {
  /// The shared name.
  package let name: String
  /// One or more builtins that differ in the type of the first parameter.
  package let entries: [Builtin]

  var callables: [Callable] { entries.map { Callable(formals: $0.formals, signature: $0.signature) } }

  /// The signatures, or just the name if it is also a choice, such as `tanh`.
  var summary: String {
    entries.contains { $0.family != nil } ? name : entries.map(\.signature).joined(separator: "\n")
  }
}
