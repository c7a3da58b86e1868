// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Computes means of functions of shift + scale·z over a standard normal variable z.
///
/// Uses Gauss-Legendre quadrature with 16 points on strips. The strips end where the function has a kink, and become
/// narrow where a large scale makes it change quickly: around its zero, or everywhere if it oscillates. Gauss-Hermite
/// quadrature would converge slowly in these cases.
struct GaussianMean {
  /// The arguments shift + scale·z, and their weights. Their number is a multiple of 16.
  private(set) var arguments: [Double] = []
  private var weights: [Double] = []

  init(scale: Double, shift: Double = 0, kinks: [Double], oscillates: Bool) {
    // Near zero a function looks the same at any smaller scale, and far out at any larger one. At scale 0, one side of
    // a kink would be lost.
    let scale = min(max(scale, 1e-150), 1e154)
    // Measure distances from the function's zero, where they may be far smaller than the rounding of z.
    let zero = -shift / scale
    let (origin, base) = abs(zero) < Self.reach ? (zero, 0) : (0, shift)
    let cuts = Self.cuts(scale, origin, zero - origin, kinks.map { ($0 - base) / scale }, oscillates)
    arguments.reserveCapacity(16 * cuts.count)
    weights.reserveCapacity(16 * cuts.count)
    for (low, high) in zip(cuts, cuts.dropFirst()) where high > low {
      let half = (high - low) / 2
      let middle = (high + low) / 2
      for (node, weight) in Self.rule {
        let distance = middle + half * node
        let z = origin + distance
        arguments.append(base + scale * distance)
        weights.append(half * weight * Real.normalPeak * Real.exp(-z * z / 2))
      }
    }
  }

  /// Returns E[f], given the values of f at the arguments.
  func callAsFunction(_ values: [Double]) -> Double {
    var sum = 0.0
    for i in weights.indices { sum += weights[i] * values[i] }
    return sum
  }

  /// Only 1e-19 of the distribution lies beyond this many standard deviations.
  private static let reach = 9.0

  /// Returns the ends of the strips as distances from `origin`: even strips, finer ones around the function's zero, and
  /// the kinks.
  private static func cuts(
    _ scale: Double, _ origin: Double, _ zero: Double, _ kinks: [Double], _ oscillates: Bool
  ) -> [Double] {
    let even = oscillates ? Int(36 * max(1, scale / 8)) : 36
    var cuts = (0...even).map { reach * (2 * Double($0) / Double(even) - 1) - origin }
    func add(_ distances: [Double]) { cuts += distances.filter { abs(origin + $0) < reach } }
    var fine = reach / Double(even)
    while fine * scale > 0.5 {
      add([zero - fine, zero + fine])
      fine /= 2
    }
    add(kinks)
    return cuts.sorted()
  }

  /// The nodes and weights on −1...1.
  private static let rule: [(node: Double, weight: Double)] = {
    let n = 16
    return (0..<n).map { i in
      // Start near the root (Abramowitz, Stegun 22.16.6), then use Newton's method.
      var x = Real.cos(Double.pi * (Double(i) + 0.75) / (Double(n) + 0.5))
      var slope = 0.0
      for _ in 0..<8 {
        var (before, now) = (1.0, x)
        for k in 2...n { (before, now) = (now, (Double(2 * k - 1) * x * now - Double(k - 1) * before) / Double(k)) }
        slope = Double(n) * (x * now - before) / (x * x - 1)
        x -= now / slope
      }
      return (x, 2 / ((1 - x * x) * slope * slope))
    }
  }()
}
