// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import Foundation
import TestSupport
import Testing

@testable import FlowRuntime

/// Help pages are generated from the declarations, with the actual output of the examples.
struct HelpPageTests {
  private let interpreter = Interpreter(host: ScriptedHost().host())

  @Test func pageHasEverything() throws {
    #expect(
      try #require(interpreter.manual.helpPage("quantile")) == """
        quantile(numbers, share)

        Finds the number below which a share of the numbers lies, by linear
        interpolation.

          numbers  a list of numbers: the numbers, in any order
          share    a number from 0 to 1 or a list of numbers: a share from 0 to 1, or a
                   list of shares

        Returns a number, or a list with one per share.

        Example
          gf> quantile(0..10, [0.25, 0.5])
          [2.5, 5]

        See also median.

        """)
  }

  /// Examples can be typed as shown, even in narrow windows.
  @Test func longCodeIsBrokenIntoLines() {
    let code = "compare(chain(3, sigmoid), chain(3, tanh)) |> select(subject, layer, factor, log10_total)"
    let lines = code.codeLines(40)
    #expect(
      lines == [
        "compare(chain(3, sigmoid),", "  chain(3, tanh)) |>", "  select(subject, layer, factor,", "  log10_total)",
      ])
    #expect(transcript(lines.joined(separator: "\n")) == transcript(code))
    #expect("x = \"a, b, c, d |> e, f\"".codeLines(10) == ["x = \"a, b, c, d |> e, f\""])
    #expect(code.codeLines(100) == [code])
  }

  @Test func defaultsAndMaskingsAreShown() throws {
    func words(_ name: String) throws -> String {
      try #require(interpreter.manual.helpPage(name)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    #expect(try words("round").contains("number of digits after the decimal point (default 0)"))
    #expect(try words("where").contains("may use columns by name"))
    #expect(try #require(interpreter.manual.helpPage("with")).contains("name: values, ..."))
  }

  @Test func overloadsShareAPage() throws {
    let page = try #require(interpreter.manual.helpPage("sort"))
    #expect(page.contains("sort(list, by: none, desc: false)"))
    #expect(page.contains("sort(table, column, desc: false)"))
  }

  @Test(arguments: Registry.standard.names)
  func everyNameHasAPage(_ name: String) throws {
    let page = try #require(interpreter.manual.helpPage(name))
    #expect(page.hasPrefix("\(name)("))
    #expect(page.hasSuffix("\n"))
  }

  /// Lines fit the terminal, except for the output of examples.
  @Test(arguments: [50, 80, 200]) func linesFitTheTerminal(_ width: Int) throws {
    let interpreter = Interpreter(host: ScriptedHost().host(width: width))
    let page = try interpreter.manual.page("train").components(separatedBy: "\nExample")[0]
    #expect(page.split(separator: "\n").allSatisfy { $0.count <= min(width, 100) }, "\(page)")
    #expect(page.split(separator: "\n").contains { $0.count > min(width, 100) - 15 })
  }

  @Test func examplesHaveNoSideEffects() {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host())
    let examples =
      Registry.standard.builtins.values.flatMap(\.entries).map(\.example) + Registry.program.concepts.map(\.example)
    for example in examples { _ = interpreter.manual.transcript(of: example) }
    #expect(scripted.output.isEmpty)
    #expect(scripted.notes.isEmpty)
    #expect(scripted.state.withLock { $0.files.isEmpty && $0.piped.isEmpty })
  }
}
