// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The powers of two by which a measuring pass multiplied the gradients: true gradient = measured · 2^−exponent.
struct GradientScales {
  /// For each node, the exponent of the gradient of its output.
  var nodes: [Int]
  /// For each node with several stages, the exponent of what each stage wrote.
  var stages: [Int: [Int]] = [:]
  /// For each parameter, the exponent of its gradient.
  var parameters: [Int] = []

  /// Returns the exponent of the gradient of an input of a node.
  func atInput(_ input: Int, of node: Int, _ graph: Graph) -> Int {
    let source = graph.nodes[node].inputs[input]
    return source == Graph.input ? nodes[node] : nodes[source]
  }

  /// Returns the exponent of what a stage of a node wrote, or, if `stage` is nil or the node has a single stage, the
  /// exponent of the gradient of the node's output.
  func after(_ stage: Int?, of node: Int) -> Int { stage.flatMap { stages[node]?[$0] } ?? nodes[node] }
}

extension Plan {
  /// Runs a backward pass in which the gradients are rescaled so that they neither underflow nor overflow on the way.
  ///
  /// Backpropagation is linear in the gradient, so wherever the gradient is a single matrix, it can be multiplied by a
  /// power of two, which is exact. Every ratio between two layers is then right even if the gradient itself is too
  /// small or too large for the element type.
  ///
  /// If a stop is requested, the remaining nodes are skipped.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func scaledBackward(_ pass: Pass) -> GradientScales {
    var scales = GradientScales(nodes: [Int](repeating: 0, count: graph.nodes.count))
    var exponent = 0
    let cuts = graph.cuts
    let isComplete = backwardVisiting(
      pass,
      before: { index in
        if cuts[index] || index == backwardCount - 1, let g = gradient(index) {
          let step = self.step(for: g)
          if step != 0 {
            multiply(g.pointer, g.count, byPowerOfTwo: step)
            exponent += step
          }
        }
        scales.nodes[index] = exponent
      },
      after: { index, stage, _ in
        guard graph.nodes[index].outline.backward.count > 1 else { return }
        // Between the stages of a node that is a cut, the gradient is a single matrix as well.
        if cuts[index], let step = steps[index], let g = step.carriedGradient(after: stage) {
          let scale = self.step(for: g)
          if scale != 0 {
            step.rescale(after: stage, byPowerOfTwo: scale)
            exponent += scale
          }
        }
        scales.stages[index, default: []].append(exponent)
        // The gradient of the node's input has a scale of its own.
        if stage + 1 == graph.nodes[index].outline.backward.count, let step = steps[index] {
          exponent = scales.nodes[index] + step.inputExponent
        }
      })
    if isComplete { scales.parameters = setParameterGradients(pass, scales) }
    return scales
  }

  /// Resets all scales, so that the next backward pass is a plain one. `isInRange` must not be called after this.
  func resetScales() {
    for (index, node) in graph.nodes.enumerated() where node.outline.backward.count > 1 { steps[index]?.resetScale() }
  }

  /// Returns the exponent of the power of two that brings the norm of a gradient near 1, far from both ends of the
  /// range. Returns 0 if the norm is near enough already, is 0 or is not finite.
  private func step(for g: Matrix<E>) -> Int {
    let limit = E.self == Float.self ? 16 : 60
    let norm = Reduction.norm(g.pointer, g.count)
    return norm.isFinite && norm > 0 && abs(norm.exponent) > limit ? Int(-norm.exponent) : 0
  }
}

/// Multiplies numbers by 2^`exponent`.
func multiply<E: Element>(_ pointer: UnsafeMutablePointer<E>, _ count: Int, byPowerOfTwo exponent: Int) {
  // Two factors, because one may lie outside the range of the element type.
  let half = exponent / 2
  for part in [half, exponent - half] {
    let factor = E(sign: .plus, exponent: E.Exponent(part), significand: 1)
    for i in 0..<count { pointer[i] *= factor }
  }
}
