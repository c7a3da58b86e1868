// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// y = a + b.
struct Sum: Kernel {
  var role: NodeRole { .sum }
  var term: GradientTerm { .shortcut }

  func outline(_ inputs: NonEmpty<Shape>) -> Outline {
    let work = Stages(work: 4 * inputs[0].units)
    // The gradient of each input is that of the output.
    return Outline(
      output: inputs[0], forward: work, backward: work, passesGradient: .always, outputMayBeOverwritten: true)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { SumStep(site) }
}

private final class SumStep<E: Element>: Step {
  let site: Site<E>

  init(_ site: Site<E>) { self.site = site }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    site.inputs[0].add(site.inputs[1], into: site.output, rows: part)
  }

  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {}
  func isInRange(_ check: RangeCheck<E>) -> Bool { true }

  func wideBackward(
    _ gradients: [WideMatrix], _ pool: ThreadPool, _ visit: (WideTracePoint) -> Void
  ) -> [WideMatrix] {
    [gradients[0], gradients[0]]
  }
}
