// SPDX-License-Identifier: GPL-3.0-or-later

/// A strict reader of HTML that is also XML: every element is closed, every attribute is quoted, and no character with a
/// meaning is left unescaped.
package struct StrictMarkup {
  package struct Element {
    package let name: String
    package let attributes: [String: String]
    /// The names of the elements around it, from the outermost one.
    package let path: [String]
    /// The text inside, including that of inner elements.
    package fileprivate(set) var text = ""
  }

  package struct Fault: Error, CustomStringConvertible {
    package let description: String
  }

  /// All elements, in the order of their start tags.
  package private(set) var elements: [Element] = []
  private var rest: Substring
  private var open: [Int] = []

  /// Reads a document. Throws a `Fault` if it is not well-formed.
  package init(_ text: String) throws {
    rest = text[...]
    if rest.hasPrefix("<!DOCTYPE html>\n") { rest = rest.dropFirst(16) }
    while let character = rest.first {
      if character == "<" { try readTag() } else { try readText() }
    }
    if !open.isEmpty { throw fault("\(path) is not closed") }
    let ids = elements.compactMap { $0.attributes["id"] }
    if Set(ids).count != ids.count { throw fault("two elements have the same id") }
  }

  /// The elements with a name.
  package func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  private var path: [String] { open.map { elements[$0].name } }

  private func fault(_ message: String) -> Fault { Fault(description: "\(message), before: \(rest.prefix(60))") }

  private mutating func readText() throws {
    let raw = rest.prefix { $0 != "<" }
    rest = rest[raw.endIndex...]
    let text = try unescaped(raw, isStyle: path.last == "style")
    if open.isEmpty, !text.allSatisfy(\.isWhitespace) { throw fault("text outside of the document: \(text)") }
    for index in open { elements[index].text += text }
  }

  private func unescaped(_ raw: Substring, isStyle: Bool = false) throws -> String {
    var result = ""
    var rest = raw.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "<" || scalar.value < 0x20 && scalar != "\n" && scalar != "\t" { throw fault("raw \(scalar)") }
      guard scalar == "&" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      let name = String(String.UnicodeScalarView(rest.prefix { $0 != ";" }))
      let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]
      guard !isStyle, let character = known[name] else { throw fault("unknown entity &\(name.prefix(10))") }
      rest = rest.dropFirst(name.unicodeScalars.count + 1)
      result += character
    }
    return result
  }

  private mutating func readTag() throws {
    if let end = rest.prefixMatch(of: /<\/([a-z0-9]+)>/) {
      guard let last = open.popLast(), elements[last].name == end.1 else { throw fault("</\(end.1)> closes nothing") }
      rest = rest[end.range.upperBound...]
      return
    }
    guard let start = rest.prefixMatch(of: /<([a-z][a-z0-9]*)/) else { throw fault("raw <") }
    let name = String(start.1)
    rest = rest[start.range.upperBound...]
    var attributes: [String: String] = [:]
    while let attribute = rest.prefixMatch(of: /\ ([a-zA-Z][a-zA-Z0-9-]*)="([^"<]*)"/) {
      let key = String(attribute.1)
      guard attributes[key] == nil else { throw fault("\(key) is given twice") }
      attributes[key] = try unescaped(attribute.2)
      rest = rest[attribute.range.upperBound...]
    }
    elements.append(Element(name: name, attributes: attributes, path: path))
    if rest.hasPrefix("/>") {
      rest = rest.dropFirst(2)
    } else if rest.hasPrefix(">") {
      rest = rest.dropFirst()
      open.append(elements.count - 1)
    } else {
      throw fault("a bad attribute of \(name)")
    }
  }
}
