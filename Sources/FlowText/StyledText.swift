// SPDX-License-Identifier: GPL-3.0-or-later

/// Text for a display, made of runs that each have a style.
///
/// A run never contains escape sequences of its own. Styles become escape sequences only when the text is written,
/// after every control character in it has been made visible. This makes it safe to put untrusted text into a message.
public struct StyledText: Sendable, Equatable, TextOutputStream {
  private var runs: [Run] = []

  private struct Run: Sendable, Equatable {
    var text: String
    let style: Style
  }

  /// The look of a run: parameters of the escape sequence "select graphic rendition" (ECMA-48, 8.3.117). They are
  /// numbers, so that untrusted text cannot become part of a sequence.
  public struct Style: Sendable, Equatable {
    fileprivate let parameters: [UInt8]

    /// Creates a style from its parameters. Without parameters, it is `plain`.
    public init(_ parameters: UInt8...) { self.parameters = parameters }

    /// The default look of the terminal.
    public static let plain = Style()
  }

  /// The control characters that are kept in text with several lines.
  package static let layout: Set<Unicode.Scalar> = ["\n", "\t"]

  /// Creates a text of one run.
  public init(_ text: String, _ style: Style = .plain) {
    if !text.isEmpty { runs = [Run(text: text, style: style)] }
  }

  /// Appends plain text.
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

  /// The text for a terminal: control characters are made visible, and styles are written as escape sequences.
  public var shown: String { encoded(showingControls: true) { false } }

  /// The text for a program: control characters are kept, and styles are written as escape sequences.
  public var raw: String { encoded(showingControls: false) { false } }

  /// Returns `shown` or `raw`. Encoding long text takes a while: the result is truncated as soon as `isStopped` returns
  /// true.
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

  /// Returns a text whose runs have the same styles, with `transform` applied to the text of each.
  package func mapText(_ transform: (String) -> String) -> StyledText {
    var result = StyledText("")
    for run in runs { result.append(Run(text: transform(run.text), style: run.style)) }
    return result
  }

  /// The text without trailing spaces.
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

  public static func += (left: inout StyledText, right: StyledText) {
    for run in right.runs { left.append(run) }
  }

  public static func + (left: StyledText, right: StyledText) -> StyledText {
    var result = left
    result += right
    return result
  }
}

extension StyledText: ExpressibleByStringInterpolation {
  /// A string literal into which plain and styled text can be interpolated.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = StyledText("")

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ literal: String) { text.write(literal) }

    /// Appends text with its styles.
    public mutating func appendInterpolation(_ piece: StyledText) { text += piece }

    /// Appends the description of a value as plain text.
    public mutating func appendInterpolation(_ piece: some Any) { text.write(String(describing: piece)) }
  }

  /// Creates plain text.
  public init(stringLiteral text: String) { self.init(text) }

  public init(stringInterpolation interpolation: StringInterpolation) { self = interpolation.text }
}

extension Sequence<StyledText> {
  /// Returns the concatenation of the texts, with a separator between them.
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
