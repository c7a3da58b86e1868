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

  init(_ engine: Engine<E>, _ optimizer: Optimizer) {
    self.engine = engine
    self.optimizer = optimizer
    loop = E.loop(optimizer)
    first = Buffer(count: engine.memory.values.count)
    second = Buffer(count: engine.memory.values.count)
    sums = Array(repeating: UpdateSums(), count: engine.parameters.count)
  }

  /// Applies the optimizer to every parameter; `unit` gives the power of two in which a parameter is measured.
  func update(step: Int, unit: (_ parameter: Int) -> Double) {
    let numbers = optimizer.numbers(step: step)
    for (index, parameter) in engine.parameters.enumerated() {
      let memory = UpdateMemory(
        values: parameter.values.pointer, gradients: UnsafePointer(parameter.gradients.pointer),
        initial: UnsafePointer(parameter.initial.pointer), first: first.pointer + parameter.offset,
        second: second.pointer + parameter.offset)
      sums[index] = loop(memory, parameter.count, numbers, unit(index))
    }
  }
}
