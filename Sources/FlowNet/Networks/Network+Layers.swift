// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
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
      let probe = engine.typed.probes[index - 1]
      return LayerInfo(
        layer: index, activation: probe.activation?.activation ?? .identity, inputs: probe.dense.inputs,
        outputs: probe.dense.outputs, parameters: probe.parameters.map(\.kind))
    }
    return info(engine)
  }

  /// The numbers of a parameter of a dense layer: outputs × inputs row by row for a weight. Nil if there is none.
  public func numbers(layer: Int, _ kind: ParameterKind) -> [Double]? {
    func read(_ engine: some CompiledNetwork) -> [Double]? {
      engine.typed.probes[layer - 1].parameter(kind).map { $0.numbers($0.values) }
    }
    return read(engine)
  }

  /// Sets the numbers of a parameter of a dense layer, in the same order, and makes them its initial values; the count
  /// must fit.
  public func assign(layer: Int, _ kind: ParameterKind, _ numbers: [Double]) {
    func assign(_ engine: some CompiledNetwork) { engine.typed.probes[layer - 1].parameter(kind)?.start(from: numbers) }
    assign(engine)
    if kind == .weight { uncalibrated.remove(layer) }
  }

  /// The outputs for these samples, in prediction mode; fewer of them after a request to stop.
  public func predict(_ data: DataSet, pool: ThreadPool) -> [[Double]] {
    func predict(_ engine: some CompiledNetwork) -> [[Double]] { engine.typed.predict(data, pool) }
    return predict(engine)
  }
}

extension Engine {
  /// See `Network.predict`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func predict(_ data: DataSet, _ pool: ThreadPool) -> [[Double]] {
    var outputs: [[Double]] = []
    let pass = Pass.predicting(pool)
    for start in stride(from: 0, to: data.samples, by: evaluationBlock) where !pass.stop.isRequested {
      let rows = Int32(start)..<Int32(min(start + evaluationBlock, data.samples))
      loadInputs(data, rows)
      let y = forward(rows.count, pass)
      if pass.stop.isRequested { break }
      outputs += (0..<y.rows).map { row in (0..<y.columns).map { Double(y[row, $0]) } }
    }
    return outputs
  }

  /// Copies samples and targets to where a pass takes them from.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func load(_ data: DataSet, _ rows: UnsafeBufferPointer<Int32>, _ pool: ThreadPool) {
    let x = input(rows.count)
    let t = target(rows.count)
    let groups = max(min(rows.count * inputs / 20_000, pool.threads), 1)
    pool.run(rows.count, inRanges: groups, (data, rows, x, t)) { work, part in
      let (data, rows, x, t) = work
      let step = max(Engine.mostNumbers / (x.stride + t.stride), 1)
      for first in stride(from: part.lowerBound, to: part.upperBound, by: step) {
        if first > part.lowerBound, StopToken.current.isRequested { return }
        let own = UnsafeBufferPointer(rebasing: rows[first..<min(first + step, part.upperBound)])
        data.gatherInputs(own, into: x.pointer + first * x.stride, stride: x.stride)
        data.gatherTargets(own, outputs: t.columns, into: t.pointer + first * t.stride, stride: t.stride)
      }
    }
  }

  /// The most numbers that a thread copies before it looks for a stop.
  private static var mostNumbers: Int { 1 << 22 }

  /// The same for a list of rows.
  func load(_ data: DataSet, _ rows: [Int32], _ pool: ThreadPool) {
    rows.withUnsafeBufferPointer { load(data, $0, pool) }
  }

  /// Makes room for samples and copies them without targets, which need not fit: nothing will be compared with them.
  func loadInputs(_ data: DataSet, _ rows: Range<Int32>) {
    reserve(rows: rows.count)
    let x = input(rows.count)
    data.gatherInputs(rows, into: x.pointer, stride: x.stride)
  }
}
