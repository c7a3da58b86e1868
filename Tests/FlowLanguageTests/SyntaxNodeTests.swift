// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Testing

@Suite struct SyntaxNodeTests {
  /// A program with every kind of statement and expression. Each name expression occurs once, in order.
  private let text = """
    a = b;
    c[d].e = -f + g
    fn h1(p: h) { return i }
    if j { k } else if l { m } else { n }
    for v in o { break }
    while q { continue }
    assert r, "{s}"
    t |> u(w, name: x)
    [y, z1..z2 step z3, true, none, 1]
    fn(p) = z4
    """

  @Test func visitsAllNodesInSourceOrder() throws {
    var names: [String] = []
    var starts: [Int] = []
    try parse(Source(name: "", text: text)).walk { node in
      if case .expression(let expression) = node, case .name(let name) = expression.kind {
        names.append(name)
        starts.append(expression.range.start)
      }
      return true
    }
    #expect(
      names.joined(separator: " ")
        == "a b c d f g h i j k l m n o q r s t u w x y z1 z2 z3 z4")
    #expect(starts == starts.sorted())
  }

  @Test func skipsChildrenIfTheVisitorReturnsFalse() throws {
    var names: [String] = []
    try parse(Source(name: "", text: text)).walk { node in
      switch node {
      case .statement(let statement):
        if case .if = statement.kind { return false }
      case .expression(let expression):
        if case .name(let name) = expression.kind { names.append(name) }
        if case .function = expression.kind { return false }
      }
      return true
    }
    #expect(names.joined(separator: " ") == "a b c d f g h i o q r s t u w x y z1 z2 z3")
  }

  @Test func childrenLieInsideTheirParent() throws {
    for seed in 0..<300 {
      let text = SentenceGenerator.sentence(seed: UInt64(seed), size: 200)
      try parse(Source(name: "", text: text)).walk { node in
        for child in node.children {
          #expect(child.range.start >= node.range.start && child.range.end <= node.range.end)
        }
        return true
      }
    }
  }
}

extension SyntaxNode {
  fileprivate var range: SourceRange {
    switch self {
    case .statement(let statement): statement.range
    case .expression(let expression): expression.range
    }
  }
}
