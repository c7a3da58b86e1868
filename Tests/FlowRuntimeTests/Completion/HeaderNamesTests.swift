// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import FlowRuntime

/// Tests the names in the first row of a file.
struct HeaderNamesTests {
  @Test(arguments: [
    ("a,b\n1,2", ["a", "b"]), ("\u{FEFF}\"size, m²\", b ,c\r\n", ["size, m²", "b", "c"]),
    ("\"a \"\"x\"\"\";b;\"c,d,e\"\n", ["a \"x\"", "b", "c,d,e"]), ("\"two\nlines\"|b\n1|2", ["two\nlines", "b"]),
    ("a b  c\n", ["a", "b", "c"]), ("one", ["one"]), ("", []),
  ])
  func names(_ text: String, _ names: [String]) { #expect(headerNames(in: text, isTabbed: false) == names) }

  @Test func tabsComeFirstInTheirFiles() {
    #expect(headerNames(in: "a,x,y\tb\n", isTabbed: true) == ["a,x,y", "b"])
    #expect(headerNames(in: "a b\n", isTabbed: true) == ["a b"])
  }
}
