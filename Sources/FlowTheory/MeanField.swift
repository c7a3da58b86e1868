// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// Mean-field theory of wide networks at initialization; Poole and others 2016, Schoenholz and others 2017.
///
/// With σ_w² = fan_in·Var[w], σ_b² = Var[b], weights and biases of mean 0, and z standard normal, each layer maps the
/// variance of the pre-activations by q ← σ_w² E[φ(√q z)²] + σ_b² and multiplies the mean square of the gradient by
/// χ = σ_w² E[φ'(√q z)²].
public struct MeanField: Sendable {
  /// φ.
  public let activation: Activation
  /// σ_w².
  public let weightVariance: Double
  /// σ_b².
  public let biasVariance: Double

  public init(_ activation: Activation, weightVariance: Double, biasVariance: Double) {
    self.activation = activation
    self.weightVariance = weightVariance
    self.biasVariance = biasVariance
  }

  /// The fixed point q* that the variance approaches when it starts at 1; infinite if it grows without bound. If every
  /// variance is a fixed point, as for relu at σ_w² = 2 without bias, it is 1.
  public var variance: Double {
    guard weightVariance > 0 else { return biasVariance }
    if let gain = activation.squareGain { return homogeneousVariance(weightVariance * gain) }
    var next = after(1)
    guard next != 1, next.isFinite else { return next == 1 ? 1 : .infinity }
    let grows = next > 1
    // If the slope far out is neutral, the growth becomes ever smaller relative to the variance, and rounding must not
    // end it.
    let isNeutral = grows && abs(weightVariance * activation.farMeanSquareSlope - 1) < 1e-12
    // The map is increasing, so the iteration runs monotonically to the nearest fixed point in its initial direction.
    // One iteration does not pass that point. Where iterations make little progress, longer strides search for its
    // other side.
    var near = 1.0
    var far = 1.0
    repeat {
      near = grows ? max(far, next) : min(far, next)
      let stride = near > 1e-3 && near < 1e3 ? 1.25 : near < 1e6 ? 4 : 1e4
      far = grows ? near * stride : near / stride
      if far > 1e100 { return farVariance }
      if far < 1e-100 { return nearVariance }
      next = after(far)
    } while grows ? next - far > (isNeutral ? -1e-8 * far : 0) : next < far
    for _ in 0..<200 {
      let middle = (near + far) / 2
      if middle == near || middle == far { break }
      if (after(middle) > middle) == grows { near = middle } else { far = middle }
    }
    return (near + far) / 2
  }

  /// Returns the fixed point of q ← slope·q + σ_b².
  private func homogeneousVariance(_ slope: Double) -> Double {
    let isNeutral = abs(slope - 1) < 1e-12
    if biasVariance == 0 { return isNeutral ? 1 : slope < 1 ? 0 : .infinity }
    return slope < 1 && !isNeutral ? biasVariance / (1 - slope) : .infinity
  }

  /// The fixed point below 1e-100, where the activation is linear on either side of 0 or the variance is that of the
  /// biases.
  private var nearVariance: Double {
    let slope = weightVariance * activation.nearMeanSquareSlope
    let atRest = activation.value(0)
    return slope < 1 - 1e-12 ? (weightVariance * atRest * atRest + biasVariance) / (1 - slope) : 0
  }

  /// The fixed point beyond 1e100, where the activation is constant or homogeneous on either side of 0.
  private var farVariance: Double {
    guard activation.isUnbounded else { return weightVariance * activation.meanSquareValue(1e100) + biasVariance }
    let slope = weightVariance * activation.farMeanSquareSlope
    return slope < 1 - 1e-12 ? biasVariance / (1 - slope) : .infinity
  }

  /// Returns the variance after one layer, given the variance q before it.
  private func after(_ q: Double) -> Double { weightVariance * activation.meanSquareValue(q) + biasVariance }

  /// χ at the variance q.
  public func susceptibility(_ q: Double) -> Double { weightVariance * activation.meanSquareSlope(q) }
}

/// Means over pre-activations of variance q.
extension Activation {
  /// E[φ(√q z)²].
  public func meanSquareValue(_ q: Double) -> Double {
    let mean = gaussianMean(q)
    return mean(values(mean.arguments).map { $0 * $0 })
  }

  /// E[φ'(√q z)²].
  public func meanSquareSlope(_ q: Double) -> Double {
    let mean = gaussianMean(q)
    return mean(slopes(mean.arguments).map { $0 * $0 })
  }

  /// E[φ'(√q z)²] as q goes to 0.
  var nearMeanSquareSlope: Double { meanSquareSlope(onEitherSide: 1e-150) }

  /// E[φ'(√q z)²] as q goes to infinity.
  var farMeanSquareSlope: Double { isUnbounded ? meanSquareSlope(onEitherSide: 1e150) : meanSquareSlope(1e100) }

  /// Returns the mean for slopes that are constant on either side of 0, taken at this distance. This avoids the
  /// rounding of a quadrature.
  private func meanSquareSlope(onEitherSide distance: Double) -> Double {
    let (left, right) = (slope(-distance), slope(distance))
    return (left * left + right * right) / 2
  }

  func gaussianMean(_ q: Double, mean: Double = 0) -> GaussianMean {
    GaussianMean(scale: resolvedVariance(q).squareRoot(), shift: mean, kinks: kinks, oscillates: oscillates)
  }

  /// Returns a variance that can replace q. With a standard deviation of 20 radians, a sine takes all its values
  /// equally often up to 1e-80, and for larger ones the quadrature would have to follow every wave.
  func resolvedVariance(_ q: Double) -> Double { oscillates ? min(q, 20 * 20) : q }

  /// Whether the values grow without bound with the argument.
  var isUnbounded: Bool { max(abs(value(-1e150)), abs(value(1e150))) > 1e100 }

  /// E[φ(√q z)²]/q if it is the same for every q, as for relu; otherwise `nil`.
  var squareGain: Double? {
    let gain = meanSquareValue(1)
    return [0x1p-8, 0x1p8].allSatisfy { abs(meanSquareValue($0) / $0 - gain) < 1e-12 * gain } ? gain : nil
  }
}
