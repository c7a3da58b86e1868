// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A snapshot of a network's numbers, for code that does not depend on the element type.
protocol NetworkNumbers<E>: Sendable {
  associatedtype E: Element
  var snapshot: NetworkSnapshot<E> { get }
}

/// A snapshot of the numbers of a network that training changes: the values of the parameters and the state. Only
/// `copy` may modify it.
struct NetworkSnapshot<E: Element>: NetworkNumbers, @unchecked Sendable {
  let values: Buffer<E>
  let state: Buffer<E>

  /// Copies the current numbers.
  init(_ memory: ParameterMemory<E>) {
    values = Buffer(copying: memory.values)
    state = Buffer(copying: memory.state)
  }

  /// Copies the current numbers until a stop is requested; the rest is then uninitialized.
  init(copyingUntilStopped memory: ParameterMemory<E>) {
    values = Buffer(copyingUntilStopped: memory.values)
    state = Buffer(copyingUntilStopped: memory.state)
  }

  var snapshot: NetworkSnapshot { self }

  /// Copies the current numbers on all threads. Requests to stop are ignored.
  func copy(from memory: ParameterMemory<E>, _ pool: ThreadPool) {
    values.copy(from: memory.values, pool)
    state.copy(from: memory.state, pool)
  }
}
