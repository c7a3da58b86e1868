// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import Testing

@testable import FlowMath

@Suite struct WideNumberTests {
  /// If f64 can represent the result, it is the same.
  @Test func arithmeticOfOrdinaryNumbers() {
    var stream = RandomStream(seed: 1, purpose: .data)
    for _ in 0..<2000 {
      let (x, y) = (stream.normal(), exp(20 * stream.normal()) * stream.normal())
      let (a, b) = (WideNumber(x), WideNumber(y))
      #expect(a.plain == x && (a * b).plain == x * y && (a / b).plain == x / y)
      #expect((a + b).plain == x + y && (a - b).plain == x - y)
      #expect(a.magnitude.squareRoot().plain == abs(x).squareRoot())
      #expect(b.magnitude.isLarger(than: a.magnitude) == (abs(y) > abs(x)))
    }
  }

  @Test func numbersOutOfRange() {
    let small = WideNumber(1e-300)
    let power = (0..<9).reduce(small) { power, _ in power * small }
    #expect(power.plain == 0 && !power.isZero && abs(power.log10! + 3000) < 1e-9)
    #expect((WideNumber(1) / power).plain == .infinity && (WideNumber(1) / power).number == nil)
    #expect(relativeError((power * WideNumber(3) / power).plain, 3) < 1e-15)
    #expect(abs(power.squareRoot().log10! + 1500) < 1e-9)
    #expect((power + WideNumber(1)).plain == 1 && (power - power).isZero)
    #expect(WideNumber.zero.log10 == -.infinity && WideNumber.tiny.log10 == nil && !WideNumber.tiny.isZero)
    #expect((WideNumber.tiny * WideNumber(1e300)).plain == 0 && (WideNumber.tiny + WideNumber.tiny).plain == 0)
    #expect([power, power].norm.log10! - power.log10! - log10(2) / 2 < 1e-9)
    #expect([WideNumber(.nan), WideNumber(1)].norm.plain.isNaN && [WideNumber](repeating: .zero, count: 3).norm.isZero)
    // The square of this number is smaller than any number of known size.
    let least = WideNumber.exp(-2e15)
    #expect(relativeError([least].norm.log10!, -2e15 / log(10)) < 1e-14 && (least * least).log10 == nil)
    // Smaller numbers have an unknown size, so the ratio of two of them is unknown, too.
    #expect(WideNumber.exp(-1e300) == .tiny && (WideNumber.exp(-1e300) / .tiny).number == nil)
  }

  @Test(arguments: [
    Double.leastNonzeroMagnitude, 1e-300 * 1e-10, .leastNormalMagnitude, 1e-300, 1, .greatestFiniteMagnitude,
  ])
  func everySizeOfDouble(_ x: Double) {
    #expect(WideNumber(x).plain == x && WideNumber(-x).plain == -x)
    for step in [-60, -3, 0, 3, 60] {
      #expect(WideNumber(x, timesTwoTo: Double(step)).plain == x * Glibc.exp2(Double(step)))
    }
  }

  @Test func exponentials() {
    for x in [0, 1, -1, 0.3, 40, -40, 700, -700] {
      #expect(relativeError(WideNumber.exp(x).plain, Glibc.exp(x)) < 4e-16)
    }
    for x in [-800, -1e3, 1e3, -12345.678, 1e5, -1e9, -1e15] {
      #expect(relativeError(WideNumber.exp(x).log10!, x * 0.43429448190325182765) < 1e-15)
    }
    #expect(WideNumber.exp(-.infinity) == .tiny && WideNumber.exp(.nan).plain.isNaN)
  }

  private func relativeError(_ a: Double, _ b: Double) -> Double { a == b ? 0 : abs(a - b) / abs(b) }
}
