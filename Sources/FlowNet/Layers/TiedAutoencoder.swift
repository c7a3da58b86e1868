// SPDX-License-Identifier: GPL-3.0-or-later

/// An encoder, and a linear decoder that uses the transposed weights of the encoder; Vincent and others 2008.
struct TiedAutoencoder: Layer {
  let encoder: Dense
  /// The layers after the affine part of the encoder: its normalisation, if it has one, and its activation.
  let code: [any Layer]

  var kind: String { "tied autoencoder" }
  var sequenceRole: SequenceRole { .other }
  var children: [any Layer] { [encoder] + code }

  func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    let encoded = try encoder.append(to: &graph, input)
    let weight = graph.parameters(of: encoded)[0]
    let output = try graph.append(code, encoded)
    return try graph.append(
      Affine(units: input.shape.units, weights: encoder.weights, bias: .zeros, isTransposed: true),
      reading: NonEmpty(output), sharing: [weight])
  }
}
