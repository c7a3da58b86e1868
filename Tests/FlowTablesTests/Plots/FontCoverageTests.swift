// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import FlowTables

struct FontCoverageTests {
  private let plot: Plot = {
    var plot = Plot(
      x: Plot.Axis("größe"), y: Plot.Axis("y"),
      .series([Plot.Series("a🎉b", x: [1], y: [2]), Plot.Series("𓀀", x: [1], y: [2])], .line))
    plot.title = "日本 🎉\u{FE0F} ok"
    return plot
  }()

  /// A font that Pango cannot read does not count.
  @Test func charactersWithoutAFontAreReplaced() {
    let fonts = FontCoverage("TrueType 20-7e a0-ff\nType 1 13000 \nCFF 65e5 672c\n")
    let (drawn, note) = fonts.drawable(plot)
    #expect(drawn.title == "日本 ? ok" && drawn.x.label == "größe")
    #expect(drawn.allSeries.map(\.name) == ["a?b", "?"])
    #expect(
      note == "no font on this machine has the character 𓀀 (U+13000) and 1 more; ? is drawn instead; "
        + "a .svg keeps the text")
  }

  @Test func plotStaysAsItIsWithoutAnyMissingCharacter() {
    for listing in ["", "nothing", "TrueType 20-7e a0-ff 4e00-9fff 1f389 13000\n"] {
      let (drawn, note) = FontCoverage(listing).drawable(plot)
      #expect(drawn.title == plot.title && note == nil)
    }
  }
}
