// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import Testing

struct NumberStyleTests {
  @Test(
    arguments: [
      (0.0001234, "0.0001234"), (1.234e-08, "1.234e-08"), (12345, "1.234e+04"), (0.00001234, "1.234e-05"),
      (0.5, "0.5"), (1, "1"), (1234.5, "1234"), (1236.6, "1237"), (-7.0625, "-7.062"), (0, "0"), (.nan, "nan"),
      (.infinity, "inf"), (-.infinity, "-inf"), (9.9999, "10"), (.leastNonzeroMagnitude, "4.941e-324"),
      (1.7976931348623157e308, "1.798e+308"),
    ] as [(Double, String)])
  func fourSignificantDigits(value: Double, text: String) {
    #expect(NumberStyle.significant(value) == text)
  }

  @Test(
    arguments: [
      (0.1, "0.1"), (1, "1"), (-3, "-3"), (60000, "60000"), (0.1 + 0.2, "0.30000000000000004"), (1e100, "1e+100"),
      (1e-7, "1e-07"), (.nan, "nan"), (-.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"),
      (.leastNonzeroMagnitude, "5e-324"),
      (9_007_199_254_740_991, "9007199254740991"),
    ] as [(Double, String)])
  func shortest(value: Double, text: String) {
    #expect(NumberStyle.shortest(value) == text)
  }

  @Test(arguments: [(1.834, "180"), (0.0051, "0.51"), (12.346, "1200"), (0.02, "2"), (2.6e89, "2.6e+91")])
  func percentages(share: Double, text: String) { #expect(NumberStyle.percent(share, digits: 2) == text) }

  @Test func wholeNumbersAreWrittenInFull() {
    #expect(NumberStyle.integer(12_345_678) == "12345678")
    #expect(NumberStyle.integer(0.25) == "0.25")
    #expect(NumberStyle.integer(.nan) == "nan")
    #expect(NumberStyle.integer(1e300) == "1e+300")
  }

  /// Every text must read back as the same bits in TSV and in JSON.
  @Test func randomNumbersRoundTrip() throws {
    var state: UInt64 = 20_261_124
    var numbers: [Double] = []
    while numbers.count < 10_000 {
      // xorshift64 (Marsaglia 2003): bit patterns over the whole range of exponents.
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let value = Double(bitPattern: state)
      if value.isFinite { numbers.append(value) }
    }
    let table = Table(columns: [Column("x", numbers: numbers)])
    let tsv = DocumentWriter.text(of: .table(table), .tsv).split(separator: "\n").dropFirst().map { Double($0) }
    #expect(tsv == numbers)
    let json = try StrictJSON.parse(DocumentWriter.text(of: .table(table), .json))
    #expect(json.array?.map { $0["x"]?.number } == numbers)
  }
}
