// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A layer as the user describes it. It appends the nodes that compute it to the graph of a network.
///
/// A layer declares its own properties, so code that lists, changes or analyses networks does not need to distinguish
/// between layer types. What it computes is in the same file, or in a kernel that several layers share.
public protocol Layer: Sendable {
  /// The kind of layer, in one word.
  var kind: String { get }
  /// The arguments that the layer was created with, except for its children.
  var arguments: [LayerArgument] { get }
  /// The role of the layer in a list of layers.
  var sequenceRole: SequenceRole { get }
  /// The layers inside this one, in the order of the forward pass.
  var children: [any Layer] { get }
  /// The activation that the layer itself applies, or nil if it applies none.
  var ownActivation: Activation? { get }

  /// Appends the layer's nodes to a graph, and returns its output. Throws if the layer cannot accept the input.
  func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot

  /// Returns the layer with its children replaced.
  func with(children: [any Layer]) -> any Layer
  /// Returns the layer with its own activation and those of its children replaced. Layers without an activation do not
  /// change.
  func with(activation: Activation) -> any Layer
  /// Returns the layer with the initializers of weights and biases replaced, also in its children. Nil keeps an
  /// initializer.
  func with(weights: Initializer?, bias: Initializer?) -> any Layer
  /// Returns the layer with the branches of residual blocks multiplied by a factor.
  func with(branchScale: Double) -> any Layer
  /// Returns layers that compute the same as this one, but with `layer` inserted before its own activation, or at the
  /// end if it has none.
  func inserting(_ layer: any Layer) -> [any Layer]
}

/// The role of a layer in a list of layers, for code that changes or writes such lists.
public enum SequenceRole: Sendable {
  /// Multiplies by weights.
  case row
  /// Adds a shortcut around its children.
  case block
  /// Normalises.
  case norm
  /// Applies `ownActivation` and does nothing else. In source code, it is written as the activation.
  case activation
  /// Sets random units to 0 in training mode.
  case mask
  /// Any other role.
  case other
}

/// Defaults for a layer without arguments, children or an activation.
extension Layer {
  public var arguments: [LayerArgument] { [] }
  public var children: [any Layer] { [] }
  public var ownActivation: Activation? { nil }
  public func with(children: [any Layer]) -> any Layer { self }
  public func with(activation: Activation) -> any Layer {
    with(children: children.map { $0.with(activation: activation) })
  }
  public func with(weights: Initializer?, bias: Initializer?) -> any Layer {
    with(children: children.map { $0.with(weights: weights, bias: bias) })
  }
  public func with(branchScale: Double) -> any Layer {
    with(children: children.map { $0.with(branchScale: branchScale) })
  }
  public func inserting(_ layer: any Layer) -> [any Layer] { [self, layer] }
}

extension Layer {
  /// Returns the number of outputs for the given number of inputs. Throws if the layer cannot accept them.
  package func outputs(inputs: Int) throws(NetworkError) -> Int {
    var graph = GraphBuilder(input: Shape(units: inputs))
    return try append(to: &graph, graph.input).shape.units
  }

  /// Calls `read` with the layer and then with its children, and returns the first result that is not nil.
  package func first<Fact>(_ read: (any Layer) -> Fact?) -> Fact? { read(self) ?? children.first(read) }
}

extension [any Layer] {
  /// Calls `read` with the layers in order, including their children, and returns the first result that is not nil.
  package func first<Fact>(_ read: (any Layer) -> Fact?) -> Fact? {
    for layer in self {
      if let fact = layer.first(read) { return fact }
    }
    return nil
  }
}
