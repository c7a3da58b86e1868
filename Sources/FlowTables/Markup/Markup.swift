// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowText

/// A piece of an HTML or SVG document.
///
/// Text becomes markup only by way of `escaped`. The names of elements and attributes are literals of the program. All
/// elements are closed, so the result is valid HTML and well-formed XML.
package struct Markup: Sendable, Equatable {
  /// The source of the markup.
  package private(set) var source: String

  /// Creates markup that displays a text.
  package init(_ text: String) { source = Self.escaped(text) }

  /// Creates markup from source code of the program, such as a style sheet.
  package init(literal: StaticString) { source = "\(literal)" }

  /// Returns a text in which no character has a meaning in HTML or XML, inside and outside of attributes. Control
  /// characters, and characters that reorder the text around them, become visible. Ends early if a stop is requested.
  package static func escaped(_ text: String) -> String {
    let stop = StopToken.current
    let visible = text.visible(keeping: StyledText.layout) { stop.isRequested }
    var result = ""
    // Compare scalars, because a quote followed by a combining mark is a different `Character`.
    for scalar in visible.unicodeScalars.untilStopped {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The attributes of an element. Those whose value is nil are left out.
  package typealias Attributes = KeyValuePairs<StaticString, String?>

  /// Creates an element without content, such as `br` or `path`.
  package static func empty(_ name: StaticString, _ attributes: Attributes = [:]) -> Markup {
    Markup(unescaped: "\(start(name, attributes))/>")
  }

  /// Creates an element on one line.
  package static func element(_ name: StaticString, _ attributes: Attributes = [:], _ content: Markup...) -> Markup {
    Markup(unescaped: "\(start(name, attributes))>\(content.joined.source)</\(name)>")
  }

  /// Creates an element whose children have lines of their own.
  package static func block(_ name: StaticString, _ attributes: Attributes = [:], _ children: [Markup]) -> Markup {
    var source = "\(start(name, attributes))>\n"
    for child in children.untilStopped where !child.source.isEmpty { source += child.source + "\n" }
    return Markup(unescaped: "\(source)</\(name)>")
  }

  private static func start(_ name: StaticString, _ attributes: Attributes) -> String {
    attributes.reduce(into: "<\(name)") { text, attribute in
      if let value = attribute.value { text += " \(attribute.key)=\"\(escaped(value))\"" }
    }
  }

  private init(unescaped source: String) { self.source = source }

  fileprivate static func concatenated(_ pieces: [Markup]) -> Markup {
    var source = ""
    for piece in pieces.untilStopped { source += piece.source }
    return Markup(unescaped: source)
  }

  package static func + (left: Markup, right: Markup) -> Markup { Markup(unescaped: left.source + right.source) }
}

extension [Markup] {
  /// The pieces one after the other.
  package var joined: Markup { Markup.concatenated(self) }
}

extension Markup {
  /// Returns a coordinate of a drawing with one decimal place.
  package static func coordinate(_ number: Double) -> String {
    NumberStyle.shortest((number * 10).rounded() / 10 + 0)
  }
}
