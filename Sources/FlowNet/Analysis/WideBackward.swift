// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The backward pass of a network in numbers that have exponents of their own.
///
/// It is for networks whose gradients leave the range of the element type within one operation, so that no power of two
/// helps; see `Engine.isInRange`. What it computes is 0 only if the derivative is 0 in real arithmetic, or if terms of a
/// sum cancel. It takes the numbers of the last forward pass, which must have kept them, and costs many times a plain pass.
struct WideBackward<E: Element> {
  private let engine: Engine<E>
  private let samples: Int
  private let part: Range<Int>
  private let marksAlive: Bool
  private let pool: ThreadPool
  private let isStopped: () -> Bool
  private let probes: [ObjectIdentifier: Int]
  private var path = GradientPath()
  private var found: [LayerGains?]

  /// Measures the samples that are in `part`.
  init(
    _ engine: Engine<E>, samples: Int, _ part: Range<Int>, _ marksAlive: Bool, _ pool: ThreadPool,
    unless isStopped: @escaping () -> Bool
  ) {
    self.engine = engine
    self.samples = samples
    self.part = part
    self.marksAlive = marksAlive
    self.pool = pool
    self.isStopped = isStopped
    probes = Dictionary(
      uniqueKeysWithValues: engine.probes.enumerated().map { (ObjectIdentifier($1.dense), $0) })
    found = Array(repeating: nil, count: engine.probes.count)
  }

  /// Throws if the system refuses the memory for a pass: a few matrices of samples at a time, and a layer's weights.
  static func requireMemory(_ engine: Engine<E>, samples: Int) throws(MemoryRefusal) {
    let widest = engine.operations.lazy.map { max($0.inputs, $0.outputs) }.max() ?? 0
    let weights = engine.parameters.lazy.map(\.count).max() ?? 0
    let numbers = 4 * Double(samples) * Double(widest) + 2 * Double(weights)
    try FlowMath.requireMemory(numbers * Double(MemoryLayout<WideNumber>.stride))
  }

  /// What there is at every dense layer, given the gradient by the output of the first `operations` of the plan. Some
  /// layers are missing if the pass was stopped.
  func layers(_ gradient: WideMatrix, operations: Int) -> [LayerGains] {
    var pass = self
    var g = gradient
    for index in stride(from: operations - 1, through: 0, by: -1) {
      g = pass.back(engine.operations[index], g, needsInput: index > 0)
    }
    return pass.found.compactMap(\.self)
  }

  private func size(_ g: WideMatrix) -> WideNumber { WideNumber(Double(samples)) * g.rms(part) }

  /// Takes the gradient of an operation's output to that of its input.
  private mutating func back(_ operation: any Operation<E>, _ g: WideMatrix, needsInput: Bool) -> WideMatrix {
    if isStopped() || StopToken.current.isRequested { return g }
    switch operation {
    case let block as ResidualOperation<E>: return back(block, g, needsInput: needsInput)
    case let dense as DenseOperation<E>: return back(dense, g, needsInput: needsInput)
    case let activation as ActivationOperation<E>:
      let dx = activation.activation.isSoftmax ? softmaxBack(activation, g) : pointwiseBack(activation, g)
      path.stop(.slope, size(dx))
      return dx
    case let dropout as DropoutOperation<E>:
      guard let mask = dropout.lastMask else { return g }
      let dx = WideMatrix(rows: g.rows, columns: g.columns) { g[$0, $1] * WideNumber(Double(mask[$0, $1])) }
      path.stop(.dropout, size(dx))
      return dx
    case let norm as BatchNormOperation<E>:
      let dx = normalizationBack(norm.input!, g.scaled(norm.scale), norm.epsilon, overSamples: true)
      path.stop(.norm, size(dx))
      return dx
    case let norm as LayerNormOperation<E>:
      let dx = normalizationBack(norm.input!, g.scaled(norm.scale), norm.epsilon, overSamples: false)
      path.stop(.norm, size(dx))
      return dx
    default: return g
    }
  }

  private mutating func back(_ block: ResidualOperation<E>, _ g: WideMatrix, needsInput: Bool) -> WideMatrix {
    var branch = g
    for (index, inner) in block.body.enumerated().reversed() {
      branch = back(inner, branch, needsInput: needsInput || index > 0)
    }
    guard needsInput else { return branch }
    let around = block.projection.map { WideMatrix.product(g, transposed: $0.wideWeights, pool) } ?? g
    let dx = branch + around
    path.stop(.shortcut, size(dx))
    return dx
  }

  private mutating func back(_ dense: DenseOperation<E>, _ g: WideMatrix, needsInput: Bool) -> WideMatrix {
    path.arrive(size(g))
    if let index = probes[ObjectIdentifier(dense)] {
      let x = dense.input!
      let inputs = WideMatrix(rows: x.columns, columns: x.rows) { WideNumber(Double(x[$1, $0])) }
      let delta = g.transposed
      let biases = (0..<g.columns).map { delta.row($0).reduce(WideNumber.zero, +) }
      found[index] = LayerGains(
        stops: path.layers[path.layers.count - 1], dead: Double(g.zeroColumns) / Double(g.columns),
        gradNorm: WideMatrix.norm(ofProduct: inputs, transposed: delta, pool), biasGradNorm: biases.norm,
        peak: g.values.reduce(.zero) { $1.magnitude.isLarger(than: $0) ? $1.magnitude : $0 },
        firstSample: g.row(0).map { $0 * WideNumber(Double(samples)) },
        alive: marksAlive ? g.values.map { !$0.isZero } : [])
    }
    guard needsInput else { return g }
    let dx = WideMatrix.product(g, transposed: dense.wideWeights, pool)
    path.stop(.weight, size(dx))
    return dx
  }

  private func pointwiseBack(_ operation: ActivationOperation<E>, _ g: WideMatrix) -> WideMatrix {
    let (activation, z) = (operation.activation, operation.input!)
    return WideMatrix(rows: g.rows, columns: g.columns) { row in
      let slopes = activation.wideSlopes((0..<z.columns).map { Double(z[row, $0]) })
      // Where a slope of 0 is a closed mask, nothing comes through, whatever arrives.
      return zip(g.row(row), slopes).map { $1.isZero && activation.slopeIsMask ? .zero : $0 * $1 }
    }
  }

  /// δ_i = y_i (g_i − Σ_j g_j y_j) in every row, with the g of the likeliest class subtracted first.
  private func softmaxBack(_ operation: ActivationOperation<E>, _ g: WideMatrix) -> WideMatrix {
    let z = operation.input!
    return WideMatrix(rows: g.rows, columns: g.columns) { row in
      let own = (0..<z.columns).map { Double(z[row, $0]) }
      let y = softmax(own)
      let top = own.indices.max { own[$0] < own[$1] } ?? 0
      let differences = g.row(row).map { $0 - g[row, top] }
      let dot = zip(differences, y).reduce(WideNumber.zero) { $0 + $1.0 * $1.1 }
      return zip(differences, y).map { $1 * ($0 - dot) }
    }
  }

  /// dx = (u − Σu/n − x̂·Σ(u·x̂)/n)/σ over each group of n numbers that is normalised together.
  private func normalizationBack(
    _ x: Matrix<E>, _ u: WideMatrix, _ epsilon: E, overSamples: Bool
  ) -> WideMatrix {
    let input = WideMatrix(rows: x.rows, columns: x.columns) { WideNumber(Double(x[$0, $1])) }
    let (groups, gradients) = overSamples ? (input.transposed, u.transposed) : (input, u)
    let count = WideNumber(Double(groups.columns))
    let result = WideMatrix(rows: groups.rows, columns: groups.columns) { group in
      let (own, g) = (groups.row(group), gradients.row(group))
      let mean = own.reduce(.zero, +) / count
      let differences = own.map { $0 - mean }
      let variance = differences.reduce(WideNumber.zero) { $0 + $1 * $1 } / count
      let deviation = (variance + WideNumber(Double(epsilon))).squareRoot()
      let hats = differences.map { $0 / deviation }
      let shared = g.reduce(.zero, +) / count
      let along = zip(g, hats).reduce(WideNumber.zero) { $0 + $1.0 * $1.1 } / count
      return zip(g, hats).map { ($0 - shared - $1 * along) / deviation }
    }
    return overSamples ? result.transposed : result
  }
}

extension WideMatrix {
  /// Every column times its number of the parameter.
  fileprivate func scaled<E: Element>(_ scale: Parameter<E>) -> WideMatrix {
    let factors = (0..<columns).map { WideNumber(Double(scale.values[0, $0])) }
    return WideMatrix(rows: rows, columns: columns) { self[$0, $1] * factors[$1] }
  }
}

extension DenseOperation {
  /// Inputs × outputs.
  fileprivate var wideWeights: WideMatrix {
    WideMatrix(rows: inputs, columns: outputs) { WideNumber(Double(weight.values[$0, $1])) }
  }
}
