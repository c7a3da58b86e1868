// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

/// Tests the operations on registers lane by lane against those of the standard library.
///
/// The tests are compiled without the machine's vector instructions, so they also check that the results do not depend
/// on them.
@Suite struct FloatingRegisterTests {
  @Test func arithmetic() {
    expectArithmetic(Float.self, bits: \.bitPattern)
    expectArithmetic(Double.self, bits: \.bitPattern)
  }

  private func expectArithmetic<E: Element, Bits: Equatable>(_ type: E.Type, bits: (E) -> Bits) {
    func expect(
      _ register: E.Vector, _ operands: [E.Vector], _ name: String, _ scalar: ([E]) -> E,
      _ location: SourceLocation = #_sourceLocation
    ) {
      for lane in 0..<E.Vector.scalarCount {
        let own = operands.map { $0[lane] }
        let (found, wanted) = (register[lane], scalar(own))
        let isEqual = wanted.isNaN ? found.isNaN : bits(found) == bits(wanted)
        #expect(isEqual, "\(name) of \(own): \(found) instead of \(wanted)", sourceLocation: location)
      }
    }
    for a in registers(E.self, seed: 1) {
      for b in registers(E.self, seed: 2) {
        expect(a + b, [a, b], "+") { $0[0] + $0[1] }
        expect(a - b, [a, b], "-") { $0[0] - $0[1] }
        expect(a * b, [a, b], "*") { $0[0] * $0[1] }
        expect(a / b, [a, b], "/") { $0[0] / $0[1] }
        expect(a.atLeast(b), [a, b], "atLeast") { $0[0] < $0[1] ? $0[1] : $0[0] }
        expect(a.atMost(b), [a, b], "atMost") { $0[1] < $0[0] ? $0[1] : $0[0] }
        expect(a.replaced(by: b, where: a.less(than: b)), [a, b], "less") { $0[0] < $0[1] ? $0[1] : $0[0] }
        let c = b + a
        expect(c.fused(a, b), [a, b, c], "fused") { $0[2].addingProduct($0[0], $0[1]) }
      }
      expect(a.squareRoot(), [a], "square root") { $0[0].squareRoot() }
      expect(a.magnitude, [a], "magnitude") { $0[0].magnitude }
      expect(a.opposite, [a], "opposite") { -$0[0] }
      expect(E.Vector(bits: a.bits), [a], "bits") { $0[0] }
    }
  }

  /// Returns registers of ordinary numbers, of numbers near the ends of the range, and of special values.
  private func registers<E: Element>(_ type: E.Type, seed: UInt64) -> [E.Vector] {
    var stream = RandomStream(seed: seed, purpose: .data)
    let special: [E] = [
      0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
      1, -1,
    ]
    return (0..<40).map { index in
      var register = E.Vector()
      for lane in 0..<E.Vector.scalarCount {
        register[lane] = index < 20 ? E(stream.normal()) : special[stream.below(special.count)]
      }
      return register
    }
  }

  @Test func integers() {
    expectIntegers(Float.Vector.Bits.self, width: 32, lanes: 8) { UInt32(truncatingIfNeeded: $0) }
    expectIntegers(Double.Vector.Bits.self, width: 64, lanes: 4) { $0 }
  }

  private func expectIntegers<V: IntegerRegister>(
    _ type: V.Type, width: V.Scalar, lanes: Int, _ number: (UInt64) -> V.Scalar
  ) {
    var stream = RandomStream(seed: 3, purpose: .data)
    func register(_ number: () -> V.Scalar) -> V {
      var register = V(repeating: 0)
      for lane in 0..<lanes { register[lane] = number() }
      return register
    }
    for _ in 0..<100 {
      let a = register { number(stream.bits()) }
      let b = register { number(stream.bits()) }
      let shift = register { number(stream.bits()) % width }
      for lane in 0..<lanes {
        let (x, y, count) = (a[lane], b[lane], shift[lane])
        #expect((a & b)[lane] == x & y && (a | b)[lane] == x | y && (a ^ b)[lane] == x ^ y)
        #expect((a &+ b)[lane] == x &+ y && (a &- b)[lane] == x &- y && (a &* b)[lane] == x &* y)
        #expect((a &<< shift)[lane] == x << count && (a &>> shift)[lane] == x >> count)
      }
    }
    for lane in 0..<lanes {
      var one = V(repeating: 0)
      #expect(!one.isAnySet && !one.areAllSet)
      one[lane] = .max
      #expect(one.isAnySet && !one.areAllSet)
      var others = V(repeating: .max)
      #expect(others.isAnySet && others.areAllSet)
      others[lane] = 0
      #expect(others.isAnySet && !others.areAllSet)
    }
  }

  /// The order of the sum matters: other orders round differently.
  @Test func sums() {
    var stream = RandomStream(seed: 4, purpose: .data)
    for _ in 0..<100 {
      let numbers = (0..<8).map { _ in Float(stream.normal()) }
      var single = Float.Vector()
      for lane in 0..<8 { single[lane] = numbers[lane] }
      let four = (0..<4).map { Double(numbers[$0]) + Double(numbers[$0 + 4]) }
      #expect(single.sum == (four[0] + four[2]) + (four[1] + four[3]))
      for lane in 0..<4 {
        #expect(single.doubles.first[lane] == Double(numbers[lane]))
        #expect(single.doubles.second?[lane] == Double(numbers[lane + 4]))
      }
      var double = Double.Vector()
      for lane in 0..<4 { double[lane] = stream.normal() }
      #expect(double.sum == (double[0] + double[2]) + (double[1] + double[3]) && double.doubles.second == nil)
    }
  }

  @Test func transposes() {
    expectTranspose(Float.self)
    expectTranspose(Double.self)
  }

  private func expectTranspose<E: Element>(_ type: E.Type) {
    let side = E.Vector.squareSide
    let (from, to) = (OwnedMatrix<E>(side, 30, seed: 5), OwnedMatrix<E>(side, 50))
    E.Vector.transposeSquare(
      UnsafePointer(from.view.pointer), from.view.stride, to.view.pointer, to.view.stride)
    for row in 0..<side {
      for column in 0..<side { #expect(to.view[row, column] == from.view[column, row]) }
      for column in side..<50 { #expect(to.view[row, column] == 0) }
    }
  }
}
