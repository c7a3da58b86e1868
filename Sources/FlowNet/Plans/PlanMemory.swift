// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The memory that the plans of a network share, for passes over up to `samples` samples.
///
/// What a node keeps is in the same place in every plan, so a plan can continue what another one has begun. Memory is
/// allocated when a plan first needs it.
final class PlanMemory<E: Element> {
  let samples: Int
  private let input: Buffer<E>
  private let target: Buffer<E>
  private let lossGradient: Buffer<E>
  private let shapes: (inputs: Int, outputs: Int)
  private var values: [Buffer<E>?]
  private var kept: [[Buffer<E>]?]
  private var counters: [SaturationCounter?]
  /// The contributions to the gradients of shared parameters, by node and index.
  private var contributions: [Int: [Buffer<E>?]] = [:]
  private var scratch = Buffer<E>(count: 0)
  /// The places of values and gradients that are not kept.
  let places: PlacePool<E>

  init(_ graph: Graph, samples: Int) {
    self.samples = samples
    shapes = (graph.input.units, graph.output.units)
    input = Buffer(unset: samples, columns: shapes.inputs)
    target = Buffer(unset: samples, columns: shapes.outputs)
    lossGradient = Buffer(unset: samples, columns: shapes.outputs)
    values = Array(repeating: nil, count: graph.nodes.count)
    kept = Array(repeating: nil, count: graph.nodes.count)
    counters = Array(repeating: nil, count: graph.nodes.count)
    places = PlacePool(rows: samples)
  }

  deinit {
    for counter in counters { counter?.free() }
    if values.count > slowToFree { releaseInBackgroundIfStopped((values, kept, places)) }
  }

  /// The number of elements that the plans have requested so far.
  var count: Int {
    func count(_ buffers: [Buffer<E>?]) -> Int { buffers.reduce(0) { $0 + ($1?.count ?? 0) } }
    return count([input, target, lossGradient]) + count(values) + kept.reduce(0) { $0 + count($1 ?? []) }
      + contributions.values.reduce(0) { $0 + count($1) } + places.count
  }

  /// Returns the input of a pass, samples × inputs.
  func input(_ samples: Int) -> Matrix<E> { Matrix(input.pointer, rows: samples, columns: shapes.inputs) }

  /// Returns the targets of a pass, samples × outputs.
  func target(_ samples: Int) -> Matrix<E> { Matrix(target.pointer, rows: samples, columns: shapes.outputs) }

  /// Returns the gradient of the loss, samples × outputs.
  func lossGradient(_ samples: Int) -> Matrix<E> {
    Matrix(lossGradient.pointer, rows: samples, columns: shapes.outputs)
  }

  /// Returns the matrix of a node's value.
  func value(_ node: Int, _ rows: Int, columns: Int) -> Matrix<E> {
    let buffer = values[node] ?? Buffer(unset: samples, columns: columns)
    values[node] = buffer
    return Matrix(buffer.pointer, rows: rows, columns: columns)
  }

  /// Returns the memory that a node requests in its outline.
  func memory(_ node: Int, _ specs: [MemorySpec]) -> [Buffer<E>] {
    if specs.isEmpty { return [] }
    if let known = kept[node] { return known }
    let buffers = specs.map { spec in
      switch spec {
      case .rows(let columns): Buffer<E>(unset: samples, columns: columns)
      case .sequence(let steps, let columns): Buffer<E>(unset: steps * samples, columns: columns)
      case .numbers(let count): Buffer<E>(count: samples * count)
      case .arrays(let count, let columns): Buffer<E>(count: count * Matrix<E>.padded(columns))
      }
    }
    kept[node] = buffers
    return buffers
  }

  /// See `Plan.scratch`.
  func scratch(_ rows: Int, _ columns: Int) -> Matrix<E> {
    if rows * Matrix<E>.stride(columns) > scratch.count { scratch = Buffer(unset: rows, columns: columns) }
    return Matrix(scratch.pointer, rows: rows, columns: columns)
  }

  /// Returns a node's counter of saturated (sample, unit) pairs.
  func counter(_ node: Int) -> SaturationCounter {
    let counter = counters[node] ?? SaturationCounter()
    counters[node] = counter
    return counter
  }

  /// Returns memory for a contribution to the gradient of a shared parameter.
  func contribution(_ node: Int, _ index: Int, like parameter: Parameter<E>) -> Panels<E> {
    var own = contributions[node] ?? []
    while own.count <= index { own.append(nil) }
    let buffer = own[index] ?? Buffer(count: parameter.count)
    own[index] = buffer
    contributions[node] = own
    return Panels(buffer.pointer, rows: parameter.rows, columns: parameter.columns)
  }
}
