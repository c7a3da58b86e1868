// SPDX-License-Identifier: GPL-3.0-or-later

import FlowMath
import Testing

@Suite struct ElementarySingleTests {
  /// Tests every 997th bit pattern, including subnormal numbers, huge numbers, infinities and NaNs.
  @Test(arguments: ElementaryFunction.allCases)
  func isWithinTwoUnitsOverAllEncodings(_ function: ElementaryFunction) {
    var worst = WorstError<Float>()
    for block in stride(from: UInt64(0), to: 1 << 32, by: 997 << 16) {
      let encodings = stride(from: block, to: min(block + 997 << 16, 1 << 32), by: 997)
      let x = encodings.map { Float(bitPattern: UInt32($0)) }
      for (x, y) in zip(x, function.values(at: x)) {
        worst.add(y, truth: Truth.double.value(function, Double(x)), at: x)
      }
    }
    #expect(worst.count == 4_307_891)
    #expect(worst.ulps <= 2, "\(function): \(worst)")
  }

  /// Tests arguments around 0, 1 and the points where the implementation switches between approximations.
  @Test(arguments: ElementaryFunction.allCases)
  func isWithinTwoUnitsWhereResultsAreOfOrderOne(_ function: ElementaryFunction) {
    var worst = WorstError<Float>()
    let x = (-600_000...600_000).map { Float($0) / 100_000 }
    for (x, y) in zip(x, function.values(at: x)) {
      worst.add(y, truth: Truth.double.value(function, Double(x)), at: x)
    }
    #expect(worst.ulps <= 2, "\(function): \(worst)")
  }
}
