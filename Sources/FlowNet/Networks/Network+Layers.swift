// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Shape and activation of one dense layer.
public struct LayerInfo: Sendable {
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// What follows the affine part.
  public let activation: Activation
  /// Units that go in.
  public let inputs: Int
  /// Units that come out.
  public let outputs: Int
  /// The parameters the layer has.
  public let parameters: [ParameterKind]
}

extension Network {
  /// The i-th dense layer, counted from 1 at the input.
  public func layer(_ index: Int) -> LayerInfo {
    func info(_ engine: some CompiledNetwork) -> LayerInfo {
      let tap = engine.typed.taps[index - 1]
      return LayerInfo(
        layer: index, activation: tap.activation?.activation ?? .identity, inputs: tap.affine.inputs,
        outputs: tap.affine.outputs, parameters: tap.parameters.map(\.kind))
    }
    return info(engine)
  }

  /// The numbers of a parameter of a dense layer: outputs × inputs row by row for a weight. Nil if there is none.
  public func numbers(layer: Int, _ kind: ParameterKind) -> [Double]? {
    func read(_ engine: some CompiledNetwork) -> [Double]? {
      engine.typed.taps[layer - 1].parameter(kind).map { $0.numbers($0.values) }
    }
    return read(engine)
  }

  /// Sets the numbers of a parameter of a dense layer, in the same order, and makes them its initial values; the count
  /// must fit.
  public func assign(layer: Int, _ kind: ParameterKind, _ numbers: [Double]) {
    func assign(_ engine: some CompiledNetwork) { engine.typed.taps[layer - 1].parameter(kind)?.start(from: numbers) }
    assign(engine)
    if kind == .weight { uncalibrated.remove(layer) }
  }
}
