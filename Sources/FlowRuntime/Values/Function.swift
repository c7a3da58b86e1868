// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// A function defined in the language, with the scope that it was defined in.
package final class Function: Sendable {
  /// The declared name, or nil for a function literal.
  package let name: String?
  /// The parameters and the body.
  package let literal: FunctionLiteral
  /// The source that contains the function.
  package let source: Source
  let scope: Scope
  let formals: Formals

  init(name: String?, literal: FunctionLiteral, source: Source, scope: Scope) {
    self.name = name
    self.literal = literal
    self.source = source
    self.scope = scope
    formals = Formals(literal, name: name)
  }

  /// The source of the function, from `fn` to the end of its body.
  package var text: String { source.text(in: literal.range) }

  /// The call syntax, such as `ratio(n, act)` or `fn(x)`.
  package var signature: String { literal.signature(name: name, in: source) }
}

extension Value {
  /// The overloads of a function. Empty if the value is not a function.
  var callables: [Callable] {
    switch self {
    case .function(let function): [Callable(formals: function.formals, signature: function.signature)]
    case .builtin(let overloads): overloads.callables
    default: []
    }
  }
}

extension FunctionLiteral {
  /// Returns the call syntax of a function with the given name, or of a literal if that is nil. `source` contains the
  /// literal.
  func signature(name: String?, in source: Source) -> String {
    let parameters = parameters.map { parameter in
      guard let standard = parameter.standard else { return parameter.name.text }
      return "\(parameter.name.text): \(Place(source, standard.range).text)"
    }
    return "\(name ?? "fn")(\(parameters.joined(separator: ", ")))"
  }
}
