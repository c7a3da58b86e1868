// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Writes calls of builtins as source code. It leaves out arguments that equal their defaults.
package struct CallWriter {
  /// An argument of a call.
  package struct Argument {
    /// The name of the parameter.
    let name: String
    let value: Value
    /// The value as source code.
    let source: String
    /// The default, if a setting replaces that of the parameter.
    let setting: Value?

    package init(_ name: String, _ value: Value, source: String? = nil, setting: Value? = nil) {
      self.name = name
      self.value = value
      self.source = source ?? value.source
      self.setting = setting
    }
  }

  private let evaluator: Evaluator

  /// Creates a writer for the builtins of a running program.
  package init(_ evaluator: Evaluator) { self.evaluator = evaluator }

  /// Creates a writer for the builtins of a registry.
  package init(_ registry: Registry) {
    evaluator = Evaluator(
      session: Session(host: .silent), registry: registry, random: RandomState(),
      stack: StackBounds(size: StackBounds.smallest))
  }

  /// Returns the source of a call.
  ///
  /// Arguments are written in the order of the signature. Those of required parameters are written without a label, and
  /// so are those of the rest parameter.
  ///
  /// - Parameters:
  ///   - name: The name of a builtin without overloads.
  ///   - arguments: One argument for each required parameter, and for the optional parameters that may differ from their
  ///     defaults.
  ///   - rest: The arguments of the rest parameter as source code.
  package func call(_ name: String, _ arguments: [Argument], rest: [String] = []) -> String {
    guard let builtin = evaluator.registry[name]?.entries.first else {
      preconditionFailure("there is no builtin \(name)")
    }
    var parts: [String] = []
    let scope = Scope()
    for parameter in builtin.parameters {
      if parameter.isRest { parts += rest }
      guard let argument = arguments.first(where: { $0.name == parameter.name }) else { continue }
      if parameter.standard == nil {
        parts.append(argument.source)
      } else if !isDefault(argument, of: parameter, in: builtin, scope) {
        parts.append(parameter.omitsLabel ? argument.source : "\(parameter.name): \(argument.source)")
      }
      scope.set(parameter.name, to: argument.value)
    }
    return "\(name)(\(parts.joined(separator: ", ")))"
  }

  private func isDefault(_ argument: Argument, of parameter: Parameter, in builtin: Builtin, _ scope: Scope) -> Bool {
    if let setting = argument.setting { return areEqual(setting, argument.value) }
    guard let standard = try? evaluator.standard(parameter, of: builtin, scope, at: .nowhere) else { return false }
    return areEqual(standard.value, argument.value)
  }
}

extension Call {
  /// Returns a call of a builtin without arguments, to read the defaults of its parameters. Required parameters have no
  /// value.
  ///
  /// - Parameter first: The name of the first parameter, if the builtin has overloads.
  package func defaults(of name: String, for first: String? = nil) throws(Diagnostic) -> Call {
    let builtins = evaluator.registry[name]?.entries ?? []
    guard let builtin = builtins.first(where: { first == nil || $0.parameters[0].name == first }) else {
      preconditionFailure("there is no builtin \(name)")
    }
    let scope = Scope()
    var arguments: [BoundArgument] = []
    for parameter in builtin.parameters {
      guard parameter.standard != nil else {
        arguments.append(BoundArgument(value: .none, place: place, expression: nil, scope: nil, isGiven: false))
        continue
      }
      let argument = try evaluator.standard(parameter, of: builtin, scope, at: place)
      scope.set(parameter.name, to: argument.value)
      arguments.append(argument)
    }
    return Call(
      builtin: builtin, evaluator: evaluator, place: place, arguments: arguments, restArguments: [], extraArguments: [])
  }
}
