// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Passes a value to two readers: y = x, and ∂L/∂x is the sum of the gradients from the readers.
///
/// Each contribution is computed separately and added once, in the order of the readers in the forward pass, so the
/// result does not depend on the order in which the backward pass visits them.
struct FanOut: Kernel {
  var role: NodeRole { .fanOut }
  var term: GradientTerm { .shortcut }

  static func outline(_ shape: Shape) -> Outline {
    let work = Stages(work: 4 * shape.units)
    return Outline(
      output: shape, forward: work, backward: work, passesValue: .always, gradientUse: .overwrites)
  }

  func outline(_ inputs: NonEmpty<Shape>) -> Outline { Self.outline(inputs[0]) }
  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { FanOutStep(site) }
}

private final class FanOutStep<E: Element>: Step {
  let site: Site<E>

  init(_ site: Site<E>) { self.site = site }

  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {}

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let contributions = site.gradients, let sum = site.inputGradient else { return }
    contributions[0].add(contributions[1], into: sum, rows: part)
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func isInRange(_ check: RangeCheck<E>) -> Bool {
    guard let contributions = site.gradients, let sum = site.inputGradient else { return true }
    return check.isSum(sum, contributions[0], contributions[1])
  }

  func wideBackward(
    _ gradients: [WideMatrix], _ pool: ThreadPool, _ visit: (WideTracePoint) -> Void
  ) -> [WideMatrix] {
    [gradients[0] + gradients[1]]
  }
}

extension Matrix {
  /// Adds some rows of this matrix and of another one of the same shape. `sum` may be in the same memory as either of
  /// them.
  @inline(__always)
  func add(_ other: Matrix, into sum: Matrix, rows: Range<Int>) {
    for i in Swift.stride(from: rows.lowerBound * stride, to: rows.upperBound * stride, by: E.Vector.scalarCount) {
      let left: E.Vector = load(UnsafePointer(pointer + i))
      let right: E.Vector = load(UnsafePointer(other.pointer + i))
      store(left + right, sum.pointer + i)
    }
  }
}
