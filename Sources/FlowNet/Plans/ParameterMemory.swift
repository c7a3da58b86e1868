// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The values, gradients and initial values of all parameters, one after the other, and the state of all nodes.
final class ParameterMemory<E: Element> {
  let values: Buffer<E>
  let gradients: Buffer<E>
  let initial: Buffer<E>
  let state: Buffer<E>

  init(count: Int, state stateCount: Int) {
    values = Buffer(count: count)
    gradients = Buffer(count: count)
    initial = Buffer(count: count)
    state = Buffer(count: stateCount)
  }

  /// Copies the values, the initial values and the state of a network with the same architecture, until a stop is
  /// requested.
  func copy(from other: ParameterMemory) {
    values.copyUntilStopped(from: other.values)
    initial.copyUntilStopped(from: other.initial)
    state.copyUntilStopped(from: other.state)
  }
}

extension ParameterMemory {
  /// Copies the values and the state of a snapshot. The initial values do not change.
  func copy(from snapshot: NetworkSnapshot<E>) {
    values.copy(from: snapshot.values)
    state.copy(from: snapshot.state)
  }
}
