// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Hands a value to several readers: y = x, and ∂L/∂x is the sum of the gradients from the readers.
///
/// Each contribution is computed on its own and added once, in the order of the readers in the forward pass, so the bits
/// do not depend on the order in which the backward pass visits them.
final class FanOut<E: Element>: Operation {
  let inputs: Int
  var outputs: Int { inputs }
  private var contributions: [Matrix<E>] = []
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
    contributions.removeAll(keepingCapacity: true)
    for index in 0..<site.gradients.count {
      contributions.append(site.gradients[index])
      site.memory.giveBack(site.gradients[index])
    }
    let sum = site.memory.take(contributions[0].rows, columns: inputs)
    inputGradient = sum
    site.inputGradients[0] = sum
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) {
    guard let sum = inputGradient else { return }
    let (first, second) = (contributions[0], contributions[1])
    let lanes = E.Vector.scalarCount
    // The sum may be in the place of any of its terms, so all terms of an element are read before it is written.
    for i in stride(from: part.lowerBound * sum.stride, to: part.upperBound * sum.stride, by: lanes) {
      let terms: (E.Vector, E.Vector) = (
        load(UnsafePointer(first.pointer + i)), load(UnsafePointer(second.pointer + i))
      )
      var total = terms.0 + terms.1
      for other in 2..<contributions.count {
        let term: E.Vector = load(UnsafePointer(contributions[other].pointer + i))
        total += term
      }
      store(total, sum.pointer + i)
    }
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ gradients: Wires<E>, _ check: RangeCheck<E>) -> Bool {
    inputGradient.map { check.isSum($0, of: contributions) } ?? true
  }

  func wideBackward(_ gradients: [WideMatrix], _ pool: ThreadPool) -> [WideMatrix]? {
    [gradients.dropFirst().reduce(gradients[0], +)]
  }
}
