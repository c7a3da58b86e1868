// SPDX-License-Identifier: GPL-3.0-or-later

/// What is wrong, where, and how to mend it: errors of users are data, and one file draws them.
public struct Diagnostic: Error, Sendable {
  /// Whether the text could not be read or could not be run; the exit status follows from it.
  public enum Phase: Sendable { case syntax, runtime }

  /// Where it arose.
  public var phase: Phase
  /// A stable kebab-case word for tests and editors, such as `unknown-argument`.
  public var code: String
  /// One sentence without a full stop.
  public var message: String
  /// Where; the first one is the primary place. Empty where there is no text to show.
  public var labels: [Label]
  /// Lines that begin with `=`: the signature, the rule, the mend.
  public var notes: [String]
  /// The calls that led here, innermost first.
  public var calledFrom: [CallSite]

  /// An error, of running unless said otherwise.
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

  /// A place with the words that stand beside its carets, such as `did you mean 'init'?`.
  public struct Label: Sendable {
    /// The text it points into.
    public let source: Source
    /// What is underlined; an empty range is a place between two characters.
    public let range: SourceRange
    /// What stands beside the carets; may be empty.
    public let text: String

    /// Words for a place.
    public init(_ source: Source, _ range: SourceRange, _ text: String = "") {
      self.source = source
      self.range = range
      self.text = text
    }
  }

  /// A call that was under way.
  public struct CallSite: Sendable {
    /// The name of the function that was called.
    public let function: String
    /// The text in which the call stands.
    public let source: Source
    /// The call's place.
    public let range: SourceRange

    /// A call of a function at a place.
    public init(function: String, source: Source, range: SourceRange) {
      self.function = function
      self.source = source
      self.range = range
    }
  }
}
