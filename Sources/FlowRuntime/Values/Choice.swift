// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import OrderedCollections

/// A family of named choices, such as the activations.
package struct Family: Hashable, Sendable {
  /// A noun in the singular, such as `activation`. It is also the name of the type in the language.
  package let name: String

  package init(_ name: String) { self.name = name }
}

/// One of the named choices of a family, such as `leaky_relu(0.2)`, with the engine's representation of it.
package struct Choice: DomainObject {
  package let family: Family
  /// The name in the language.
  package let name: String
  /// The arguments by name, in the order of the signature.
  package let arguments: Record
  /// Whether every argument has its default value.
  package let isStandard: Bool
  /// The engine's representation, such as an activation or an optimizer.
  package let product: any Sendable
  /// Source code for the same choice.
  package let summary: String

  /// Creates a choice. Unless `source` is given, its source is a call with all arguments in order, or the name alone if
  /// they are the default ones.
  package init(
    family: Family, name: String, arguments: Record = [:], isStandard: Bool = true, product: any Sendable,
    source: String? = nil
  ) {
    self.family = family
    self.name = name
    self.arguments = arguments
    self.isStandard = isStandard
    self.product = product
    summary =
      isStandard
      ? name : source ?? "\(name)(\(arguments.values.map(\.source).joined(separator: ", ")))"
  }

  package var typeName: String { family.name }
  package var fieldNames: [String] { ["name"] + arguments.keys.filter { $0 != "name" } }
  package func field(_ name: String) -> Value? { name == "name" ? .string(self.name) : arguments[name] }

  package func isEqual(to other: any DomainObject) -> Bool {
    guard let other = other as? Choice else { return false }
    return family == other.family && name == other.name && areEqual(.record(arguments), .record(other.arguments))
  }
}
