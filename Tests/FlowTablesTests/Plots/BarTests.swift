// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import FlowTables

struct BarTests {
  /// On a logarithmic axis, the shortest bars are visible, however short they are.
  @Test(arguments: [Double.leastNonzeroMagnitude, 1.001e-3]) func shortBarsAreVisible(_ least: Double) throws {
    let plot = Plot(
      x: Plot.Axis("name", names: ["a", "b", "c"]), y: Plot.Axis("y", isLogarithmic: true),
      .series([Plot.Series("y", x: [1, 2, 3], y: [1, least, 0])], .bar))
    let text = GnuplotScript(plot).text(for: .svg)
    let rows = try #require(text.split(separator: "$data << EOD\n").last?.split(separator: "\nEOD").first)
      .split(separator: "\n").compactMap { Double($0) }
    let range = try #require(text.firstMatch(of: /set yrange \[([^:]*):([^\]]*)\]/))
    let ends = [range.1, range.2].compactMap { Double($0) }
    let scale = Scale(ends[0], ends[1], isLogarithmic: text.contains("set logscale y"))
    #expect(scale.position(rows[1]) > 0.009 && rows[1] < rows[0] && rows[2].isNaN, "\(rows) \(ends)")
    let lines = DocumentWriter.text(of: .plot(plot), .table, layout: Layout(width: 40)).split(separator: "\n")
    #expect(lines.contains { $0.contains(/^b │[▏▎▍▌▋▊▉█]/) }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("c │ 0") })
  }
}
