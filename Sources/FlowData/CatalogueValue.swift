// SPDX-License-Identifier: GPL-3.0-or-later

/// A value made by an entry of a catalogue: an activation, an initializer, a loss, an optimizer.
///
/// Two values are equal if they have the same name and arguments, because names are unique in a catalogue.
public protocol CatalogueValue: Equatable, Sendable {
  /// The name in the language.
  var name: String { get }
  /// The values of the entry's parameters, in order.
  var arguments: [Double] { get }
}

extension CatalogueValue {
  public static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.arguments == right.arguments
  }

  /// Returns whether both values are made by the same entry, perhaps with different arguments.
  public func isOfKind(_ other: Self) -> Bool { name == other.name }
}
