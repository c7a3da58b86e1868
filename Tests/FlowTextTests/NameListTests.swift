// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText
import Testing

@Suite struct NameListTests {
  @Test func namesThatCouldBeSeveralAreQuoted() {
    #expect(
      ["size", "m²", "floor no", "a,b", "", "a\"b"].listed == "size, m², \"floor no\", \"a,b\", \"\", \"a\\\"b\"")
    #expect([String]().listed == "")
  }
}
