// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Returns the derivative of one sample's loss with respect to a parameter of a layer, as the product of the chain
  /// rule.
  ///
  /// In a chain of one-neuron layers the factors are ∂L/∂y, φ'(z_i), w_i and, for a weight, the layer's input. Other
  /// networks have no single path. Their factors are the gains of the flow table for this sample, one for each kind of
  /// operation between two layers, and the product is the RMS of the sample's gradient over the elements of the
  /// parameter.
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
    guard self.layer(layer).parameters.contains(parameter) else {
      throw NetworkError(
        "layer \(layer) has no \(parameter.rawValue)",
        hint: "parameter: weight explains the gradient of the weights")
    }
    calibrate(data, pool)
    func explain(_ engine: some CompiledNetwork) -> Explanation {
      engine.typed.explain(data, sample, layer, parameter, loss, pool)
    }
    return explain(engine)
  }
}

extension Plan {
  /// Whether the network consists of dense layers of one neuron each, with nothing but activations between them.
  fileprivate var isChain: Bool {
    input.columns == 1
      && steps.allSatisfy { step in
        switch step?.role {
        case .affine(let affine): affine.outputs == 1
        case .activation(let own): !own.activation.isSoftmax
        case .unrolled, .other, nil: false
        }
      }
      && steps.count == taps.reduce(0) { $0 + ($1.activation == nil ? 1 : 2) }
  }
}

extension Engine {
  @specialized(where E == Float)
  @specialized(where E == Double)
  fileprivate func explain(
    _ data: DataSet, _ sample: Int, _ layer: Int, _ parameter: ParameterKind, _ loss: Loss, _ pool: ThreadPool
  ) -> Explanation {
    plan(.measuring(1), loss).isChain
      ? explainChain(data, sample, layer, parameter, loss, pool)
      : explainGains(data, sample, layer, parameter, loss, pool)
  }

  private func explainChain(
    _ data: DataSet, _ sample: Int, _ layer: Int, _ parameter: ParameterKind, _ loss: Loss, _ pool: ThreadPool
  ) -> Explanation {
    guard let (plan, measure) = gains(data, [Int32(sample - 1)], loss, pool) else { return .stopped }
    let (start, isFused) = plan.lossSlope(loss)
    let taps = plan.taps
    let last = taps.count
    var factors = [
      Explanation.Factor(name: "loss slope", symbol: isFused ? "dL/dz\(last)" : "dL/dy\(last)", value: start)
    ]
    for index in stride(from: last, through: layer, by: -1) {
      let tap = taps[index - 1]
      if let activation = tap.activation, !(isFused && index == last) {
        factors.append(.init(name: "activation slope", symbol: "f'(z\(index))", value: plan.slope(activation)))
      }
      if index > layer {
        factors.append(
          .init(name: "weight", symbol: "w\(index)", value: WideNumber(Double(tap.affine.weight.values[0, 0]))))
      }
    }
    let delta = measure.layers[layer - 1].firstSample[0]
    guard parameter == .weight else {
      return Explanation(target: "dL/db\(layer)", factors: factors, gradient: delta)
    }
    let x = WideNumber(Double(taps[layer - 1].affine.input[0, 0]))
    factors.append(.init(name: "input", symbol: layer == 1 ? "x1" : "y\(layer - 1)", value: x))
    return Explanation(target: "dL/dw\(layer)", factors: factors, gradient: delta * x)
  }

  private func explainGains(
    _ data: DataSet, _ sample: Int, _ layer: Int, _ parameter: ParameterKind, _ loss: Loss, _ pool: ThreadPool
  ) -> Explanation {
    // A batch normalisation mixes the samples, so the sample must be evaluated together with others.
    let others =
      graph.measuresSamples ? (0..<Int32(min(data.samples, evaluationBlock))).filter { $0 != sample - 1 } : []
    let rows = [Int32(sample - 1)] + others.prefix(evaluationBlock - 1)
    guard let (plan, measure) = self.gains(data, rows, loss, pool, of: 0..<1) else { return .stopped }
    let gains = measure.layers
    var factors = plan.factors(gains, to: layer)
    let own = gains[layer - 1]
    guard parameter == .weight else {
      return Explanation(target: "rms(dl/db\(layer))", factors: factors, gradient: own.firstSample.rms)
    }
    let x = plan.taps[layer - 1].affine.input
    let inputs = (0..<x.columns).map { WideNumber(Double(x[0, $0])) }
    factors.append(.init(name: "input", symbol: "rms(\(layer == 1 ? "x" : "y\(layer - 1)"))", value: inputs.rms))
    return Explanation(
      target: "rms(dl/dW\(layer))", factors: factors,
      gradient: inputs.flatMap { x in own.firstSample.map { x * $0 } }.rms)
  }

}

extension Plan {
  /// Returns the derivative of the loss of the last pass, which must have had one sample and one output, and whether it
  /// is the derivative with respect to the input of the last activation.
  fileprivate func lossSlope(_ loss: Loss) -> (WideNumber, isFused: Bool) {
    _ = self.loss(loss, isPrecise: true)
    let own = lossGradient[0, 0]
    let slope = own.isNormal ? WideNumber(Double(own)) : LossSlopes(self, loss).all[0, 0]
    return (slope, isFused)
  }

  /// Returns φ'(z) of the last pass, which must have had one sample, for an activation of a single unit.
  fileprivate func slope(_ own: any ActivationRow<E>) -> WideNumber {
    let slopes = scratch(1, 1)
    own.writeSlopes(into: slopes)
    let slope = slopes[0, 0]
    return slope.isNormal ? WideNumber(Double(slope)) : own.activation.wideSlope(Double(own.input[0, 0]))
  }

  /// Returns the factors on the path from the last layer back to `layer`, counted from 1; see `GradientPath.terms`.
  fileprivate func factors(_ gains: [LayerGains], to layer: Int) -> [Explanation.Factor] {
    var path = [layer - 1]
    while let next = gains[path[0]].arrival.start { path.insert(next, at: 0) }
    let start = GradientStop(term: nil, size: gains[path[0]].delta)
    let all = GradientPath.gains(from: WideNumber(1), [start] + path.flatMap { gains[$0].stops.dropFirst() })
    var factors = [
      Explanation.Factor(
        name: "gradient at the last layer", symbol: "rms(d\(path[0] + 1))", value: all[0])
    ]
    var rest = all.dropFirst()
    for index in path {
      let own = gains[index].stops.dropFirst()
      for (term, gain) in GradientPath.terms(own, rest.prefix(own.count)) {
        let symbol = term.symbol(from: (gains[index].arrival.start ?? index) + 1, to: index + 1)
        factors.append(.init(name: "\(term.rawValue) gain", symbol: symbol, value: gain))
      }
      rest = rest.dropFirst(own.count)
    }
    return factors
  }
}

extension [WideNumber] {
  /// √(Σx²/n).
  fileprivate var rms: WideNumber { norm / WideNumber(Double(count).squareRoot()) }
}

extension GradientTerm {
  /// Returns the notation of `explain` for the term between a dense layer and the next one on its path, `next`.
  fileprivate func symbol(from next: Int, to layer: Int) -> String {
    switch self {
    case .weight: "W\(next)"
    case .shortcut: "shortcut\(layer)"
    case .slope: "f'\(layer)"
    case .norm: "norm\(layer)"
    case .dropout: "dropout\(layer)"
    }
  }
}
