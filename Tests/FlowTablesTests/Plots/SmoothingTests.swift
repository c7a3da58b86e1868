// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import Testing

struct SmoothingTests {
  /// Compares with pandas.Series([1, 2, 3, 4]).ewm(span=3).mean().
  @Test func averagesAreThoseOfPandas() {
    let smoothed = Smoothing(span: 3, .average).smooth([1, 2, 3, 4]).compactMap { $0 }
    for (found, expected) in zip(smoothed, [1, 1.6666666666666667, 2.4285714285714284, 3.2666666666666666]) {
      #expect(abs(found - expected) < 1e-15)
    }
    #expect(smoothed.count == 4)
  }

  /// The window is centred and gets shorter at the ends.
  @Test func medians() {
    #expect(Smoothing(span: 3, .median).smooth([9, 1, 2, 8, 3, 0]) == [9, 2, 2, 3, 3, 0])
    #expect(Smoothing(span: 5, .median).smooth([9, 1, 2, 8, 3, 0]) == [9, 2, 3, 2, 3, 0])
  }

  /// Compares the moving window with one that is sorted at each point.
  @Test(arguments: [2, 5, 12, 99])
  func mediansOfAnyWindow(span: Int) {
    let numbers = (0..<60).map { Double(($0 * 37) % 23) }
    let expected = numbers.indices.map { index in
      let reach = min(span / 2, index, 59 - index)
      return numbers[(index - reach)...(index + reach)].sorted()[reach]
    }
    #expect(Smoothing(span: span, .median).smooth(numbers).compactMap { $0 } == expected)
  }

  @Test(arguments: Smoothing.Form.allCases)
  func numbersThatCannotBeAveragedStay(form: Smoothing.Form) {
    let smoothed = Smoothing(span: 3, form).smooth([1, nil, .infinity, 1, 1])
    #expect(smoothed == [1, nil, .infinity, 1, 1])
    #expect(Smoothing(span: 3, form).smooth([.nan, 2])[0]?.isNaN == true)
    #expect(Smoothing(span: 3, form).smooth([]) == [])
    let huge = Double.greatestFiniteMagnitude
    #expect(Smoothing(span: 9, form).smooth([huge, huge, huge]) == [huge, huge, huge])
  }

  /// A band is smoothed like the line that it surrounds.
  @Test func bandsAreSmoothed() throws {
    let band = Plot.Series.Band(low: [0, 3, 0], high: [2, 8, 2])
    var plot = Plot(
      x: Plot.Axis("x"), y: Plot.Axis("y"), .series([Plot.Series("", x: [1, 2, 3], y: [1, 4, 1], band: band)], .line))
    plot.smooth(Smoothing(span: 3, .median))
    #expect(plot.table[column: "low"]?.cells.map(\.number) == [0, 0, 0])
    #expect(plot.table[column: "high"]?.cells.map(\.number) == [2, 2, 2])
  }
}
