// SPDX-License-Identifier: GPL-3.0-or-later

import FlowMath
import Testing

@Suite struct ElementarySpecialTests {
  static let limits: [(ElementaryFunction, Double, Double)] = [
    (.exp, -.infinity, 0), (.exp, 0, 1), (.exp, -0.0, 1), (.exp, .infinity, .infinity), (.exp, 1e30, .infinity),
    (.exp, -1e30, 0), (.expm1, -.infinity, -1), (.expm1, .infinity, .infinity), (.expm1, 1e30, .infinity),
    (.expm1, -1e30, -1), (.log, 0, -.infinity), (.log, -0.0, -.infinity), (.log, 1, 0), (.log, .infinity, .infinity),
    (.log, -1, .nan), (.log, -.infinity, .nan), (.log1p, -1, -.infinity), (.log1p, .infinity, .infinity),
    (.log1p, -2, .nan), (.log1p, -.infinity, .nan), (.tanh, .infinity, 1), (.tanh, -.infinity, -1), (.tanh, 1e30, 1),
    (.tanh, -1e30, -1), (.sigmoid, 0, 0.5), (.sigmoid, -0.0, 0.5), (.sigmoid, .infinity, 1), (.sigmoid, -.infinity, 0),
    (.sigmoid, -1e30, 0), (.erf, .infinity, 1), (.erf, -.infinity, -1), (.erf, 1e30, 1), (.erf, -1e30, -1),
    (.normalCDF, 0, 0.5), (.normalCDF, -0.0, 0.5), (.normalCDF, .infinity, 1), (.normalCDF, -.infinity, 0),
    (.normalCDF, 1e30, 1), (.normalCDF, -1e30, 0), (.sin, .infinity, .nan), (.sin, -.infinity, .nan), (.cos, 0, 1),
    (.cos, .infinity, .nan), (.cos, -.infinity, .nan),
  ]

  @Test(arguments: limits)
  func hasTheRightLimits(_ function: ElementaryFunction, _ x: Double, _ y: Double) {
    let double = function.values(at: [x])[0]
    let single = function.values(at: [Float(x)])[0]
    #expect(double == y || double.isNaN && y.isNaN)
    #expect(single == Float(y) || single.isNaN && y.isNaN)
  }

  /// Tests NaNs of any sign and payload, with ordinary numbers in the other lanes.
  @Test(arguments: ElementaryFunction.allCases)
  func nanPropagates(_ function: ElementaryFunction) {
    let singles: [UInt32] = [0x7fc0_0000, 0xffc0_0000, 0x7f80_0001, 0x7fc0_0101, 0xffff_ffff, 0x7fff_f0f1]
    let doubles: [UInt64] = [0x7ff8 << 48, 0xfff8 << 48, 0x7ff0 << 48 | 1, 0x7ff8 << 48 | 0x101, .max, .max >> 1]
    for (i, (single, double)) in zip(singles, doubles).enumerated() {
      var s = [Float](repeating: 0.5, count: 8)
      var d = [Double](repeating: 0.5, count: 8)
      s[i] = Float(bitPattern: single)
      d[i] = Double(bitPattern: double)
      let (ys, yd) = (function.values(at: s), function.values(at: d))
      #expect(ys.indices.filter { ys[$0].isNaN } == [i])
      #expect(yd.indices.filter { yd[$0].isNaN } == [i])
    }
  }

  @Test(arguments: [ElementaryFunction.expm1, .log1p, .tanh, .erf, .sin])
  func oddFunctionsKeepTinyArguments(_ function: ElementaryFunction) {
    let single = function.values(at: [0, -0.0, Float.leastNonzeroMagnitude, -.leastNonzeroMagnitude])
    let double = function.values(at: [0, -0.0, Double.leastNonzeroMagnitude, -.leastNonzeroMagnitude])
    #expect(single.map(\.bitPattern) == [0, 0x8000_0000, 1, 0x8000_0001])
    #expect(double.map(\.bitPattern) == [0, 0x8000_0000_0000_0000, 1, 0x8000_0000_0000_0001])
  }

  @Test(arguments: [ElementaryFunction.tanh, .erf, .sin])
  func oddFunctionsMirrorTheirBits(_ function: ElementaryFunction) {
    let x = (1...10_000).map { Double($0) * 0x1.91p-10 }
    #expect(function.values(at: x.map { -$0 }) == function.values(at: x).map { -$0 })
    #expect(function.values(at: x.map { -Float($0) }) == function.values(at: x.map { Float($0) }).map { -$0 })
  }

  /// Tests exp around its underflow to the smallest numbers and to zero, and around its overflow.
  @Test func underflowsGraduallyAndOverflows() {
    let single = ElementaryFunction.exp.values(at: [Float(-103.97), -103.98, 88.722, 88.723])
    #expect(single[0] == .leastNonzeroMagnitude && single[1] == 0 && single[2].isFinite && single[3] == .infinity)
    let double = ElementaryFunction.exp.values(at: [-745.13, -745.14, 709.78, 709.79])
    #expect(double[0] == .leastNonzeroMagnitude && double[1] == 0 && double[2].isFinite && double[3] == .infinity)
    let tails = ElementaryFunction.normalCDF.values(at: [-38.44, -38.48, -38.5])
    #expect(tails == [3, 1, 0].map { $0 * Double.leastNonzeroMagnitude })
  }

  /// The sigmoid is 1 once 1 + exp(-z) rounds to 1, at z = 24 ln 2 and z = 53 ln 2. There, one ulp of z changes the
  /// argument of exp by far more than one ulp of its result.
  @Test func sigmoidSaturates() {
    let single = Float(24 * 0.6931471805599453)
    #expect(
      ElementaryFunction.sigmoid.values(at: [single.nextDown, single.nextUp, 16.635, 16.636]).map { $0 == 1 }
        == [false, true, false, true])
    let double = 53 * 0.6931471805599453
    #expect(
      ElementaryFunction.sigmoid.values(at: [double.nextDown, double.nextUp, 36.736, 36.737]).map { $0 == 1 }
        == [false, true, false, true])
  }

  /// Tests neighbouring arguments in the approach to saturation, in both directions.
  @Test(arguments: [ElementaryFunction.tanh, .erf, .sigmoid, .normalCDF])
  func isMonotoneNearSaturation(_ function: ElementaryFunction) {
    let single: [ElementaryFunction: Float] = [.tanh: 8, .erf: 3.25, .sigmoid: 15, .normalCDF: 4.75]
    let double: [ElementaryFunction: Double] = [.tanh: 18, .erf: 5.5, .sigmoid: 35, .normalCDF: 8]
    for sign in [1, -1] {
      let s = (0..<1_500_000).map { Float(sign) * Float(bitPattern: single[function]!.bitPattern + $0) }
      let ys = function.values(at: s)
      #expect(zip(ys, ys.dropFirst()).allSatisfy { sign > 0 ? $0 <= $1 : $0 >= $1 })
      let d = (0..<400_000).flatMap { i -> [Double] in
        let x = Double(sign) * double[function]! * (1 + Double(i) * 1e-6 / 4)
        return [x, Double(sign) * x.magnitude.nextUp]
      }
      let yd = function.values(at: d)
      #expect(zip(yd, yd.dropFirst()).allSatisfy { sign > 0 ? $0 <= $1 : $0 >= $1 })
    }
  }

  /// A value depends only on its argument: not on its lane, and not on large or special arguments in other lanes.
  @Test(arguments: ElementaryFunction.allCases)
  func lanesAreIndependent(_ function: ElementaryFunction) {
    let x: [Double] = [0.3, 1e20, -0.7, .infinity, 5, -800, 0x1p-1030, .nan, 33, -1e9, 0.25]
    let alone = x.map { function.values(at: [$0])[0].bitPattern }
    #expect(function.values(at: x).map(\.bitPattern) == alone)
    let single = x.map { Float($0) }
    #expect(function.values(at: single).map(\.bitPattern) == single.map { function.values(at: [$0])[0].bitPattern })
  }
}
