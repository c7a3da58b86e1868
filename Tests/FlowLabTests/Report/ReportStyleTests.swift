// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

@testable import FlowLab
@testable import FlowTables

struct ReportStyleTests {
  /// The luminance of a colour such as `#0072b2` or `#fff` (WCAG 2.1).
  private func luminance(_ color: Substring) -> Double {
    let digits = color.count == 3 ? color.flatMap { [$0, $0] } : Array(color)
    let parts = [0, 2, 4].map { start -> Double in
      let share = Double(Int(String(digits[start..<start + 2]), radix: 16) ?? 0) / 255
      return share <= 0.03928 ? share / 12.92 : Real.power((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  private func contrast(_ first: Substring, _ second: Substring) -> Double {
    let (a, b) = (luminance(first) + 0.05, luminance(second) + 0.05)
    return max(a, b) / min(a, b)
  }

  /// The classes of curves in the pictures of a report, without `series-`.
  private func curveClasses() throws -> Set<String> {
    let all = (0..<60).map { Plot.Series("s\($0)", x: [1, 2], y: [Double($0), 0]) }
    let plot = Plot(x: Plot.Axis("x"), y: Plot.Axis("y"), .series(all, .line))
    let svg = try #require(plot.inlineSVG(description: "many")).source
    return Set(svg.matches(of: /class="curve series-(\d+)/).map { String($0.1) })
  }

  /// On light and dark screens and on paper, all text has a contrast of 4.5 and all curves have one of 3, as WCAG 2.1
  /// demands.
  @Test func everythingIsReadable() throws {
    let sheet = ReportStyle.sheet.source
    let curves = try curveClasses()
    #expect(curves.count > 1)
    var schemes: [[Substring: Substring]] = []
    for block in sheet.matches(of: /:root \{([^}]*)\}/) {
      var scheme = schemes.first ?? [:]
      for color in block.1.matches(of: /--(\w+): #(\w+)/) { scheme[color.1] = color.2 }
      schemes.append(scheme)
    }
    #expect(schemes.count == 3)
    for scheme in schemes {
      let (paper, panel) = (try #require(scheme["paper"]), try #require(scheme["panel"]))
      for text in ["ink", "soft", "good", "bad"] as [Substring] {
        #expect(contrast(try #require(scheme[text]), paper) > 4.5, "\(text)")
      }
      #expect(contrast(try #require(scheme["ink"]), panel) > 4.5)
      let lines = ["positive", "negative"] + curves.map { "c\($0)" }
      for line in lines { #expect(contrast(try #require(scheme[Substring(line)]), paper) > 3, "\(line)") }
    }
    for number in curves { #expect(sheet.contains(".series-\(number) { --series: var(--c\(number)) }")) }
  }
}
