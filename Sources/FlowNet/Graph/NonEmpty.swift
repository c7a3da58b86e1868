// SPDX-License-Identifier: GPL-3.0-or-later

/// A list of at least one element.
///
/// Almost all nodes of a graph have one input and one reader, so a single element is stored without an allocation.
package struct NonEmpty<Element> {
  private var first: Element
  private var rest: [Element] = []

  init(_ first: Element, _ rest: Element...) {
    self.first = first
    self.rest = rest
  }

  private init(first: Element, rest: [Element]) {
    self.first = first
    self.rest = rest
  }

  package var count: Int { 1 + rest.count }

  package subscript(index: Int) -> Element {
    get { index == 0 ? first : rest[index - 1] }
    set { if index == 0 { first = newValue } else { rest[index - 1] = newValue } }
  }

  mutating func append(_ element: Element) { rest.append(element) }

  func map<Other>(_ transform: (Element) -> Other) -> NonEmpty<Other> {
    let own = transform(first)
    return NonEmpty<Other>(first: own, rest: rest.isEmpty ? [] : rest.map(transform))
  }

  func contains(where condition: (Element) -> Bool) -> Bool { condition(first) || rest.contains(where: condition) }
}

extension NonEmpty: Sendable where Element: Sendable {}
