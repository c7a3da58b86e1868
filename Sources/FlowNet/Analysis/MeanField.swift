// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Mean-field theory of wide networks at initialization; Poole and others 2016, Schoenholz and others 2017.
///
/// With σ_w² = fan_in·E[w²], σ_b² = E[b²] and z standard normal, the variance of the pre-activations goes
/// q ← σ_w² E[φ(√q z)²] + σ_b², and the mean square of the gradient is multiplied per layer by χ = σ_w² E[φ'(√q z)²].
public struct MeanField: Sendable {
  /// φ.
  public let activation: Activation
  /// σ_w².
  public let weightVariance: Double
  /// σ_b².
  public let biasVariance: Double

  /// The theory of one kind of layer.
  public init(_ activation: Activation, weightVariance: Double, biasVariance: Double) {
    self.activation = activation
    self.weightVariance = weightVariance
    self.biasVariance = biasVariance
  }

  /// The fixed point q*; infinite where the variance grows without bound.
  public var variance: Double {
    var q = 1.0
    for _ in 0..<20_000 {
      let next = weightVariance * meanSquareValue(q) + biasVariance
      if !(next < 1e100) { return .infinity }
      if abs(next - q) <= 1e-15 * next { return next }
      // Where the map is nearly the identity, as for relu at σ_w² = 2, every q is a fixed point.
      q = next
    }
    return q
  }

  /// χ at the variance q.
  public func susceptibility(_ q: Double) -> Double {
    weightVariance * meanSquareSlope(q)
  }

  /// E[φ(√q z)²].
  public func meanSquareValue(_ q: Double) -> Double {
    GaussianMean.of(scale: q.squareRoot(), kinks: activation.kinks) { z in
      let y = activation.value(z)
      return y * y
    }
  }

  /// E[φ'(√q z)²].
  public func meanSquareSlope(_ q: Double) -> Double {
    GaussianMean.of(scale: q.squareRoot(), kinks: activation.kinks) { z in
      let slope = activation.slope(z)
      return slope * slope
    }
  }

  /// E[φ(√q z)].
  public func meanValue(_ q: Double) -> Double {
    GaussianMean.of(scale: q.squareRoot(), kinks: activation.kinks) { activation.value($0) }
  }
}

/// Means over a standard normal variable.
enum GaussianMean {
  /// E[f(scale·z)] by Gauss-Legendre quadrature of 16 points on strips, cut where f has a kink: unlike Gauss-Hermite's,
  /// its error does not grow where the slope jumps.
  static func of(scale: Double, kinks: [Double], _ f: (Double) -> Double) -> Double {
    guard scale > 0 else { return f(0) }
    let reach = 9.0
    var cuts = stride(from: -reach, through: reach, by: 0.5).map { $0 }
    cuts += kinks.map { $0 / scale }.filter { abs($0) < reach }
    cuts.sort()
    var sum = 0.0
    for (low, high) in zip(cuts, cuts.dropFirst()) where high > low {
      let half = (high - low) / 2
      let middle = (high + low) / 2
      for (node, weight) in zip(nodes, weights) {
        for z in [middle - half * node, middle + half * node] {
          sum += half * weight * density(z) * f(scale * z)
        }
      }
    }
    return sum
  }

  private static func density(_ z: Double) -> Double { 0.3989422804014326779 * Double.exp(-z * z / 2) }

  /// The positive nodes of the Legendre polynomial of degree 16, and their weights; computed, not tabulated.
  private static let rule: (nodes: [Double], weights: [Double]) = {
    let n = 16
    var nodes: [Double] = []
    var weights: [Double] = []
    for i in 0..<n / 2 {
      // Start near the root (Abramowitz, Stegun 22.16.6), then Newton.
      var x = SIMD4<Double>.cos(SIMD4(repeating: Double.pi * (Double(i) + 0.75) / (Double(n) + 0.5)))[0]
      var slope = 0.0
      for _ in 0..<8 {
        var (before, now) = (1.0, x)
        for k in 2...n { (before, now) = (now, (Double(2 * k - 1) * x * now - Double(k - 1) * before) / Double(k)) }
        slope = Double(n) * (x * now - before) / (x * x - 1)
        x -= now / slope
      }
      nodes.append(x)
      weights.append(2 / ((1 - x * x) * slope * slope))
    }
    return (nodes, weights)
  }()
  private static var nodes: [Double] { rule.nodes }
  private static var weights: [Double] { rule.weights }
}
