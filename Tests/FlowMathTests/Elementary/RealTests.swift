// SPDX-License-Identifier: GPL-3.0-or-later

import FlowMath
import Foundation
import SeededRandom
import Testing

/// Compares the functions of single numbers with values computed with 60 digits (see `real.py`) and with C99's special
/// cases.
@Suite struct RealTests {
  private static let functions: [String: @Sendable ([Double]) -> Double] = [
    "log2": { Real.log2($0[0]) }, "log10": { Real.log10($0[0]) }, "tan": { Real.tan($0[0]) },
    "sinh": { Real.sinh($0[0]) }, "cosh": { Real.cosh($0[0]) }, "asin": { Real.asin($0[0]) },
    "acos": { Real.acos($0[0]) }, "atan": { Real.atan($0[0]) }, "power": { Real.power($0[0], $0[1]) },
  ]

  @Test(arguments: functions.keys.sorted())
  func areRoundedOnce(_ name: String) throws {
    let rows = try #require(try Self.table()[name])
    #expect(rows.count >= 450)
    for row in rows {
      let own = Self.functions[name]!(row.arguments)
      let error = abs((own - row.rounded) / row.rounded.ulp - row.excess)
      // A subnormal result is rounded twice.
      let bound = abs(row.rounded) < Double.leastNormalMagnitude ? 0.76 : abs(row.arguments[0]) > 1e9 ? 0.6 : 0.51
      #expect(error <= bound, "\(name) of \(row.arguments) is off by \(error) ulp")
    }
  }

  private struct Row {
    let arguments: [Double]
    let rounded: Double
    let excess: Double
  }

  private static func table() throws -> [String: [Row]] {
    let file = Bundle.module.bundleURL.appendingPathComponent("Reference/real.txt")
    var tables: [String: [Row]] = [:]
    var name = ""
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 1 else {
        name = String(line)
        continue
      }
      let numbers = fields.dropLast().map { Double(bitPattern: UInt64($0, radix: 16)!) }
      tables[name, default: []].append(
        Row(arguments: numbers.dropLast(), rounded: numbers.last!, excess: Double(fields.last!)! / 1000))
    }
    return tables
  }

  /// The functions shared with the engine return the same bits.
  @Test func agreeWithTheEngine() {
    let functions: [(ElementaryFunction, @Sendable (Double) -> Double)] = [
      (.exp, Real.exp), (.log, Real.log), (.sin, Real.sin), (.cos, Real.cos), (.tanh, Real.tanh), (.erf, Real.erf),
      (.normalCDF, Real.normalCDF),
    ]
    var generator = SeededGenerator(seed: 24)
    let x = (0..<3_000).map { _ in Double.random(in: -50...50, using: &generator) }
    for (engine, own) in functions {
      for (x, y) in zip(x, engine.values(at: x)) { #expect(own(x).bitPattern == y.bitPattern) }
    }
  }

  @Test func powersOfWholeNumbersAreExact() {
    for base in 2...12 {
      var power = 1.0
      for exponent in 0...300 where power < 0x1p53 {
        #expect(Real.power(Double(base), Double(exponent)) == power)
        #expect(Real.power(Double(-base), Double(exponent)) == (exponent % 2 == 0 ? power : -power))
        power *= Double(base)
      }
    }
    for exponent in 0...22 { #expect(Real.power(10, Double(exponent)) == Double("1e\(exponent)")) }
    for exponent in -323...308 {
      #expect(Real.power(10, Double(exponent)) == Double("1e\(exponent)"))
      if exponent > -308 { #expect(Real.log10(Double("1e\(exponent)")!) == Double(exponent)) }
    }
    for exponent in -1074...1023 {
      let power = Double(sign: .plus, exponent: exponent, significand: 1)
      #expect(Real.power(2, Double(exponent)) == power && Real.log2(power) == Double(exponent))
    }
  }

  /// Tests the special cases of Annex F of C99.
  @Test func specialPowers() {
    let (inf, tiny) = (Double.infinity, Double.leastNonzeroMagnitude)
    func same(_ a: Double, _ b: Double) -> Bool { a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern }
    let cases: [(Double, Double, Double)] = [
      (0, 3, 0), (-0.0, 3, -0.0), (-0.0, 2, 0), (0, -3, inf), (-0.0, -3, -inf), (-0.0, -2, inf), (-0.0, 0.5, 0),
      (-1, inf, 1), (-1, -inf, 1), (.nan, 0, 1), (1, .nan, 1), (.nan, 1, .nan), (2, .nan, .nan), (-8, 1 / 3, .nan),
      (0.5, -inf, inf), (2, -inf, 0), (0.5, inf, 0), (2, inf, inf), (-inf, -3, -0.0), (-inf, -2, 0), (-inf, 3, -inf),
      (-inf, 2, inf), (-inf, 0.5, inf), (inf, -1, 0), (inf, 0.1, inf), (10, 400, inf), (-10, 401, -inf), (10, -400, 0),
      (-10, -401, -0.0), (2, 1e300, inf), (0.5, 1e300, 0), (-2, 1e300, inf), (tiny, 1, tiny),
      (tiny, -1, inf), (-7, 1, -7),
    ]
    for (x, y, wanted) in cases { #expect(same(Real.power(x, y), wanted), "\(x)^\(y) is \(Real.power(x, y))") }
  }

  @Test func constants() {
    #expect(abs(Real.normalPeak * (2 * Double.pi).squareRoot() - 1) < 1e-15)
    #expect(Real.log10Of2 == Real.log10(2))
  }

  @Test func specialValuesOfOtherFunctions() {
    let inf = Double.infinity
    #expect(Real.log10(0) == -inf && Real.log2(inf) == inf && Real.log10(-1).isNaN && Real.log2(.nan).isNaN)
    #expect(Real.tan(inf).isNaN && Real.tan(-0.0).sign == .minus && Real.tan(.nan).isNaN)
    #expect(Real.sinh(-inf) == -inf && Real.sinh(711) == inf && Real.sinh(-0.0).sign == .minus)
    #expect(Real.cosh(-inf) == inf && Real.cosh(0) == 1 && Real.cosh(711) == inf && Real.cosh(.nan).isNaN)
    #expect(Real.asin(1.0.nextUp).isNaN && Real.asin(-1) == -.pi / 2 && Real.acos(-1) == .pi && Real.acos(1) == 0)
    #expect(Real.acos(-1.1).isNaN && Real.atan(inf) == .pi / 2 && Real.atan(-inf) == -.pi / 2 && Real.atan(.nan).isNaN)
    #expect(Real.normalCDF(-inf) == 0 && Real.normalCDF(inf) == 1 && Real.normalCDF(0) == 0.5)
    #expect(Real.sinh(.nan).isNaN && Real.asin(.nan).isNaN && Real.acos(.nan).isNaN)
  }
}
