// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An optimizer at work on the parameters of one network, with its memory of them.
final class ParameterUpdater<E: Element> {
  /// What the last update measured of each parameter.
  private(set) var sums: [UpdateSums]
  private let engine: Engine<E>
  private let optimizer: Optimizer
  private let loop: UpdateLoop<E>
  private let first: Buffer<E>
  private let second: Buffer<E>
  /// The parameters in pieces, in order: which parameter, and where in it.
  private let pieces: [(parameter: Int, start: Int)]
  private let pieceSums: UnsafeMutableBufferPointer<UpdateSums>

  init(_ engine: Engine<E>, _ optimizer: Optimizer) {
    self.engine = engine
    self.optimizer = optimizer
    loop = E.loop(optimizer)
    first = Buffer(count: optimizer.memories > 0 ? engine.memory.values.count : 0)
    second = Buffer(count: optimizer.memories > 1 ? engine.memory.values.count : 0)
    sums = Array(repeating: UpdateSums(), count: engine.parameters.count)
    pieces = engine.parameters.indices.flatMap { parameter in
      stride(from: 0, to: engine.parameters[parameter].count, by: Engine<E>.piece).map { (parameter, $0) }
    }
    pieceSums = .allocate(capacity: pieces.count)
    pieceSums.initialize(repeating: UpdateSums())
  }

  deinit { pieceSums.deallocate() }

  /// Applies the optimizer to every parameter; `unit` gives the power of two in which a parameter is measured.
  func update(step: Int, _ pool: ThreadPool, unit: (_ parameter: Int) -> Double) {
    let numbers = optimizer.numbers(step: step)
    inGroups(pieces.count, work: engine.memory.values.count, pool) { piece in
      let (index, start) = pieces[piece]
      let parameter = engine.parameters[index]
      let memory = UpdateMemory(
        values: parameter.values.pointer + start, gradients: UnsafePointer(parameter.gradients.pointer + start),
        initial: UnsafePointer(parameter.initial.pointer + start), first: first.pointer + parameter.offset + start,
        second: second.pointer + parameter.offset + start)
      pieceSums[piece] = loop(memory, min(parameter.count - start, Engine<E>.piece), numbers, unit(index))
    }
    for (piece, (index, start)) in pieces.enumerated() {
      if start == 0 { sums[index] = pieceSums[piece] } else { sums[index].add(pieceSums[piece]) }
    }
  }
}
