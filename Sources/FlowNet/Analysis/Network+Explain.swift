// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// The derivative of one sample's loss by a parameter of a layer, as the chain rule's product.
  ///
  /// In a chain of one-neuron layers the factors are ∂L/∂y, φ'(z_i), w_i and, for a weight, the layer's input. Other
  /// networks have no single path: there the factors are the gains of the flow table for this sample, one for each kind of
  /// operation on the way, and the product is the RMS of its gradient over the elements of the parameter.
  public func explain(
    _ data: DataSet, layer: Int = 1, _ parameter: ParameterKind = .bias, sample: Int = 1, loss: Loss, pool: ThreadPool
  ) throws(NetworkError) -> Explanation {
    try check(data)
    try check(loss, on: data)
    try checkTrainingPass(samples: data.samples)
    guard (1...depth).contains(layer) else {
      throw NetworkError("there is no layer \(layer)", hint: "the layers are numbered from 1 to \(depth)")
    }
    guard (1...data.samples).contains(sample) else {
      throw NetworkError("there is no sample \(sample)", hint: "the samples are numbered from 1 to \(data.samples)")
    }
    calibrate(data, pool)
    switch engine {
    case .f32(let engine): return engine.explain(data, sample, layer, parameter, loss, pool)
    case .f64(let engine): return engine.explain(data, sample, layer, parameter, loss, pool)
    }
  }
}

extension Engine {
  /// True for dense layers of one neuron each, with nothing but activations between them.
  var isChain: Bool {
    inputs == 1
      && operations.allSatisfy { operation in
        if let dense = operation as? DenseOperation<E> { return dense.outputs == 1 }
        guard let activation = operation as? ActivationOperation<E> else { return false }
        return !activation.activation.isSoftmax
      }
      && operations.count == probes.reduce(0) { $0 + ($1.activation == nil ? 1 : 2) }
  }

  fileprivate func explain(
    _ data: DataSet, _ sample: Int, _ layer: Int, _ parameter: ParameterKind, _ loss: Loss, _ pool: ThreadPool
  ) -> Explanation {
    isChain
      ? explainChain(data, sample, layer, parameter, loss, pool)
      : explainGains(data, sample, layer, parameter, loss, pool)
  }

  private func explainChain(
    _ data: DataSet, _ sample: Int, _ layer: Int, _ parameter: ParameterKind, _ loss: Loss, _ pool: ThreadPool
  ) -> Explanation {
    reserve(rows: 1)
    load(data, [Int32(sample - 1)], pool)
    let pass = Pass.measuring(pool)
    let gradient = self.loss(forward(1, pass), loss, isPrecise: pass.isPrecise).gradient
    let start = Double(gradient.matrix[0, 0])
    let isFused = gradient.fused != nil
    let scales = scaledBackward(gradient, pass)
    if pass.stop.isRequested { return .stopped }
    let last = probes.count
    var factors = [
      Explanation.Factor(name: "loss slope", symbol: isFused ? "dL/dz\(last)" : "dL/dy\(last)", value: start)
    ]
    for index in stride(from: last, through: layer, by: -1) {
      let probe = probes[index - 1]
      if let activation = probe.activation, !gradient.isFused(probe) {
        let slope = scratch(1, 1)
        activation.writeSlopes(into: slope)
        factors.append(
          .init(name: "activation slope", symbol: "f'(z\(index))", value: Double(slope[0, 0])))
      }
      if index > layer {
        factors.append(
          .init(name: "weight", symbol: "w\(index)", value: Double(probe.dense.weight.values[0, 0])))
      }
    }
    let probe = probes[layer - 1]
    if parameter == .weight {
      factors.append(
        .init(name: "input", symbol: layer == 1 ? "x1" : "y\(layer - 1)", value: Double(probe.dense.input![0, 0])))
    }
    let own = parameter == .weight ? probe.dense.weight : probe.dense.bias
    return Explanation(
      target: parameter == .weight ? "dL/dw\(layer)" : "dL/db\(layer)", factors: factors,
      gradient: Double(own.gradients[0, 0]), gradientExponent: scales.exponents[positions()[layer - 1]])
  }

  private func explainGains(
    _ data: DataSet, _ sample: Int, _ layer: Int, _ parameter: ParameterKind, _ loss: Loss, _ pool: ThreadPool
  ) -> Explanation {
    // A batch normalisation mixes the samples, so the sample is seen among others.
    let others = batchNorms.isEmpty ? [] : (0..<Int32(min(data.samples, evaluationBlock))).filter { $0 != sample - 1 }
    let rows = [Int32(sample - 1)] + others.prefix(evaluationBlock - 1)
    let gains = gains(data, rows, loss, pool, of: 0..<1)
    if gains.isEmpty { return .stopped }
    var factors = [
      Explanation.Factor(
        name: "gradient at the last layer", symbol: "rms(d\(probes.count))", value: gains[probes.count - 1].delta.plain)
    ]
    for index in stride(from: probes.count - 1, to: layer - 1, by: -1) {
      // Without any gradient at the next layer every gain is 0/0, which counts as 0.
      let isLost = gains[index].delta.value == 0
      factors += gains[index - 1].terms.map { term, gain in
        .init(name: "\(term.rawValue) gain", symbol: term.symbol(index), value: isLost || gain.isNaN ? 0 : gain)
      }
    }
    let own = gains[layer - 1]
    let dense = probes[layer - 1].dense
    let delta = dense.delta!.rows(0..<1)
    guard parameter == .weight else {
      return Explanation(
        target: "rms(dl/db\(layer))", factors: factors, gradient: own.delta.value, gradientExponent: own.delta.exponent)
    }
    let x = dense.input!.rows(0..<1)
    factors.append(.init(name: "input", symbol: "rms(\(layer == 1 ? "x" : "y\(layer - 1)"))", value: rmsOfColumns(x)))
    var squares = 0.0
    for i in 0..<x.columns {
      for j in 0..<delta.columns {
        let element = Double(x[0, i]) * Double(delta[0, j]) * Double(rows.count)
        squares += element * element
      }
    }
    return Explanation(
      target: "rms(dl/dW\(layer))", factors: factors,
      gradient: (squares / Double(x.columns * delta.columns)).squareRoot(), gradientExponent: own.delta.exponent)
  }
}

extension GradientTerm {
  /// How `explain` writes the term between a dense layer and the next one.
  fileprivate func symbol(_ layer: Int) -> String {
    switch self {
    case .weight: "W\(layer + 1)"
    case .shortcut: "shortcut\(layer)"
    case .slope: "f'\(layer)"
    case .norm: "norm\(layer)"
    case .dropout: "dropout\(layer)"
    }
  }
}
