// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Hands a value to two readers: y = x, and ∂L/∂x is the sum of the gradients from the readers.
///
/// Each contribution is computed on its own and added once, in the order of the readers in the forward pass, so the bits
/// do not depend on the order in which the backward pass visits them.
final class FanOut<E: Element>: Operation {
  let inputs: Int
  var outputs: Int { inputs }
  private var contributions: (Matrix<E>, Matrix<E>)?
  private(set) var inputGradient: Matrix<E>?

  init(units: Int) { inputs = units }

  func reserve(rows: Int) {}

  /// x is already there.
  var output: Matrix<E>? { nil }
  var outputMayBeOverwritten: Bool { false }
  var work: Int { 4 * inputs }
  var isFanOut: Bool { true }
  var computesForward: Bool { false }
  var role: OperationRole<E> { .other }
  var term: GradientTerm { .shortcut }

  func connect(_ inputs: Wires<E>, _ pass: Pass) -> Matrix<E> { inputs[0] }
  func forward(_ part: Range<Int>, _ pass: Pass) {}

  func connectBackward(_ site: BackwardSite<E>) {
    guard site.needsGradient(input: 0) else {
      inputGradient = nil
      return
    }
    let (first, second) = (site.gradients[0], site.gradients[1])
    contributions = (first, second)
    site.memory.giveBack(first)
    site.memory.giveBack(second)
    let sum = site.memory.take(first.rows, columns: inputs)
    inputGradient = sum
    site.inputGradients[0] = sum
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    guard let (first, second) = contributions, let sum = inputGradient else { return }
    first.add(second, into: sum, rows: part)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ gradients: Wires<E>, _ check: RangeCheck<E>) -> Bool {
    guard let (first, second) = contributions, let sum = inputGradient else { return true }
    return check.isSum(sum, first, second)
  }

  func wideBackward(_ gradients: [WideMatrix], _ pool: ThreadPool) -> [WideMatrix]? {
    [gradients[0] + gradients[1]]
  }
}
