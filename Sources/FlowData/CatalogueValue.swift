// SPDX-License-Identifier: GPL-3.0-or-later

/// A value made by an entry of a catalogue: an activation, an initializer, a loss, an optimizer.
///
/// Two values are equal if they have the same name and arguments, because names are unique in a catalogue.
public protocol CatalogueValue: Equatable, Sendable {
  /// The name in the language.
  var name: String { get }
  /// The values of the entry's parameters, in order.
  var arguments: [Double] { get }
  /// Every entry, in the order of the manual.
  static var catalogue: [Recipe<Self>] { get }
  /// The entry that made the value.
  var recipe: Recipe<Self> { get }
}

extension CatalogueValue {
  public static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.arguments == right.arguments
  }

  /// Returns whether both values are made by the same entry, perhaps with different arguments.
  public func isOfKind(_ other: Self) -> Bool { name == other.name }

  /// Returns the value of the entry with the given name and the given or the default arguments.
  public static func named(_ name: String, _ arguments: [Double]? = nil) -> Self? {
    catalogue.first { $0.name == name }.map { recipe in arguments.map(recipe.make) ?? recipe.default }
  }

  /// The entry of the catalogue with the value's name.
  public var recipe: Recipe<Self> {
    guard let recipe = Self.catalogue.first(where: { $0.name == name }) else {
      preconditionFailure("\(name) is not in the catalogue")
    }
    return recipe
  }
}
