// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Passes that pause after every stage, so that a visitor can read or change what the stage wrote. If it changes
/// nothing, the results are bit-identical to those of a plain pass.
extension Plan {
  /// Computes the output. Calls `visit` after each stage with the position of the node and what the stage wrote.
  /// Returns false if a stop is requested.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func forwardVisiting(_ pass: Pass, _ visit: (_ node: Int, _ written: [Matrix<E>]) -> Void = { _, _ in }) -> Bool {
    guard isComplete else { return false }
    resetCounters()
    for (index, node) in graph.nodes.enumerated() where node.outline.passesValue != .always {
      guard let step = steps[index] else { continue }
      let stages = node.outline.forward.count
      for stage in 0..<stages {
        if pass.stop.isRequested { return false }
        Schedule(step, node.outline, stage: stage, isForward: true).run(mode.samples, pass)
        visit(index, stage + 1 < stages ? step.values(after: stage) : [step.site.output])
      }
    }
    return !pass.stop.isRequested
  }

  func repeatForward(_ node: Int, _ pass: Pass) {
    guard let step = steps[node] else { return }
    for stage in 0..<graph.nodes[node].outline.forward.count {
      Schedule(step, graph.nodes[node].outline, stage: stage, isForward: true).run(mode.samples, pass)
    }
  }

  /// Computes all gradients except those of the parameters. Calls `before` before each node with its position, and
  /// `after` after each stage with what it wrote. Returns false if a stop is requested.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backwardVisiting(
    _ pass: Pass, before: (_ node: Int) -> Void = { _ in },
    after: (_ node: Int, _ stage: Int, _ written: [Matrix<E>]) -> Void = { _, _, _ in }
  ) -> Bool {
    guard isComplete else { return false }
    for index in (0..<backwardCount).reversed() {
      if pass.stop.isRequested { return false }
      before(index)
      guard let step = steps[index], step.site.gradients != nil else { continue }
      let outline = graph.nodes[index].outline
      for stage in 0..<outline.backward.count {
        if pass.stop.isRequested { return false }
        Schedule(step, outline, stage: stage, isForward: false).run(mode.samples, pass)
        let isLast = stage + 1 == outline.backward.count
        after(index, stage, isLast ? step.inputGradients : step.gradients(after: stage))
      }
    }
    return !pass.stop.isRequested
  }
}

extension Step {
  /// The gradients of the inputs, except for those that are not needed.
  fileprivate var inputGradients: [Matrix<E>] { (0..<site.inputGradients.count).compactMap { site.inputGradients[$0] } }
}
