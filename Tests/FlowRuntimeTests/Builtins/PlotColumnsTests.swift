// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import TestSupport
import Testing

/// Bands and panels, which columns of a table make.
struct PlotColumnsTests {
  private static let sample =
    "t = table([record(n: 1, f: 2, f_low: 1, f_high: 3, g: 5, p: \"a\"), "
    + "record(n: 2, f: 4, f_low: 2, f_high: 8, g: 6, p: \"b\")])\n"

  private func columns(_ call: String) -> String {
    transcript(Self.sample + "print(join(columns((\(call)).data), \" \"))").trimmingSuffix("\n")
  }

  @Test(
    arguments: [
      ("t |> plot(y: f)", "n f low high"), ("t |> plot(y: \"f\")", "n f low high"),
      ("t |> plot(y: f, bands: false)", "n f"), ("t |> plot(y: 2 * f)", "n 2 * f"), ("t |> plot(y: g)", "n g"),
      ("t |> plot(y: f_low)", "n f_low"), ("t |> plot(x: n, y: f, kind: bar)", "n f"),
      ("t |> plot", "series n value low high"), ("t |> plot(y: f, panels: p)", "panel n f low high"),
      ("t |> select(n, f_low, f_high) |> plot", "series n value"),
    ])
  func data(call: String, names: String) {
    #expect(columns(call) == names)
  }

  /// The ends of a band are not lines of their own, and a note names them.
  @Test func bandsAreNotLines() {
    let text = transcript(Self.sample + "t |> plot(height: 20)")
    #expect(text.hasPrefix("● f   ■ g\n"))
    #expect(text.contains("shaded: f_low to f_high\n"))
  }

  /// The note on a band says what its ends are, if their table says so, and where the band cannot be drawn.
  @Test(
    arguments: [
      (
        "t |> with(f_low: [1, 9]) |> plot(y: f)",
        "the band has its lower end above its upper end at 1 point and is left out there"
      ),
      ("t |> with(f_low: [1, 9]) |> plot(y: f)", "shaded: f_low to f_high"),
      ("t |> with(f_high: [3, inf]) |> plot(y: f)", "the band is not finite at 1 point and is left out there"),
    ])
  func notesOnBands(call: String, note: String) {
    #expect(transcript(Self.sample + call).contains(note + "\n"), "\(transcript(Self.sample + call))")
  }

  @Test func bandsThatAreNowhereAreNotMentioned() {
    let text = transcript(Self.sample + "t |> with(f_low: [7, 9]) |> plot(y: f)")
    #expect(
      !text.contains("shaded") && text.contains("the band has its lower end above its upper end at 2 points"), "\(text)"
    )
  }

  @Test func panelsHaveAllSeries() {
    let code = Self.sample + "print((t |> plot(x: n, y: f, by: g, panels: p)).data.panel)"
    #expect(transcript(code) == "a\nb\n")
    let text = transcript(Self.sample + "t |> plot(x: n, y: f, by: g, panels: p)")
    #expect(text.hasPrefix("● g 5   ■ g 6\n"))
  }

  /// The column of the panels does not divide the rows into series again.
  @Test func panelsAreNotSeries() {
    let code = """
      t = table(map(0..7, fn(i) = record(act: split("aaaabbbb", "")[i + 1], layer: i % 4, v: i)))
      print(columns((t |> plot(y: v, panels: act)).data))
      """
    #expect(transcript(code) == "panel\nlayer\nv\n")
  }

  @Test(
    arguments: [
      ("t |> plot(x: n, y: f, panels: p, kind: bar)", "bars have no panels"),
      ("t |> plot(x: n, y: f, z: g, panels: p)", "a heat map has no panels"),
      ("curve(tanh) |> plot(panels: x)", "at most 64 panels"),
    ])
  func errorsAreExplained(call: String, part: String) {
    let message = fault(Self.sample + call)?.message ?? "no error"
    #expect(message.contains(part), "\(message)")
  }

  /// The axis of a comparison is the column that varies within a subject, not the step at which each ended.
  @Test func subjectsOfDifferentLength() {
    let code = """
      t = table([record(s: "a", step: 9, layer: 1, v: 1), record(s: "a", step: 9, layer: 2, v: 2),
        record(s: "b", step: 5, layer: 1, v: 3), record(s: "b", step: 5, layer: 2, v: 4)])
      print(columns((t |> plot(y: v)).data))
      """
    #expect(transcript(code) == "series\nlayer\nv\n")
  }

  /// Heat maps have labels even if no round number is the coordinate of a cell.
  @Test func heatMapsHaveTicks() {
    let code = """
      t = table(map(0..59, fn(i) = record(step: 1 + 10 * (i % 30), layer: 0.5 + floor(i / 30), v: i)))
      t |> plot(x: step, y: layer, z: v, width: 60, height: 12)
      """
    let lines = transcript(code).split(separator: "\n")
    #expect(lines.contains { $0.split(separator: " ") == ["1", "100", "200"] }, "\(transcript(code))")
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
