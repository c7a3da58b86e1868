// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import OrderedCollections

/// A family of named choices, such as the activations.
package struct Family: Hashable, Sendable {
  /// The noun in the singular, such as `activation`; also the type's name in the language.
  package let name: String

  /// A family of that name.
  package init(_ name: String) { self.name = name }
}

/// One of the named choices of a family, such as `leaky_relu(0.2)`, with what it stands for in the engine.
package struct Choice: DomainObject {
  /// The family it belongs to.
  package let family: Family
  /// The name in the language.
  package let name: String
  /// The arguments by name, in the order of the signature.
  package let arguments: Record
  /// True where every argument has its default.
  package let isStandard: Bool
  /// What the engine understands: an activation, an optimizer...
  package let product: any Sendable

  /// A choice with its arguments and what they make.
  package init(
    family: Family, name: String, arguments: Record = [:], isStandard: Bool = true, product: any Sendable
  ) {
    self.family = family
    self.name = name
    self.arguments = arguments
    self.isStandard = isStandard
    self.product = product
  }

  /// The family's name.
  package var typeName: String { family.name }
  /// The name, then the arguments.
  package var fieldNames: [String] { ["name"] + arguments.keys.filter { $0 != "name" } }
  /// The name, or an argument.
  package func field(_ name: String) -> Value? { name == "name" ? .string(self.name) : arguments[name] }

  /// Source that makes the same choice.
  package var summary: String {
    isStandard ? name : "\(name)(\(arguments.values.map(\.source).joined(separator: ", ")))"
  }

  /// Whether it is the same choice with the same arguments.
  package func isEqual(to other: any DomainObject) -> Bool {
    guard let other = other as? Choice else { return false }
    return family == other.family && name == other.name && areEqual(.record(arguments), .record(other.arguments))
  }
}
