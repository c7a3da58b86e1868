// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The backward pass of a network in numbers that each have an exponent of their own.
///
/// It serves networks whose gradients leave the range of the element type within one operation, so that scaling by a
/// power of two is not enough; see `Engine.isInRange`. A result is 0 only if the derivative is 0 in real arithmetic, or
/// if the terms of a sum cancel. The pass uses the values of the last forward pass, which must have kept them. It takes
/// many times as long as an ordinary pass.
struct WideBackward<E: Element> {
  private let engine: Engine<E>
  private let samples: Int
  private let part: Range<Int>
  private let marksAlive: Bool
  private let pool: ThreadPool
  private let stop = StopToken.current
  private var path = GradientPath()
  private var found: [LayerGains?]

  /// Measures the samples that are in `part`.
  init(_ engine: Engine<E>, samples: Int, _ part: Range<Int>, _ marksAlive: Bool, _ pool: ThreadPool) {
    self.engine = engine
    self.samples = samples
    self.part = part
    self.marksAlive = marksAlive
    self.pool = pool
    found = Array(repeating: nil, count: engine.taps.count)
  }

  /// Throws if the system refuses the memory for a pass: a few matrices of samples at a time, and one layer's weights.
  static func requireMemory(_ engine: Engine<E>, samples: Int) throws(MemoryRefusal) {
    let widest = engine.wiring.operations.map { max($0.inputs, $0.outputs) }.max() ?? 0
    let weights = engine.parameters.lazy.map(\.count).max() ?? 0
    let numbers = 4 * Double(samples) * Double(widest) + 2 * Double(weights)
    try FlowMath.requireMemory(numbers * Double(MemoryLayout<WideNumber>.stride))
  }

  /// Returns the measurements at every dense layer, given the gradient with respect to the output of the first
  /// `operations` operations of the plan. Some layers are missing if the pass was stopped.
  func layers(_ gradient: WideMatrix, operations: Int) -> [LayerGains] {
    guard operations > 0 else { return [] }
    var pass = self
    // For each node, the gradients of its output, in the order of its readers.
    var gradients = [[WideMatrix]](repeating: [], count: engine.wiring.nodes.count)
    gradients[operations - 1] = [gradient]
    for index in stride(from: operations - 1, through: 0, by: -1) where !stop.isRequested {
      let own = gradients[index]
      gradients[index] = []
      pass.back(index, own, &gradients)
    }
    return pass.found.compactMap(\.self)
  }

  private func size(_ g: WideMatrix) -> WideNumber { WideNumber(Double(samples)) * g.rms(part) }

  /// Passes the gradients of a node's output on to its inputs.
  private mutating func back(_ index: Int, _ own: [WideMatrix], _ gradients: inout [[WideMatrix]]) {
    let node = engine.wiring.nodes[index]
    if node.isOnPath, let affine = node.operation.role.affine { arrive(at: affine, own[0]) }
    let needed = (0..<node.inputs.count).filter { engine.wiring.needsGradient(index, input: $0) }
    guard !needed.isEmpty else { return }
    let passed = node.operation.wideBackward(own, pool)
    if node.isOnPath, let dx = passed?.first { path.stop(node.operation.term, size(dx)) }
    // Later readers come first on the way back.
    for input in needed.reversed() {
      gradients[node.inputs[input]].insert(passed.map { $0[input] } ?? own[0], at: 0)
    }
  }

  /// Measures the gradient at a dense layer.
  private mutating func arrive(at affine: any AffineStep<E>, _ g: WideMatrix) {
    path.arrive(size(g))
    guard let layer = affine.weight.layer else { return }
    let x = affine.input!
    let inputs = WideMatrix(rows: x.columns, columns: x.rows) { WideNumber(Double(x[$1, $0])) }
    let delta = g.transposed
    let biases = (0..<g.columns).map { delta.row($0).reduce(WideNumber.zero, +) }
    found[layer - 1] = LayerGains(
      stops: path.layers[path.layers.count - 1], dead: Double(g.zeroColumns) / Double(g.columns),
      gradNorm: WideMatrix.norm(ofProduct: inputs, transposed: delta, pool),
      biasGradNorm: affine.bias.map { _ in biases.norm },
      peak: g.values.reduce(.zero) { $1.magnitude.isLarger(than: $0) ? $1.magnitude : $0 },
      firstSample: g.row(0).map { $0 * WideNumber(Double(samples)) },
      alive: marksAlive ? g.values.map { !$0.isZero } : [])
  }
}
