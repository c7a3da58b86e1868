// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests that the gains of the flow table match their definitions in networks of any kind.
@Suite struct LayerGainsTests {
  /// The factor is that of the plain backward pass and the product of the gains. The weight gain is that of the
  /// weights.
  @Test(arguments: [["sigmoid"], ["tanh", "relu"], ["gelu", "selu", "sin", "softplus"]])
  func randomNetworks(_ activations: [String]) throws {
    var rows = 0
    var seen = (shortcut: 0, norm: 0, dropout: 0, none: 0)
    for seed: UInt64 in 1...80 {
      var recipe = NetworkRecipe(seed, activations)
      let network = try recipe.network()
      let data = Fixture.regression(9, 4, 3, seed: seed)
      let flow = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
      let deltas = try network.pass(data, loss: Fixture.mse, pool: Fixture.single).deltas
      for (index, row) in flow.enumerated() {
        guard index + 1 < flow.count else {
          #expect(
            [row.weightGain, row.slopeGain, row.shortcutGain, row.normGain, row.dropoutGain].allSatisfy { $0 == nil })
          continue
        }
        guard rms(deltas[index]) > 0, rms(deltas[index + 1]) > 0 else { continue }
        rows += 1
        let factor = rms(deltas[index]) / rms(deltas[index + 1])
        #expect(relativeError(try #require(row.factor), factor) < 1e-12, "seed \(seed) layer \(row.layer)")
        let product =
          try #require(row.weightGain) * #require(row.slopeGain) * (row.shortcutGain ?? 1) * (row.normGain ?? 1)
          * (row.dropoutGain ?? 1)
        #expect(relativeError(product, factor) < 1e-12, "seed \(seed) layer \(row.layer)")
        let next = flow[index + 1]
        let weights = network.numbers(layer: next.layer, .weight)!
        let back = deltas[index + 1].map { delta in
          (0..<next.inputs).map { input in
            delta.indices.reduce(0) { $0 + weights[$1 * next.inputs + input] * delta[$1] }
          }
        }
        #expect(relativeError(row.weightGain!, rms(back) / rms(deltas[index + 1])) < 1e-12)
        if activations == ["sigmoid"] { #expect(row.slopeGain! <= 0.25 * (1 + 1e-12)) }
        if activations.contains("tanh") { #expect(row.slopeGain! <= 1 + 1e-12) }
        seen.shortcut += row.shortcutGain == nil ? 0 : 1
        seen.norm += row.normGain == nil ? 0 : 1
        seen.dropout += row.dropoutGain == nil ? 0 : 1
        seen.none += row.shortcutGain == nil && row.normGain == nil && row.dropoutGain == nil ? 1 : 0
      }
      for layer in [1, flow.count] {
        // Dropout masks depend on the position of a sample in its batch.
        let explanation = try network.explain(data, layer: layer, sample: 1, loss: Fixture.mse, pool: Fixture.single)
        let alone = rms([deltas[layer - 1][0]])
        // After several normalisations, a gradient may consist of the rounding of numbers near 1.
        func agrees(_ number: Double) -> Bool { abs(number - alone) <= 1e-10 * alone + 1e-15 }
        #expect(agrees(explanation.gradient), "seed \(seed) layer \(layer)")
        // This must hold even if a relu next to an open shortcut is closed for this sample.
        #expect(explanation.relativeError <= 1e-12)
        let product = explanation.terms.compactMap(\.value).reduce(1, *)
        #expect(agrees(product))
      }
    }
    #expect(rows > 120 && min(seen.shortcut, seen.norm, seen.dropout, seen.none) > 10, "\(rows) \(seen)")
  }

  /// y_l = x + φ(norm(W·x + b)). Computes every gain from the parameters of the network alone.
  @Test(arguments: ["sigmoid", "tanh"], [NormChoice.none, .layer, .batch])
  func shortcutsByHand(_ name: String, _ norm: NormChoice) throws {
    let (depth, width, samples) = (5, 6, 7)
    let options = Fixture.options(
      Fixture.initializer("normal", 0, 0.6), bias: Fixture.initializer("normal", 0, 0.5), norm: norm, skip: true)
    let network = try Fixture.chain(depth, name, width: width, options)
    let data = Fixture.regression(samples, width, width)
    let flow = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
    let activation = Fixture.activation(name)
    var x = data.inputLists
    var scaled: [Normalised] = []
    for layer in 1...depth {
      let (w, b) = (network.numbers(layer: layer, .weight)!, network.numbers(layer: layer, .bias)!)
      let z = x.map { x in (0..<width).map { unit in (0..<width).reduce(b[unit]) { $0 + w[unit * width + $1] * x[$1] } }
      }
      scaled.append(Normalised(z, norm))
      x = zip(x, scaled[layer - 1].values).map { zip($0, $1).map { $0 + activation.value($1) } }
    }
    // The gradient of mse at the output of the last layer, up to a factor.
    var g = zip(x, data.targetLists).map { zip($0, $1).map { $0 - $1 } }
    for layer in stride(from: depth, through: 1, by: -1) {
      let own = scaled[layer - 1]
      let sloped = zip(g, own.values).map { zip($0, $1).map { $0 * activation.slope($1) } }
      let delta = own.backward(sloped)
      if layer < depth {
        let row = flow[layer - 1]
        #expect(relativeError(row.slopeGain!, rms(sloped) / rms(g)) < 1e-10)
        if norm == .none {
          #expect(row.normGain == nil)
        } else {
          #expect(relativeError(row.normGain!, rms(delta) / rms(sloped)) < 1e-10)
        }
      }
      guard layer > 1 else { break }
      let w = network.numbers(layer: layer, .weight)!
      let back = delta.map { d in (0..<width).map { i in (0..<width).reduce(0) { $0 + w[$1 * width + i] * d[$1] } } }
      let sum = zip(back, g).map { zip($0, $1).map { $0 + $1 } }
      #expect(relativeError(flow[layer - 2].weightGain!, rms(back) / rms(delta)) < 1e-10)
      #expect(relativeError(flow[layer - 2].shortcutGain!, rms(sum) / rms(back)) < 1e-10)
      g = sum
    }
  }

  /// Values normalised over units or samples, as in Ba and others 2016 or Ioffe and Szegedy 2015, without scale and
  /// shift.
  private struct Normalised {
    let values: [[Double]]
    private let deviations: [Double]
    private let norm: NormChoice

    init(_ z: [[Double]], _ norm: NormChoice) {
      self.norm = norm
      guard norm != .none else {
        (values, deviations) = (z, [])
        return
      }
      let groups = norm == .layer ? z : transposed(z)
      let means = groups.map { $0.reduce(0, +) / Double($0.count) }
      let deviations = zip(groups, means).map { group, mean in
        (group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(group.count) + 1e-5).squareRoot()
      }
      let all = groups.indices.map { i in groups[i].map { ($0 - means[i]) / deviations[i] } }
      (values, self.deviations) = (norm == .layer ? all : transposed(all), deviations)
    }

    func backward(_ g: [[Double]]) -> [[Double]] {
      guard norm != .none else { return g }
      let (own, hats) = norm == .layer ? (g, values) : (transposed(g), transposed(values))
      let all = own.indices.map { i in
        let count = Double(own[i].count)
        let mean = own[i].reduce(0, +) / count
        let along = zip(own[i], hats[i]).reduce(0) { $0 + $1.0 * $1.1 } / count
        return zip(own[i], hats[i]).map { ($0 - mean - $1 * along) / deviations[i] }
      }
      return norm == .layer ? all : transposed(all)
    }
  }

  /// In layers of one neuron, the weight gain is the weight, with any shortcuts and normalisations around it.
  @Test(arguments: ["sigmoid", "tanh", "relu", "softplus"], [(false, NormChoice.none), (true, .none), (true, .batch)])
  func oneNeuron(_ name: String, _ around: (skip: Bool, norm: NormChoice)) throws {
    let (skip, norm) = around
    for seed: UInt64 in 1...10 {
      let network = try Fixture.chain(
        6, name, seed: seed, Fixture.options(bias: Fixture.initializer("normal", 0, 1), norm: norm, skip: skip))
      let data = Fixture.regression(5, 1, 1)
      let flow = try network.flow(data, loss: Fixture.mse, pool: Fixture.single)
      for row in flow.dropLast() {
        let weight = abs(network.numbers(layer: row.layer + 1, .weight)![0])
        if let gain = row.weightGain { #expect(relativeError(gain, weight) < 1e-12) }
        if name == "sigmoid", let gain = row.slopeGain { #expect(gain <= 0.25 * (1 + 1e-12)) }
      }
      let explanation = try network.explain(data, layer: 1, loss: Fixture.mse, pool: Fixture.single)
      for term in explanation.terms where term.symbol.uppercased().hasPrefix("W") {
        let layer = Int(term.symbol.dropFirst())!
        let weight = abs(network.numbers(layer: layer, .weight)![0])
        if let value = term.value { #expect(value == 0 || relativeError(abs(value), weight) < 1e-12, "\(term.symbol)") }
      }
    }
  }
}

private func rms(_ rows: [[Double]]) -> Double {
  (rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } } / Double(rows.count * rows[0].count)).squareRoot()
}

private func transposed(_ rows: [[Double]]) -> [[Double]] {
  rows[0].indices.map { column in rows.map { $0[column] } }
}
