// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import FoundationXML
import SeededRandom
import Testing

@testable import FlowTables

/// Hostile texts in every kind of label. The real gnuplot draws them without any confinement, and an XML parser reads
/// them back from the pictures.
struct GnuplotTextTests {
  private static let hasGnuplot = FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")

  /// Texts that could be code, end a string, a line or a data block, start a format or a macro, or be noncharacters.
  private static let pieces =
    [
      "`touch pwned`", "'", "\"", "\\", "`", "$(touch pwned)", "\nEOD\n!touch pwned\n", "';system('touch pwned')#",
      "\";system(\"touch pwned\");\"", "<touch pwned", "|touch pwned", "@ARG1", "$data1", "%s", "%d", "%%", "{/Bold x}",
      "}", "^{2}", "_a", "~", "&", "&lt;", "&#65;", "&#x41;", "&#", "<b>", "]]>", "\\140", "\\\n", "#", "!", ";", "  ",
      " ", "\t", "\r",
      "\r\n", "\0", "\u{1}", "\u{7}", "\u{1B}[31m", "\u{7F}", "\u{85}", "\u{9B}2J", "\u{200E}", "\u{202E}", "\u{2066}",
      "\u{2028}", String(decoding: [0xFDD0] as [UInt16], as: UTF16.self), "\u{FFFE}", "\u{FFFF}", "\u{1FFFE}",
      "\u{10FFFF}", "\u{301}", "\u{20E3}", "\u{200D}",
      "👩\u{200D}🔬", "🇨🇭", "é", "漢", "ﷺ", "\u{FEFF}", "\u{FFFD}", "a", "0", "nan",
    ]

  /// Returns a text with characters that would control a display escaped, by the Unicode Character Database.
  private static func shown(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      let properties = scalar.properties
      let isHidden =
        [.control, .lineSeparator, .paragraphSeparator].contains(properties.generalCategory)
        || properties.isBidiControl || properties.isNoncharacterCodePoint
      if scalar == "\n" || scalar == "\t" { return scalar == "\n" ? "\\n" : "\\t" }
      return isHidden ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
    }.joined()
  }

  /// Random texts, each with a unique number, and the labels that a picture must show for them.
  private struct Texts {
    private var random: SeededGenerator
    private(set) var shown: [String] = []

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Returns a text, or a short one: long texts in the legend or at ticks would be shortened.
    mutating func next(isShort: Bool = false) -> String {
      var some: String { (0..<(isShort ? 1 : 2)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() }
      let number = "n\(shown.count)."
      let text = isShort ? number + some : some + number + some
      shown.append(GnuplotTextTests.shown(text))
      return text
    }

    private mutating func next(_ count: Int, isShort: Bool = false) -> [String] {
      (0..<count).map { _ in next(isShort: isShort) }
    }

    /// Returns a plot of each kind with texts in all places.
    mutating func plots() throws -> [Plot] {
      func series(_ texts: [String]) -> [Plot.Series] { texts.map { Plot.Series($0, x: [1, 2, 3], y: [1, 2, 4]) } }
      let grid = try #require(HeatGrid(x: [1, 2, 1, 2], y: [1, 1, 2, 2], z: [1, 2, 3, 4], Plot.Axis(next())))
      return [
        Plot(
          title: next(), x: Plot.Axis(next(), names: next(3, isShort: true)), y: Plot.Axis(next()),
          .series(series(next(5, isShort: true)), .line)),
        Plot(
          title: next(), x: Plot.Axis(next()), y: Plot.Axis(next(), names: next(4, isShort: true)),
          .series(series(next(2, isShort: true)), .points)),
        Plot(
          title: next(), x: Plot.Axis(next(), names: next(3, isShort: true)), y: Plot.Axis(next()),
          .series(series(next(2, isShort: true)), .bar)),
        Plot(title: next(), x: Plot.Axis(next()), y: Plot.Axis(next()), .histogram(Histogram([1, 2, 2], bins: 2))),
        Plot(
          title: next(), x: Plot.Axis(next(), names: next(2, isShort: true)),
          y: Plot.Axis(next(), names: next(2, isShort: true)), .heat(grid)),
      ]
    }
  }

  /// Draws every kind of label in every kind of plot, with the script for a picture and with the one to run by hand.
  @Test(.enabled(if: hasGnuplot, "needs the package gnuplot-nox"), arguments: [1, 2, 3] as [UInt64])
  func labelsComeBackUnchanged(seed: UInt64) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gradflow-labels-\(getpid())-\(seed)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var texts = Texts(seed: seed)
    let plots = try (0..<25).flatMap { _ in try texts.plots() }
    #expect(texts.shown.count > 800)
    // The pictures are so large that no text is wrapped or shortened.
    let script = plots.map { GnuplotScript($0, width: 60, height: 60).text(for: .svg) }.joined()
    let pictures = try Self.gnuplot(script, in: folder)
    #expect(pictures.count == plots.count)
    var labels: Set<[UInt8]> = []
    for picture in pictures { labels.formUnion(try Labels(of: picture).all.map { Array($0.utf8) }) }
    let missing = texts.shown.filter { !labels.contains(Array($0.utf8)) }
    #expect(missing == [], "seed \(seed)")
    // The script to run by hand has the same code under a different head.
    let byHand = plots.map { GnuplotScript($0).text }.joined()
    _ = try Self.gnuplot("set terminal svg\n" + byHand, in: folder)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test func commentsStayOnOneLine() {
    #expect(GnuplotScript.comment("a\n!touch pwned\r") == "# a\\n!touch pwned\\u{D}")
  }

  /// Returns the documents that gnuplot writes when a user runs a script in a folder.
  private static func gnuplot(_ script: String, in folder: URL) throws -> [Data] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/gnuplot")
    process.arguments = ["--default-settings"]
    process.currentDirectoryURL = folder
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, FileHandle.nullDevice)
    try process.run()
    DispatchQueue.global().async {
      input.fileHandleForWriting.write(Data(script.utf8))
      try? input.fileHandleForWriting.close()
    }
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let text = String(decoding: GnuplotScript.finished(Array(bytes), as: .svg), as: UTF8.self)
    return text.split(separator: "<?xml").map { Data(("<?xml" + $0).utf8) }
  }
}

/// The contents of the text elements of a picture.
private final class Labels: NSObject, XMLParserDelegate {
  private(set) var all: [String] = []
  private var isInText = false

  init(of picture: Data) throws {
    super.init()
    let parser = XMLParser(data: picture)
    parser.delegate = self
    try #require(parser.parse(), "\(parser.parserError.debugDescription)")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if name == "text" {
      isInText = true
      all.append("")
    }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if name == "text" { isInText = false }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if isInText { all[all.count - 1] += text }
  }
}
