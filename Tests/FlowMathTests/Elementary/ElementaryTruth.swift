// SPDX-License-Identifier: GPL-3.0-or-later

import FlowMath
import Glibc

/// The system's elementary functions in a wider format than the one under test.
struct Truth<Wide: BinaryFloatingPoint>: Sendable {
  let exp, expm1, log, log1p, tanh, erf, erfc, sin, cos: @Sendable (Wide) -> Wide

  func value(_ function: ElementaryFunction, _ x: Wide) -> Wide {
    switch function {
    case .exp: exp(x)
    case .expm1: expm1(x)
    case .log: log(x)
    case .log1p: log1p(x)
    case .tanh: tanh(x)
    case .sigmoid: x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
    case .erf: erf(x)
    case .normalCDF: normalCDF(x)
    case .sin: sin(x)
    case .cos: cos(x)
    }
  }

  /// Returns erfc(-x / √2) / 2, corrected to first order for the effect of rounding x / √2 on the steep tail.
  private func normalCDF(_ x: Wide) -> Wide {
    let root = Wide(2).squareRoot()
    let rootRest = Wide(2).addingProduct(-root, root) / (2 * root)
    let z = -x / root
    guard z > 1, z.isFinite else { return erfc(z) / 2 }
    let excess = x.addingProduct(z, root).addingProduct(z, rootRest)
    return erfc(z) / 2 * (1 + root * z * excess)
  }
}

extension Truth<Double> {
  static let double = Truth(
    exp: Glibc.exp, expm1: Glibc.expm1, log: Glibc.log, log1p: Glibc.log1p, tanh: Glibc.tanh, erf: Glibc.erf,
    erfc: Glibc.erfc, sin: Glibc.sin, cos: Glibc.cos)
}

#if arch(x86_64)
  extension Truth<Float80> {
    static let extended = Truth(
      exp: Glibc.exp, expm1: Glibc.expm1, log: Glibc.log, log1p: Glibc.log1p, tanh: Glibc.tanh, erf: Glibc.erf,
      erfc: Glibc.erfc, sin: Glibc.sin, cos: Glibc.cos)
  }
#endif

/// The largest error found so far, in units in the last place of the true value's format.
struct WorstError<Format: Element>: CustomStringConvertible {
  private(set) var ulps = 0.0
  private(set) var argument = Format.zero
  private(set) var count = 0

  /// Adds a computed value. An infinity counts as the number that would follow the largest finite one.
  mutating func add<Wide: BinaryFloatingPoint>(_ computed: Format, truth: Wide, at x: Format) {
    count += 1
    var error = 0.0
    if truth.isNaN || computed.isNaN {
      error = truth.isNaN && computed.isNaN ? 0 : .infinity
    } else {
      let top = Wide(Format.greatestFiniteMagnitude) + Wide(Format.greatestFiniteMagnitude.ulp)
      let wanted = max(-top, min(top, truth))
      let got = computed.isInfinite ? (computed > 0 ? top : -top) : Wide(computed)
      let nearest = Format(
        max(-Wide(Format.greatestFiniteMagnitude), min(Wide(Format.greatestFiniteMagnitude), wanted)))
      error = Double(abs(got - wanted) / Wide(nearest.ulp))
    }
    if error > ulps { (ulps, argument) = (error, x) }
  }

  var description: String { "\(ulps) ulp at \(argument), worst of \(count)" }
}

extension ElementaryFunction {
  /// Returns the values of the function at the given numbers.
  func values(at x: [Float]) -> [Float] {
    var y = x
    y.withUnsafeMutableBufferPointer { map($0) }
    return y
  }

  /// Returns the values of the function at the given numbers.
  func values(at x: [Double]) -> [Double] {
    var y = x
    y.withUnsafeMutableBufferPointer { map($0) }
    return y
  }
}
