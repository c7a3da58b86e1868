// SPDX-License-Identifier: GPL-3.0-or-later

/// An argument that a layer was created with, under the name that its parameter has in the language.
public struct LayerArgument: Equatable, Sendable {
  public enum Value: Equatable, Sendable {
    case number(Double)
    case activation(Activation)
    case initializer(Initializer)
    case boolean(Bool)
  }

  public let name: String
  public let value: Value

  public init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// Returns whether two lists of layers have the same kinds and arguments, including their children.
func areSame(_ left: [any Layer], _ right: [any Layer]) -> Bool {
  left.count == right.count
    && zip(left, right).untilStopped.allSatisfy {
      $0.kind == $1.kind && $0.arguments == $1.arguments && areSame($0.children, $1.children)
    }
}
