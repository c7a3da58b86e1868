// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The shape, activation and parameters of a dense layer.
public struct LayerInfo: Sendable {
  /// The number of the layer, counted from 1 at the input.
  public let layer: Int
  /// The activation after the affine part, or the identity if there is none.
  public let activation: Activation
  public let inputs: Int
  public let outputs: Int
  /// The kinds of parameters of the layer.
  public let parameters: [ParameterKind]
}

extension Network {
  /// Returns information about a dense layer, counted from 1 at the input.
  public func layer(_ index: Int) -> LayerInfo {
    func info(_ engine: some CompiledNetwork) -> LayerInfo {
      let row = engine.typed.row(index)
      return LayerInfo(
        layer: index, activation: row.activation, inputs: row.inputs, outputs: row.outputs,
        parameters: row.all.map(\.kind))
    }
    return info(engine)
  }

  /// Returns the values of a parameter of a dense layer, with a weight as outputs × inputs, row by row. Returns nil if
  /// the layer has no such parameter.
  public func numbers(layer: Int, _ kind: ParameterKind) -> [Double]? {
    func read(_ engine: some CompiledNetwork) -> [Double]? {
      engine.typed.row(layer).parameter(kind).map { $0.numbers($0.values) }
    }
    return read(engine)
  }

  /// Returns some values of a parameter of a dense layer: those of the given outputs and, for a weight, inputs, output by
  /// output, counted from 0. Returns nil if the layer has no such parameter, or not a value for each of them.
  package func numbers(layer: Int, _ kind: ParameterKind, outputs: [Int], inputs: [Int]) -> [Double]? {
    func read(_ engine: some CompiledNetwork) -> [Double]? {
      guard let parameter = engine.typed.row(layer).parameter(kind) else { return nil }
      guard outputs.allSatisfy({ $0 < parameter.columns }), inputs.allSatisfy({ $0 < parameter.rows }) else {
        return nil
      }
      return outputs.flatMap { output in inputs.map { Double(parameter.values[$0, output]) } }
    }
    return read(engine)
  }

  /// Returns the number of values of a parameter of a dense layer; nil if the layer has no such parameter.
  package func count(layer: Int, _ kind: ParameterKind) -> Int? {
    func read(_ engine: some CompiledNetwork) -> Int? {
      engine.typed.row(layer).parameter(kind).map { $0.rows * $0.columns }
    }
    return read(engine)
  }

  /// Sets the values of a parameter of a dense layer, in the order of `numbers(layer:_:)`, and makes them its initial
  /// values. The count must match.
  public func assign(layer: Int, _ kind: ParameterKind, _ numbers: [Double]) {
    func assign(_ engine: some CompiledNetwork) { engine.typed.row(layer).parameter(kind)?.start(from: numbers) }
    assign(engine)
    assigned.insert(kind)
    if kind == .weight { uncalibrated.remove(layer) }
  }
}
