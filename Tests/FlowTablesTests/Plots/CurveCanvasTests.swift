// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import FlowTables

struct CurveCanvasTests {
  private func canvas() -> CurveCanvas {
    CurveCanvas(
      Canvas(width: 5, height: 1), x: Scale(0, 1, isLogarithmic: false), y: Scale(0, 1, isLogarithmic: false))
  }

  private func text(_ canvas: CurveCanvas) -> String {
    canvas.canvas.lines(PlotCharacters(usesUnicode: true, isColored: false)).map(\.plain).joined(separator: "\n")
  }

  /// Only the part of a line inside of the axes is drawn, even if both ends are outside.
  @Test(
    arguments: [
      ([(-1, 0), (2, 0)], "⣀⣀⣀⣀⣀"), ([(0.5, 0), (2, 0)], "  ⢀⣀⣀"), ([(-1, 2), (2, 2)], "     "),
      ([(-1, -0.5), (-0.5, 5)], "     "), ([(0, -3), (0, 3)], "⡇    "), ([(0, 0), (.infinity, 0)], "⡀    "),
      ([(2, 2)], "     "),
    ] as [([(Double, Double)], String)])
  func linesAreClipped(points: [(Double, Double)], drawn: String) {
    var canvas = canvas()
    canvas.draw(points.map { (x: $0.0, y: $0.1) }, isJoined: true, ink: 0)
    #expect(text(canvas) == drawn)
  }

  @Test func bandsAreClipped() {
    var canvas = canvas()
    canvas.shade([(x: -1, low: -1, high: 2), (x: 0.45, low: -1, high: 2), nil, (x: 0.9, low: 5, high: 6)], ink: 0)
    #expect(text(canvas) == "⠅⡂⠅  ")
  }

  @Test func pointsOutsideHaveNoDot() {
    #expect(canvas().dot((x: 1, y: 1)).map { [$0.x, $0.y] } == [9, 0])
    #expect(canvas().dot((x: 1.01, y: 1)) == nil)
  }
}
