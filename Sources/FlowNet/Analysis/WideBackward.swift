// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The backward pass of a network in numbers that each have an exponent of their own.
///
/// It serves networks whose gradients leave the range of the element type within one operation, so that scaling by a
/// power of two is not enough; see `Plan.isInRange`. A result is 0 only if the derivative is 0 in real arithmetic, or
/// if the terms of a sum cancel. The pass uses the values of the last forward pass, which must have kept them. It takes
/// many times as long as an ordinary pass.
struct WideBackward<E: Element> {
  private let plan: Plan<E>
  private let samples: Int
  private let part: Range<Int>
  private let marksAlive: Bool
  private let pool: ThreadPool
  private let stop = StopToken.current
  /// The numbers of the weights that several rows share.
  private let shared: Set<Int>

  /// Creates a pass that measures the samples in `part`.
  init(_ plan: Plan<E>, _ part: Range<Int>, _ marksAlive: Bool, _ pool: ThreadPool) {
    self.plan = plan
    samples = plan.mode.samples
    self.part = part
    self.marksAlive = marksAlive
    self.pool = pool
    let uses = Dictionary(grouping: plan.taps, by: { $0.affine.weight.number })
    shared = Set(uses.filter { $0.value.count > 1 }.keys)
  }

  /// Throws if the system refuses the memory for a pass: a few matrices of samples at a time, and one layer's weights.
  static func requireMemory(_ plan: Plan<E>) throws(MemoryRefusal) {
    let graph = plan.graph
    let widest = (Graph.input..<graph.nodes.count).lazy.map { graph.shape($0).units }.max() ?? 0
    let weights = plan.taps.lazy.map({ $0.affine.weight.count }).max() ?? 0
    let numbers = 4 * Double(plan.mode.samples) * Double(widest) + 2 * Double(weights)
    try FlowMath.requireMemory(numbers * Double(MemoryLayout<WideNumber>.stride))
  }

  /// The results of a pass so far.
  private struct Progress {
    /// For each node, the gradients of its output, in the order of its readers.
    var gradients: [[WideMatrix]]
    var path: GradientPath
    var found: [LayerGains?]
    /// The gradients of the weights and biases that several rows share.
    var weights: [Int: WideMatrix] = [:]
    var biases: [Int: [WideNumber]] = [:]

    /// Adds the contributions of a row to the gradients of a weight and a bias that several rows share.
    mutating func add(_ affine: any AffineRow<E>, _ factors: WideFactors, _ pool: ThreadPool) {
      let own = WideMatrix.product(factors.left, transposed: factors.right, pool)
      weights[affine.weight.number] = weights[affine.weight.number].map { $0 + own } ?? own
      guard let parameter = affine.bias else { return }
      biases[parameter.number] =
        biases[parameter.number].map { zip($0, factors.bias).map { $0 + $1 } } ?? factors.bias
    }
  }

  /// Returns the measurements of every dense layer, given the gradient that the backward pass begins with. If the pass
  /// was stopped, some layers are missing.
  func layers(_ gradient: WideMatrix) -> [LayerGains] {
    let count = plan.backwardCount
    guard count > 0, plan.isComplete else { return [] }
    var progress = Progress(
      gradients: Array(repeating: [], count: plan.graph.nodes.count), path: GradientPath(plan.graph),
      found: Array(repeating: nil, count: plan.taps.count))
    progress.gradients[count - 1] = [gradient]
    for index in stride(from: count - 1, through: 0, by: -1) where !stop.isRequested { back(index, &progress) }
    for (index, tap) in plan.taps.enumerated() where shared.contains(tap.affine.weight.number) {
      let bias = tap.affine.bias.flatMap { progress.biases[$0.number] }
      progress.found[index] = progress.found[index]?.with(
        gradNorm: progress.weights[tap.affine.weight.number]!.values.norm, biasGradNorm: bias?.norm)
    }
    return progress.found.compactMap(\.self)
  }

  private func size(_ g: WideMatrix) -> WideNumber { WideNumber(Double(samples)) * g.rms(part) }

  /// Passes the gradients of a node's output on to its inputs.
  private func back(_ index: Int, _ progress: inout Progress) {
    let node = plan.graph.nodes[index]
    let own = progress.gradients[index]
    progress.gradients[index] = []
    // If there is no gradient, neither this node nor any node before it has parameters.
    guard !own.isEmpty else { return }
    progress.path.enter(index)
    // Without a step, the node passes the gradient on.
    let step = plan.steps[index].flatMap { $0.site.gradients == nil ? nil : $0 }
    let passed = step?.wideBackward(own, pool) { point in
      guard node.isOnPath else { return }
      switch point {
      case .arrival(let row, let delta): arrive(row, delta, &progress)
      case .stop(let term, let gradient): progress.path.stop(term, size(gradient))
      }
    }
    // Later readers come first in the backward pass.
    for input in (0..<node.inputs.count).reversed() where plan.needsGradient(index, input: input) {
      let dx = passed?[input]
      progress.gradients[node.inputs[input]].insert(dx ?? own[0], at: 0)
      progress.path.leave(to: node.inputs[input], node.kernel.term, dx.map(size))
    }
  }

  /// Measures the gradient at a row of the flow table, given its position among those of the current node.
  private func arrive(_ position: Int, _ g: WideMatrix, _ progress: inout Progress) {
    progress.path.arrive(at: position, size(g))
    let row = progress.path.row(position)
    let affine = plan.taps[row].affine
    let factors = affine.wideFactors(g)
    let isShared = shared.contains(affine.weight.number)
    if isShared { progress.add(affine, factors, pool) }
    progress.found[row] = LayerGains(
      arrival: progress.path.arrivals[row]!, dead: Double(g.zeroColumns) / Double(g.columns),
      gradNorm: isShared ? .zero : WideMatrix.norm(ofProduct: factors.left, transposed: factors.right, pool),
      biasGradNorm: affine.bias.map { _ in factors.bias.norm },
      peak: g.values.reduce(.zero) { $1.magnitude.isLarger(than: $0) ? $1.magnitude : $0 },
      firstSample: g.row(0).map { $0 * WideNumber(Double(samples)) },
      alive: marksAlive ? g.values.map { !$0.isZero } : [])
  }
}
