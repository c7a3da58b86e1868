// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Values, gradients and initial values of all parameters, one after the other.
final class ParameterMemory<E: Element> {
  let values: Buffer<E>
  let gradients: Buffer<E>
  let initial: Buffer<E>

  init(count: Int) {
    values = Buffer(count: count)
    gradients = Buffer(count: count)
    initial = Buffer(count: count)
  }

  /// Copies the values and the initial values of a network of the same architecture, until a stop is requested.
  func copy(from other: ParameterMemory) {
    values.copyUntilStopped(from: other.values)
    initial.copyUntilStopped(from: other.initial)
  }
}
