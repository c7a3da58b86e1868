// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The tasks that set the gradients of a network's parameters after a backward pass. The tasks of all steps run in
/// parallel.
final class ParameterGradients<E: Element> {
  /// A node's contribution to the gradient of a parameter.
  private struct Contribution {
    let node: Int
    let parameter: Parameter<E>
    let gradients: Panels<E>
  }

  /// The steps that set gradients, in the order of the backward pass.
  private let steps: [any Step<E>]
  /// For each parameter that several nodes share, their contributions, in the order of the nodes. The first node writes
  /// the gradient itself.
  private let contributions: [[Contribution]]
  private let nodes: [(any Step<E>)?]
  private let parameterCount: Int
  /// The approximate number of multiply-adds.
  private let work: Int
  private var tasks: [(step: Int, task: Int)] = []
  /// The number of threads that the work was divided for.
  private var threads = 0

  /// - Parameter nodes: The steps of the nodes of the backward pass.
  init(_ nodes: [(any Step<E>)?], _ graph: Graph, _ parameters: [Parameter<E>], samples: Int) {
    self.nodes = nodes
    steps = nodes.reversed().untilStopped.compactMap { $0 }.filter { $0.cutGradients(grain: .max) > 0 }
    parameterCount = parameters.count
    work = samples * (parameters.last.map { $0.offset + $0.count } ?? 0)
    contributions = graph.hasSharedParameters ? Self.contributions(nodes) : []
  }

  private static func contributions(_ nodes: [(any Step<E>)?]) -> [[Contribution]] {
    let all = nodes.enumerated().flatMap { node, step in
      (step?.site.parameters ?? []).map {
        Contribution(node: node, parameter: $0.parameter, gradients: $0.gradients)
      }
    }
    return Dictionary(grouping: all, by: \.parameter.number).values.filter { $0.count > 1 }
  }

  /// Sets the gradients of all parameters.
  func set(_ pass: Pass) {
    run(pass)
    for shared in contributions { add(shared) { _ in 0 } }
  }

  /// Sets the gradients of all parameters after a backward pass in which the gradients of the nodes' outputs were
  /// multiplied by powers of two. Returns the exponent of each parameter's gradient.
  func set(_ pass: Pass, scales: [Int]) -> [Int] {
    run(pass)
    func exponent(_ node: Int) -> Int { scales[node] + (nodes[node]?.parameterExponent ?? 0) }
    var exponents = [Int](repeating: 0, count: parameterCount)
    for (node, step) in nodes.enumerated() {
      for own in step?.site.parameters ?? [] { exponents[own.parameter.number] = exponent(node) }
    }
    for shared in contributions {
      // The smallest exponent, which keeps the largest contribution in range.
      let common = shared.reduce(Int.max) { min($0, exponent($1.node)) }
      add(shared) { common - exponent($0) }
      exponents[shared[0].parameter.number] = common
    }
    return exponents
  }

  private func run(_ pass: Pass) {
    if pass.pool.threads != threads {
      threads = pass.pool.threads
      // Several tasks per thread, so that no thread waits long for the last one.
      let grain = max(work / (8 * threads), Schedule<E>.grain / 4)
      tasks = steps.indices.flatMap { index in
        (0..<steps[index].cutGradients(grain: grain)).map { (index, $0) }
      }
    }
    let count = tasks.count
    // For a small network, the work is done before another thread would wake up.
    let isShared = work >= 2 * Schedule<E>.grain
    pass.pool.run(count, inRanges: isShared ? count : 1, stop: pass.stop, (self, pass.stop)) { work, range in
      let (gradients, stop) = work
      for number in range where !stop.isRequested { gradients.run(number) }
    }
  }

  @inline(__always)
  private func run(_ number: Int) {
    let (index, task) = tasks[number]
    steps[index].setGradients(task: task)
  }

  /// Adds up the contributions of several nodes to the gradient of a parameter, each multiplied by 2^`exponent(node)`.
  /// Every contribution was computed separately, and is added once, in the order of the nodes.
  private func add(_ shared: [Contribution], _ exponent: (Int) -> Int) {
    let sum = shared[0].parameter.gradients
    for (place, own) in shared.enumerated() {
      let power = exponent(own.node)
      if power != 0 { multiply(own.gradients.pointer, own.gradients.count, byPowerOfTwo: power) }
      if place > 0 { sum.add(own.gradients) }
    }
  }
}

extension Panels {
  /// Adds another matrix of the same shape.
  fileprivate func add(_ other: Panels) {
    for i in stride(from: 0, to: count, by: E.Vector.scalarCount) {
      let own: E.Vector = load(UnsafePointer(pointer + i))
      store(own + load(UnsafePointer(other.pointer + i)), pointer + i)
    }
  }
}
