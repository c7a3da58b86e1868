// SPDX-License-Identifier: GPL-3.0-or-later

/// An error in the user's source: the error, its location, and how to fix it. Only `render` turns it into text.
public struct Diagnostic: Error, Sendable {
  /// Whether the error was found while parsing or while running, which determines the exit status.
  public enum Phase: Sendable {
    case syntax, runtime
    /// Not an error: the source is legal, but probably means something else.
    case hint
  }

  public var phase: Phase
  /// A stable kebab-case identifier for tests and editors, such as `unknown-argument`.
  public var code: String
  /// One sentence without a full stop.
  public var message: String
  /// The places in the source, the primary one first. Empty if there is no source text to show.
  public var labels: [Label]
  /// Lines shown after a `=`, such as a signature, a rule or a fix.
  public var notes: [String]
  /// The active calls, innermost first.
  public var calledFrom: [CallSite]

  /// Creates an error, by default a run-time error.
  public init(
    _ phase: Phase = .runtime, code: String, _ message: String, labels: [Label] = [], notes: [String] = [],
    calledFrom: [CallSite] = []
  ) {
    self.phase = phase
    self.code = code
    self.message = message
    self.labels = labels
    self.notes = notes
    self.calledFrom = calledFrom
  }

  /// A place in a source and the text shown next to its carets, such as `did you mean 'init'?`.
  public struct Label: Sendable {
    public let source: Source
    /// The underlined part. An empty range is a position between two characters.
    public let range: SourceRange
    /// The text next to the carets. May be empty.
    public let text: String
    /// The code that corrects the error if it replaces the underlined part, or nil.
    public let replacement: String?

    /// Creates a label. Without a text, it shows the replacement.
    public init(_ source: Source, _ range: SourceRange, _ text: String = "", replacement: String? = nil) {
      self.source = source
      self.range = range
      self.replacement = replacement
      let instruction = replacement.map { $0.isEmpty ? "leave it out" : "write \($0)" } ?? ""
      self.text = text.isEmpty ? instruction : text
    }
  }

  /// The text of the primary label's source with the replacement in place, or nil if there is no replacement.
  package var correctedText: String? {
    guard let label = labels.first, let replacement = label.replacement else { return nil }
    let text = label.source.text
    return label.source.text(in: SourceRange(0, label.range.start)) + replacement
      + label.source.text(in: SourceRange(label.range.end, text.utf8.count))
  }

  /// A call that was active when the error occurred.
  public struct CallSite: Sendable {
    /// The name of the called function, or nil for an `include` statement.
    public let function: String?
    public let source: Source
    /// The location of the call.
    public let range: SourceRange

    public init(function: String?, source: Source, range: SourceRange) {
      self.function = function
      self.source = source
      self.range = range
    }
  }
}
