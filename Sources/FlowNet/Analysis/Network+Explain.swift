// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Network {
  /// The derivative of one sample's loss by a parameter of a layer, as the chain rule's product.
  ///
  /// In a chain of one-neuron layers the factors are ∂L/∂y, φ'(z_i), w_i and, for a weight, the layer's input. Wider
  /// layers have no single path: there the factors are the gains of the flow table, and the product is rms(δ) of the
  /// layer over all samples.
  public func explain(
    _ data: DataSet, layer: Int = 1, _ parameter: ParameterKind = .bias, sample: Int = 1, loss: Loss, pool: ThreadPool
  ) throws(NetworkError) -> Explanation {
    try check(data, rows: 1024)
    guard (1...depth).contains(layer) else {
      throw NetworkError("there is no layer \(layer)", hint: "the layers are numbered from 1 to \(depth)")
    }
    guard (1...data.samples).contains(sample) else {
      throw NetworkError("there is no sample \(sample)", hint: "the samples are numbered from 1 to \(data.samples)")
    }
    calibrate(data, (0..<Int32(min(data.samples, 1024))).map { $0 }, pool)
    let row = [Int32(sample - 1)]
    switch engine {
    case .f32(let engine) where engine.isChain: return engine.explain(data, row, layer, parameter, loss, pool)
    case .f64(let engine) where engine.isChain: return engine.explain(data, row, layer, parameter, loss, pool)
    default: return try explainGains(data, layer, loss, pool)
    }
  }

  private func explainGains(_ data: DataSet, _ layer: Int, _ loss: Loss, _ pool: ThreadPool) throws(NetworkError)
    -> Explanation
  {
    let rows = try flow(data, loss: loss, pool: pool)
    let last = rows[rows.count - 1]
    var factors = [
      Explanation.Factor(name: "gradient at the last layer", symbol: "rms(d\(last.layer))", value: last.deltaRMS)
    ]
    // Where no gradient arrives there is none to gain from: 0/0 counts as 0.
    func gain(_ value: Double?, _ row: LayerFlow) -> Double {
      row.log10Total == -.infinity || row.log10Total.isNaN && value!.isNaN ? 0 : value!
    }
    for row in rows[(layer - 1)...].dropLast().reversed() {
      factors.append(.init(name: "weight gain", symbol: "W\(row.layer + 1)", value: gain(row.weightGain, row)))
      factors.append(.init(name: "slope gain", symbol: "f'\(row.layer)", value: gain(row.slopeGain, row)))
    }
    let own = rows[layer - 1]
    guard own.deltaRMS == 0 || own.deltaRMS.isSubnormal, own.log10Total.isFinite else {
      return Explanation(
        target: "rms(d\(layer))", factors: factors, gradient: own.deltaRMS, gradientExponent: 0)
    }
    // The gradient itself has lost its digits; its logarithm against the last layer has not.
    let exponent = Int((own.log10Total / 0.30102999566398119521).rounded(.down))
    let rest = own.log10Total - Double(exponent) * 0.30102999566398119521
    return Explanation(
      target: "rms(d\(layer))", factors: factors,
      gradient: last.deltaRMS * Double.exp(rest / 0.43429448190325182765), gradientExponent: -exponent)
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
    _ data: DataSet, _ row: [Int32], _ layer: Int, _ parameter: ParameterKind, _ loss: Loss, _ pool: ThreadPool
  ) -> Explanation {
    reserve(rows: 1)
    load(data, row)
    let pass = Pass.measuring(pool)
    let gradient = self.loss(forward(1, pass), loss).gradient
    let start = Double(gradient.matrix[0, 0])
    let isFused = gradient.fused != nil
    let scales = scaledBackward(gradient, pass)
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
      gradient: Double(own.gradients[0, 0]), gradientExponent: scales.exponents[positions()[layer - 1].dense])
  }
}
