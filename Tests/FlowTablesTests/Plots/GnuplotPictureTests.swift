// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import FoundationXML
import Testing

@testable import FlowTables

/// Pictures of the widths of a paper, made by the real gnuplot and read back.
struct GnuplotPictureTests {
  private static let hasGnuplot = FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")

  private static func series(_ count: Int) -> [Plot.Series] {
    (0..<count).map { number in
      let places = (1...30).map { Optional(Double($0)) }
      return Plot.Series("series \(number + 1)", x: places, y: places.map { $0.map { $0 + Double(number) } })
    }
  }

  /// The legend is above the curves and names all of them, and no text leaves the picture.
  @Test(.enabled(if: hasGnuplot, "needs the package gnuplot-nox"), arguments: [8, 17] as [Double], [2, 12])
  func legendsCoverNoCurve(width: Double, count: Int) throws {
    let plot = Plot(x: Plot.Axis("step"), y: Plot.Axis("loss"), .series(Self.series(count), .line))
    let picture = try Picture(plot, width: width)
    #expect(picture.width == (width / 2.54 * 96).rounded())
    let legend = picture.texts.filter { $0.text.hasPrefix("series ") }
    #expect(legend.count == count)
    let top = try #require(picture.curves.map(\.top).min())
    #expect(picture.curves.count == count)
    #expect(legend.allSatisfy { $0.y < top })
    #expect(picture.texts.allSatisfy { $0.x >= 0 && $0.x <= picture.width && $0.y >= 0 && $0.y <= picture.height })
  }

  /// A title of any length is above the legend, no text covers another one, and the curves keep most of the height.
  @Test(.enabled(if: hasGnuplot, "needs the package gnuplot-nox"), arguments: [5, 8, 17] as [Double], [1, 4, 30])
  func titlesLeaveRoomForTheLegend(width: Double, count: Int) throws {
    var plot = Plot(x: Plot.Axis("step"), y: Plot.Axis("loss"), .series(Self.series(count), .line))
    plot.title = String(repeating: "A rather long title that does not fit ", count: 3)
    let picture = try Picture(plot, width: width)
    let legend = picture.texts.filter { $0.text.hasPrefix("series ") }
    let title = picture.texts.filter { plot.title?.contains($0.text) == true && $0.text.count > 8 }
    #expect(legend.count == (count == 1 ? 0 : count))
    #expect(title.map(\.text).joined(separator: " ") + " " == plot.title)
    let curves = try #require(picture.curves.map(\.top).min())
    for line in title { #expect(line.y < curves && legend.allSatisfy { line.y + picture.fontSize < $0.y }) }
    let rows = Set((title + legend).map(\.y)).sorted()
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $1 - $0 >= picture.fontSize })
    #expect(picture.texts.allSatisfy { $0.x >= 0 && $0.x <= picture.width && $0.y >= 0 && $0.y <= picture.height })
    #expect(picture.curves.map(\.bottom).max() ?? 0 > curves + 0.1 * picture.width)
  }

  /// A long label at the right end of the last panel is not cut.
  @Test(.enabled(if: hasGnuplot, "needs the package gnuplot-nox"), arguments: [8, 17] as [Double])
  func labelsOfPanelsAreNotCut(width: Double) throws {
    let panels = (1...6).map { Plot.Panel("p\($0)", [Plot.Series("p\($0)", x: [1, 1_500_000], y: [1, 2])]) }
    let plot = Plot(x: Plot.Axis("step"), y: Plot.Axis("loss"), .panels(panels, .line))
    let picture = try Picture(plot, width: width)
    let labels = picture.texts.filter { Double($0.text) != nil && $0.x > picture.width * 0.9 }
    #expect(!labels.isEmpty)
    for label in labels {
      #expect(label.x + TextWidth.of(label.text) * picture.fontSize / 2 <= picture.width + 0.5, "\(label)")
    }
  }

  /// The lines of a title have the same middle.
  @Test(.enabled(if: hasGnuplot, "needs the package gnuplot-nox"), arguments: [5, 8] as [Double])
  func linesOfTitlesAreCentred(width: Double) throws {
    var plot = Plot(x: Plot.Axis("step"), y: Plot.Axis("loss"), .series(Self.series(1), .line))
    plot.title = "A somewhat long title that needs two lines and ends here"
    let labels = GnuplotScript(plot, width: width).text(for: .svg).split(separator: "\n")
      .filter { $0.hasPrefix("set label") && $0.contains("Bold") }
    let places = labels.compactMap { $0.firstMatch(of: /at screen ([\d.]+),/)?.1 }
    #expect(places.count > 1 && Set(places).count == 1, "\(labels)")
  }

  /// Without a title, the axes take most of the height of an SVG, as in the other formats.
  @Test(.enabled(if: hasGnuplot, "needs the package gnuplot-nox"))
  func axesTakeMostOfTheHeight() throws {
    let plot = Plot(x: Plot.Axis("step"), y: Plot.Axis("loss"), .series(Self.series(4), .line))
    let picture = try Picture(plot, width: 8)
    let (top, bottom) = (picture.curves.map(\.top).min() ?? 0, picture.curves.map(\.bottom).max() ?? 0)
    #expect(bottom - top > 0.55 * picture.height)
  }

  /// Labels of ticks below each other do not touch.
  @Test(.enabled(if: hasGnuplot, "needs the package gnuplot-nox"), arguments: [8, 17] as [Double], [false, true])
  func ticksDoNotTouch(width: Double, isLogarithmic: Bool) throws {
    for span in [1.0, 30, 1e4, 1e8, 1e-9] {
      let series = Plot.Series("", x: [1, 2], y: [1, 1 + span])
      let plot = Plot(
        x: Plot.Axis("x"), y: Plot.Axis("y", isLogarithmic: isLogarithmic), .series([series], .line))
      let picture = try Picture(plot, width: width)
      // The labels of the vertical axis end at the same place.
      let labels = picture.texts.filter { $0.isAtEnd }.map(\.y).sorted()
      #expect(labels.count >= 2)
      #expect(zip(labels, labels.dropFirst()).allSatisfy { $1 - $0 >= picture.fontSize })
    }
  }

  /// gnuplot itself draws nothing for a single row or column of cells.
  @Test(.enabled(if: hasGnuplot, "needs the package gnuplot-nox"), arguments: [(1, 1), (5, 1), (1, 5)] as [(Int, Int)])
  func heatMapsOfOneRow(columns: Int, rows: Int) throws {
    let places = (0..<columns).flatMap { x in (0..<rows).map { (Double(x), Double($0)) } }
    let grid = try #require(
      HeatGrid(x: places.map(\.0), y: places.map(\.1), z: places.map { $0.0 - $0.1 }, Plot.Axis("z")))
    let picture = try Picture(Plot(x: Plot.Axis("x"), y: Plot.Axis("y"), .heat(grid)), width: 8)
    #expect(picture.areas >= 2 * columns * rows)
  }

  /// Numbers whose differences overflow or underflow are drawn over the whole height.
  @Test(
    .enabled(if: hasGnuplot, "needs the package gnuplot-nox"),
    arguments: [
      (1.6e308, -1.6e308, false), (.leastNonzeroMagnitude, .leastNormalMagnitude / 512, true),
      (0, 20 * .leastNonzeroMagnitude, false), (1e15, 1e15 + 3, false),
    ]
      as [(Double, Double, Bool)])
  func extremeNumbersAreDrawn(low: Double, high: Double, isLogarithmic: Bool) throws {
    let series = Plot.Series("", x: (0..<40).map(Double.init), y: (0..<40).map { $0 % 2 == 0 ? low : high })
    let plot = Plot(x: Plot.Axis("x"), y: Plot.Axis("y", isLogarithmic: isLogarithmic), .series([series], .line))
    let curve = try #require(try Picture(plot, width: 8).curves.first)
    #expect(curve.bottom - curve.top > 70 && curve.bottom < 200)
  }

  /// No text leaves the picture, however long it is and however narrow the picture.
  @Test(.enabled(if: hasGnuplot, "needs the package gnuplot-nox"), arguments: [5, 8, 17] as [Double], [3, 9])
  func longTextsStayInside(width: Double, count: Int) throws {
    let long = "a very long text that certainly cannot be written into so narrow a picture in a single line"
    let names = (1...count).map { "\(long) \($0)" }
    let places = (1...count).map(Double.init)
    let x = Plot.Axis("validation_loss_of_the_last_epoch_before_the_network_diverged 検証データに対する平均二乗誤差", names: names)
    let grid = try #require(HeatGrid(x: places, y: places, z: places, Plot.Axis(long)))
    let bars = Plot.Series("", x: places, y: places)
    for content in [.series([bars], .bar), .heat(grid)] as [Plot.Content] {
      var plot = Plot(x: x, y: Plot.Axis(long), content)
      if case .heat = content { plot.y.names = names }
      let picture = try Picture(plot, width: width)
      #expect(picture.texts.count > count)
      for text in picture.texts where !text.text.isEmpty {
        #expect(text.left >= -2 && text.right <= picture.width + 2, "\(text)")
        #expect(text.top >= -2 && text.bottom <= picture.height + 2, "\(text)")
      }
      let labels = picture.texts.filter { $0.text.hasSuffix("1") || $0.text.hasSuffix("2") }
      #expect(labels.count >= 1)
    }
  }

  @Test(.enabled(if: hasGnuplot, "needs the package gnuplot-nox"))
  func bandsAreAreas() throws {
    let band = Plot.Series.Band(low: [1, 1, nil, 1, 1], high: [3, 3, 3, 3, 3])
    let all = [Plot.Series("", x: [1, 2, 3, 4, 5], y: [2, 2, 2, 2, 2], band: band)]
    let picture = try Picture(Plot(x: Plot.Axis("x"), y: Plot.Axis("y"), .series(all, .line)), width: 8)
    #expect(picture.areas == 2)
  }
}

/// A text of a picture, which begins, ends or is centred at a place, and is rotated there.
private struct PictureText {
  var text = ""
  var (x, y, angle, fontSize) = (0.0, 0.0, 0.0, 0.0)
  var anchor = ""

  var isAtEnd: Bool { anchor == "end" }

  private var length: Double { TextWidth.of(text) * fontSize }
  /// The distances of the ends of the text from its place.
  private var ends: (Double, Double) {
    anchor == "end" ? (-length, 0) : anchor == "middle" ? (-length / 2, length / 2) : (0, length)
  }
  private var xs: [Double] { [ends.0, ends.1].map { x + $0 * cos(angle / 180 * .pi) } }
  private var ys: [Double] { [ends.0, ends.1].map { y + $0 * sin(angle / 180 * .pi) } }

  var left: Double { xs.min() ?? 0 }
  var right: Double { xs.max() ?? 0 }
  var top: Double { ys.min() ?? 0 }
  var bottom: Double { ys.max() ?? 0 }
}

/// An SVG file that gnuplot wrote.
private final class Picture: NSObject, XMLParserDelegate {
  private(set) var (width, height, fontSize) = (0.0, 0.0, 0.0)
  private(set) var texts: [PictureText] = []
  private(set) var curves: [(top: Double, bottom: Double)] = []
  private(set) var areas = 0
  private var (next, isInText) = (PictureText(), false)

  init(_ plot: Plot, width: Double) throws {
    super.init()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/gnuplot")
    process.arguments = ["--default-settings"]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, FileHandle.nullDevice)
    try process.run()
    input.fileHandleForWriting.write(Data(GnuplotScript(plot, width: width).text(for: .svg).utf8))
    try input.fileHandleForWriting.close()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let parser = XMLParser(data: data)
    parser.delegate = self
    try #require(parser.parse())
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    func number(_ name: String) -> Double { attributes[name].flatMap(Double.init) ?? 0 }
    switch name {
    case "svg": (width, height) = (number("width"), number("height"))
    case "g":
      if let size = attributes["font-size"].flatMap(Double.init) { fontSize = max(fontSize, size) }
      next.anchor = attributes["text-anchor"] ?? ""
      let numbers = (attributes["transform"] ?? "").split { "(),".contains($0) }.compactMap { Double($0) }
      if numbers.count >= 2 { (next.x, next.y) = (numbers[0], numbers[1]) }
      next.angle = attributes["transform"]?.contains("rotate") == true ? numbers.last ?? 0 : 0
      next.fontSize = attributes["font-size"].flatMap(Double.init) ?? 0
    case "text":
      texts.append(next)
      isInText = true
    case "path":
      // The sample in the legend is a part of the same path. Frames and ticks have few points.
      for part in (attributes["d"] ?? "").split(separator: "M") {
        let points = part.split { "L ".contains($0) }.map { $0.split(separator: ",").compactMap { Double($0) } }
        let heights = points.compactMap { $0.count == 2 ? $0[1] : nil }
        if let top = heights.min(), let bottom = heights.max(), heights.count >= 30 { curves.append((top, bottom)) }
      }
    case "polygon": areas += attributes["fill"] == "none" ? 0 : 1
    default: break
    }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if name == "text" { isInText = false }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if isInText { texts[texts.count - 1].text += text.trimmingCharacters(in: .whitespacesAndNewlines) }
  }
}
