// SPDX-License-Identifier: GPL-3.0-or-later

/// Text for a display, in runs that each have a style of ours.
///
/// A run never carries escape sequences itself: the colours are added where the text leaves the program, after
/// everything in it that could control the terminal has been made visible. So text from outside can be put into a
/// message without a second thought.
public struct StyledText: Sendable, Equatable, TextOutputStream {
  private var runs: [Run] = []

  private struct Run: Sendable, Equatable {
    var text: String
    let style: Style
  }

  /// How a run looks: parameters of the sequence "select graphic rendition" (ECMA-48, 8.3.117). Nothing but numbers, so
  /// no foreign text can get into one.
  public struct Style: Sendable, Equatable {
    fileprivate let parameters: [UInt8]

    /// A style from its parameters; none for plain text.
    public init(_ parameters: UInt8...) { self.parameters = parameters }

    /// As the terminal shows text anyway.
    public static let plain = Style()
  }

  /// The control characters that stay as they are in text of several lines.
  package static let layout: Set<Unicode.Scalar> = ["\n", "\t"]

  /// A run of text in one style.
  public init(_ text: String, _ style: Style = .plain) {
    if !text.isEmpty { runs = [Run(text: text, style: style)] }
  }

  /// Adds plain text.
  public mutating func write(_ text: String) { append(Run(text: text, style: .plain)) }

  private mutating func append(_ run: Run) {
    if run.text.isEmpty { return }
    if runs.last?.style == run.style {
      runs[runs.count - 1].text += run.text
    } else {
      runs.append(run)
    }
  }

  /// A Boolean value that indicates whether there is no text.
  public var isEmpty: Bool { runs.isEmpty }

  /// The text without its styles.
  public var plain: String { runs.count == 1 ? runs[0].text : runs.map(\.text).joined() }

  /// The text for a terminal: control characters visible, styles as escape sequences.
  public var shown: String { encoded(showingControls: true) { false } }

  /// The text for a program that reads it: every byte as it is, styles as escape sequences where there are any.
  public var raw: String { encoded(showingControls: false) { false } }

  /// One of the two. Long text takes a while; it is cut short where `isStopped` says so.
  package func encoded(showingControls: Bool, until isStopped: () -> Bool) -> String {
    func text(_ text: String) -> String {
      showingControls ? text.visible(keeping: Self.layout, until: isStopped) : text
    }
    var result = ""
    for run in runs {
      if isStopped() { break }
      if run.style == .plain {
        result += text(run.text)
      } else {
        let parameters = run.style.parameters.map { String($0) }.joined(separator: ";")
        result += "\u{1B}[\(parameters)m\(text(run.text))\u{1B}[0m"
      }
    }
    return result
  }

  /// The same runs with another text each.
  package func mapText(_ transform: (String) -> String) -> StyledText {
    var result = StyledText("")
    for run in runs { result.append(Run(text: transform(run.text), style: run.style)) }
    return result
  }

  /// The same without blanks at its end.
  package var withoutTrailingBlanks: StyledText {
    var result = self
    while var last = result.runs.popLast() {
      while last.text.last == " " { last.text.removeLast() }
      if last.text.isEmpty { continue }
      result.runs.append(last)
      break
    }
    return result
  }

  /// Adds text at the end.
  public static func += (left: inout StyledText, right: StyledText) {
    for run in right.runs { left.append(run) }
  }

  /// Two texts as one.
  public static func + (left: StyledText, right: StyledText) -> StyledText {
    var result = left
    result += right
    return result
  }
}

extension StyledText: ExpressibleByStringInterpolation {
  /// A literal, into which plain and styled text can be put.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = StyledText("")

    /// Nothing yet.
    public init(literalCapacity: Int, interpolationCount: Int) {}

    /// Adds what stands in the literal itself.
    public mutating func appendLiteral(_ literal: String) { text.write(literal) }

    /// Adds text with its styles.
    public mutating func appendInterpolation(_ piece: StyledText) { text += piece }

    /// Adds the description of anything as plain text.
    public mutating func appendInterpolation(_ piece: some Any) { text.write(String(describing: piece)) }
  }

  /// Plain text.
  public init(stringLiteral text: String) { self.init(text) }

  /// The text of a literal with what was put into it.
  public init(stringInterpolation interpolation: StringInterpolation) { self = interpolation.text }
}

extension Sequence<StyledText> {
  /// The texts in a row, with a separator between them.
  package func joined(separator: StyledText = "") -> StyledText {
    var result = StyledText("")
    var isFirst = true
    for text in self {
      if !isFirst { result += separator }
      isFirst = false
      result += text
    }
    return result
  }
}
