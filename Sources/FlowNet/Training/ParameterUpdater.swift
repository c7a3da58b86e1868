// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Applies an optimizer to the parameters of one network and holds the optimizer's state.
final class ParameterUpdater<E: Element> {
  /// The measurements of each parameter in the last update.
  let sums: UnsafeMutableBufferPointer<UpdateSums>
  private let engine: Engine<E>
  /// The arguments of the optimizer in the current step. The first one is the learning rate.
  private var arguments: [Double]
  private let rates: RateCourse
  private let loop: UpdateLoop<E>
  /// The state of the optimizer.
  let first: Buffer<E>
  let second: Buffer<E>
  private let pieces: ParameterPieces
  private let memories: UnsafeMutableBufferPointer<UpdateMemory<E>>
  private let pieceSums: UnsafeMutableBufferPointer<UpdateSums>
  /// Whether each parameter is frozen. Empty if all are trained.
  private let isFrozen: [Bool]
  /// The arguments for frozen parameters, which are measured like the others: a rate of 0 changes nothing.
  private let restingArguments: [Double]
  /// The norms of the gradients, with 0 for frozen parameters. Empty if all are trained.
  private let trainedNorms: UnsafeMutableBufferPointer<Double>

  init(_ engine: Engine<E>, _ optimizer: Optimizer, _ rates: RateCourse, frozenLayers: Set<Int> = []) {
    self.engine = engine
    isFrozen = frozenLayers.isEmpty ? [] : engine.graph.belongs(toRows: frozenLayers)
    arguments = optimizer.arguments
    restingArguments = [0] + arguments.dropFirst()
    trainedNorms = .allocate(capacity: isFrozen.count)
    trainedNorms.initialize(repeating: 0)
    self.rates = rates
    loop = E.loop(optimizer)
    pieces = engine.pieces
    let first = Buffer<E>(count: optimizer.memories > 0 ? engine.memory.values.count : 0)
    let second = Buffer<E>(count: optimizer.memories > 1 ? engine.memory.values.count : 0)
    self.first = first
    self.second = second
    memories = .allocate(capacity: pieces.all.count)
    _ = memories.initialize(
      from: pieces.all.map { piece in
        UpdateMemory(
          values: engine.memory.values.pointer + piece.offset,
          gradients: UnsafePointer(engine.memory.gradients.pointer + piece.offset),
          initial: UnsafePointer(engine.memory.initial.pointer + piece.offset), first: first.pointer + piece.offset,
          second: second.pointer + piece.offset, count: piece.count)
      })
    sums = .allocate(capacity: engine.parameters.count)
    sums.initialize(repeating: UpdateSums())
    pieceSums = .allocate(capacity: pieces.all.count)
    pieceSums.initialize(repeating: UpdateSums())
  }

  deinit {
    memories.deallocate()
    sums.deallocate()
    pieceSums.deallocate()
    trainedNorms.deallocate()
  }

  /// Sets the gradients of frozen parameters to 0, so that they count neither for clipping nor for the optimizer's state.
  /// Returns the norm of the other gradients, or nil if all parameters are trained. The norms of the pieces must have
  /// been measured, and stay as they are for the record.
  func dropFrozenGradients() -> Double? {
    if isFrozen.isEmpty { return nil }
    for piece in pieces.all where isFrozen[piece.parameter] {
      (engine.memory.gradients.pointer + piece.offset).update(repeating: 0, count: piece.count)
    }
    for parameter in isFrozen.indices where !isFrozen[parameter] { trainedNorms[parameter] = pieces.norms[parameter] }
    return Reduction.norm(of: trainedNorms)
  }

  private func run(_ range: Range<Int>, _ arguments: [Double], _ step: Int) {
    let memories = UnsafeBufferPointer(memories)
    if isFrozen.isEmpty { return loop.run(memories, range, arguments, step, pieceSums) }
    for piece in range {
      let rests = isFrozen[pieces.all[piece].parameter]
      loop.run(memories, piece..<piece + 1, rests ? restingArguments : arguments, step, pieceSums)
    }
  }

  /// Applies the optimizer to every parameter. `units` holds the power of two in which each parameter is measured. Stop
  /// requests are ignored, because a step must not be left half done.
  func update(step: Int, _ pool: ThreadPool, units: UnsafeMutableBufferPointer<Double>) {
    for piece in pieceSums.indices { pieceSums[piece].unit = units[pieces.all[piece].parameter] }
    if !rates.schedules.isEmpty { arguments[0] = rates.rate(ofStep: step) }
    pool.run(pieces.all.count, elements: pieces.elements, stop: .never, (self, arguments, step)) { work, range in
      let (updater, arguments, step) = work
      updater.run(range, arguments, step)
    }
    for piece in pieceSums.indices {
      let place = pieces.all[piece]
      if place.isFirst { sums[place.parameter] = pieceSums[piece] } else { sums[place.parameter].add(pieceSums[piece]) }
    }
  }
}
