// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import OrderedCollections

/// A family of named choices, such as the activations.
public struct Family: Hashable, Sendable {
  /// The noun in the singular, such as `activation`; also the type's name in the language.
  public let name: String

  public init(_ name: String) { self.name = name }
}

/// One of the named choices of a family, such as `leaky_relu(0.2)`, with what it stands for in the engine.
public struct Choice: DomainObject {
  public let family: Family
  public let name: String
  /// The arguments by name, in the order of the signature.
  public let arguments: Record
  /// True where every argument has its default.
  public let isStandard: Bool
  /// What the engine understands: an activation, an optimizer...
  public let product: any Sendable

  public init(
    family: Family, name: String, arguments: Record = [:], isStandard: Bool = true, product: any Sendable
  ) {
    self.family = family
    self.name = name
    self.arguments = arguments
    self.isStandard = isStandard
    self.product = product
  }

  public var typeName: String { family.name }
  public var fieldNames: [String] { ["name"] + arguments.keys.filter { $0 != "name" } }
  public func field(_ name: String) -> Value? { name == "name" ? .string(self.name) : arguments[name] }

  /// Source that makes the same choice.
  public var summary: String {
    isStandard ? name : "\(name)(\(arguments.values.map(\.source).joined(separator: ", ")))"
  }

  public func isEqual(to other: any DomainObject) -> Bool {
    guard let other = other as? Choice else { return false }
    return family == other.family && name == other.name && areEqual(.record(arguments), .record(other.arguments))
  }
}
