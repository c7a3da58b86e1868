// SPDX-License-Identifier: GPL-3.0-or-later

import FlowMath
import Testing

@Suite struct ElementaryInverseNormalTests {
  /// Compares with quantiles computed with 60 digits, for probabilities from 2^-1000 to nearly 1.
  @Test func agreesWithTheTable() throws {
    let rows = try #require(try referenceTables("inverseNormalCDF.txt")[""])
    #expect(rows.count == 600)
    for row in rows {
      let z = inverseNormalCDF(row.argument)
      #expect(abs(z - row.rounded) <= 1e-15 * abs(row.rounded), "p = \(row.argument)")
    }
  }

  @Test func hasTheRightLimits() {
    #expect(inverseNormalCDF(0) == -.infinity)
    #expect(inverseNormalCDF(1) == .infinity)
    #expect(inverseNormalCDF(0.5) == 0)
    #expect(inverseNormalCDF(-0.1).isNaN && inverseNormalCDF(1.1).isNaN && inverseNormalCDF(.nan).isNaN)
  }

  @Test func invertsTheDistributionFunction() {
    let z = stride(from: -30.0, through: 5, by: 0.01).map { $0 }
    for (z, p) in zip(z, ElementaryFunction.normalCDF.values(at: z)) {
      #expect(abs(inverseNormalCDF(p) - z) <= 1e-9 * max(1, abs(z)))
    }
  }
}
