// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// y = factor·x, for the branch of a residual block.
struct Scaling: Kernel {
  let factor: Double

  var role: NodeRole { .other }
  var term: GradientTerm { .shortcut }

  func outline(_ inputs: NonEmpty<Shape>) -> Outline {
    let work = Stages(work: 2 * inputs[0].units)
    return Outline(
      output: inputs[0], forward: work, backward: work, gradientUse: .overwrites, outputMayBeOverwritten: true)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { ScalingStep(factor, site) }
}

private final class ScalingStep<E: Element>: UnaryStep {
  let site: Site<E>
  private let factor: E

  init(_ factor: Double, _ site: Site<E>) {
    self.factor = E(factor)
    self.site = site
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    multiply(site.input.rows(part), into: site.output.rows(part))
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let g = site.gradient, let dx = site.inputGradient else { return }
    multiply(g.rows(part), into: dx.rows(part))
  }

  func isInRange(_ check: RangeCheck<E>) -> Bool { check.comesFromRows(site) }

  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    WideMatrix(rows: g.rows, columns: g.columns) { g[$0, $1] * WideNumber(Double(factor)) }
  }

  @inline(__always)
  private func multiply(_ x: Matrix<E>, into y: Matrix<E>) {
    let factor = E.Vector(repeating: factor)
    for i in stride(from: 0, to: x.count, by: E.Vector.scalarCount) {
      store(factor * load(UnsafePointer(x.pointer + i)), y.pointer + i)
    }
  }
}
