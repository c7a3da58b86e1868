// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The shape and the parameters of a row of the flow table.
struct RowParameters<E: Element> {
  /// The number of the row, counted from 1 at the input.
  let layer: Int
  let inputs: Int
  let outputs: Int
  /// The activation after the affine part, or nil if there is none.
  let ownActivation: Activation?
  let weight: Parameter<E>
  /// The parameters of the affine part, and then those of the normalisation.
  let all: [Parameter<E>]

  /// The activation after the affine part, or the identity if there is none.
  var activation: Activation { ownActivation ?? .identity }

  /// The biases of the affine part, or nil if there are none.
  var bias: Parameter<E>? { parameter(.bias) }

  /// Returns the parameter of a kind, or nil if the row has none.
  func parameter(_ kind: ParameterKind) -> Parameter<E>? { all.first { $0.kind == kind } }
}

extension Engine {
  /// Returns a row of the flow table, counted from 1.
  func row(_ layer: Int) -> RowParameters<E> {
    let row = graph.rows[layer - 1]
    let node = graph.nodes[row.node]
    let own = node.parameters.map { parameters[$0] }
    return RowParameters(
      layer: layer, inputs: graph.shape(node.inputs[0]).units, outputs: node.outline.output.units,
      ownActivation: graph.activation(ofRow: layer), weight: own[row.weight],
      all: own + (row.norm.map { graph.nodes[$0.node].parameters.map { parameters[$0] } } ?? []))
  }
}
