// SPDX-License-Identifier: GPL-3.0-or-later
import FlowShell
import Testing

/// Help is made from the declarations and shows what really happens.
struct HelpPageTests {
  private let interpreter = Interpreter(host: ScriptedHost().host())

  @Test func pageHasEverything() throws {
    #expect(
      try #require(interpreter.helpPage("quantile")) == """
        quantile(numbers, share)

        The number below which a share of the numbers lies, by linear interpolation between neighbours.

          numbers  a list of numbers: the numbers, in any order
          share    a number from 0 to 1 or a list of numbers: a share from 0 to 1, or a list of them

        Gives a number, or a list with one per share.

        Example
          quantile(0..10, [0.25, 0.5])
          2.5
          5

        See also median.

        """)
  }

  @Test func defaultsAndMasksAreNamed() throws {
    #expect(try #require(interpreter.helpPage("round")).contains("how many digits stay behind the point (default 0)"))
    #expect(try #require(interpreter.helpPage("where")).contains("sees the columns as names"))
    #expect(try #require(interpreter.helpPage("with")).contains("name: values, ..."))
  }

  @Test func overloadsShareAPage() throws {
    let page = try #require(interpreter.helpPage("sort"))
    #expect(page.contains("sort(list, by: none, desc: false)"))
    #expect(page.contains("sort(table, column, desc: false)"))
  }

  @Test(arguments: Registry.standard.names)
  func everyNameHasAPage(_ name: String) throws {
    let page = try #require(interpreter.helpPage(name))
    #expect(page.hasPrefix("\(name)("))
    #expect(page.hasSuffix("\n"))
  }

  @Test func unknownNamesHaveNone() {
    #expect(interpreter.helpPage("nothing_of_this") == nil)
    #expect(interpreter.topic(near: "quantle") == "quantile")
  }

  @Test func searchLooksAtNamesFirst() {
    let lines = interpreter.search("SORT").split(separator: "\n").map(String.init)
    #expect(lines.first?.hasPrefix("sort ") == true)
    #expect(lines.contains { $0.hasPrefix("quantile") || $0.hasPrefix("where") } || lines.count >= 2)
    #expect(interpreter.search("no such words anywhere").isEmpty)
  }

  @Test func contentsListEveryBuiltin() {
    let contents = interpreter.contents()
    for name in Registry.standard.names { #expect(contents.contains("\n  \(name) ")) }
  }

  @Test func examplesTouchNothing() {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host())
    for entry in Registry.standard.builtins.values.flatMap(\.entries) { _ = interpreter.outputOfExample(entry) }
    #expect(scripted.output.isEmpty)
    #expect(scripted.notes.isEmpty)
    #expect(scripted.state.withLock { $0.files.isEmpty && $0.piped.isEmpty })
  }
}
