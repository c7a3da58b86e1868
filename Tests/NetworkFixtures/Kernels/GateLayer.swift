// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

@testable import FlowNet

/// y = left(x)·right(x) + x. The program has no such layer.
package struct GateLayer: Layer {
  package let left: [any Layer]
  package let right: [any Layer]
  package init(left: [any Layer], right: [any Layer]) {
    self.left = left
    self.right = right
  }

  package var kind: String { "gate" }
  package var arguments: [LayerArgument] { [LayerArgument("left", .number(Double(left.count)))] }
  package var sequenceRole: SequenceRole { .other }
  package var children: [any Layer] { left + right }
  package func with(children: [any Layer]) -> any Layer {
    GateLayer(left: Array(children.prefix(left.count)), right: Array(children.dropFirst(left.count)))
  }

  package func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    try graph.block { graph, module throws(NetworkError) in
      let first = try graph.list("left", in: module, left, input)
      let second = try graph.list("right", in: module, right, input)
      let product = try graph.append(Multiplication(), reading: NonEmpty(first, second))
      return try graph.append(Sum(), reading: NonEmpty(product, input))
    }
  }
}

/// y = a·b.
private struct Multiplication: Kernel {
  var role: NodeRole { .other }
  var term: GradientTerm { .slope }

  func outline(_ inputs: NonEmpty<Shape>) -> Outline {
    let work = Stages(work: inputs[0].units)
    return Outline(output: inputs[0], forward: work, backward: work)
  }

  func bind<E: Element>(_ site: Site<E>) -> any Step<E> { MultiplicationStep(site) }
}

private final class MultiplicationStep<E: Element>: Step {
  let site: Site<E>

  init(_ site: Site<E>) { self.site = site }

  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    let (a, b, y) = (site.inputs[0], site.inputs[1], site.output)
    for row in part {
      for column in 0..<y.columns { y[row, column] = a[row, column] * b[row, column] }
    }
  }

  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    for input in 0..<2 {
      guard let g = site.gradient, let dx = site.inputGradients[input] else { continue }
      let other = site.inputs[1 - input]
      for row in part {
        for column in 0..<g.columns { dx[row, column] = g[row, column] * other[row, column] }
      }
    }
  }

  func isInRange(_ check: RangeCheck<E>) -> Bool { true }

  func wideBackward(
    _ gradients: [WideMatrix], _ pool: ThreadPool, _ visit: (WideTracePoint) -> Void
  ) -> [WideMatrix] {
    (0..<2).map { input in
      let other = site.inputs[1 - input]
      return WideMatrix(rows: other.rows, columns: other.columns) {
        gradients[0][$0, $1] * WideNumber(Double(other[$0, $1]))
      }
    }
  }
}
