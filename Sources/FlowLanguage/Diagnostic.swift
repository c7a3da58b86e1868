// SPDX-License-Identifier: GPL-3.0-or-later

/// What is wrong, where, and how to mend it: errors of users are data, and one file draws them.
public struct Diagnostic: Error, Sendable {
  /// Whether the text could not be read or could not be run; the exit status follows from it.
  public enum Phase: Sendable { case syntax, runtime }

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
    public let source: Source
    public let range: SourceRange
    public let text: String

    public init(_ source: Source, _ range: SourceRange, _ text: String = "") {
      self.source = source
      self.range = range
      self.text = text
    }
  }

  /// A call that was under way.
  public struct CallSite: Sendable {
    public let function: String
    public let source: Source
    public let range: SourceRange

    public init(function: String, source: Source, range: SourceRange) {
      self.function = function
      self.source = source
      self.range = range
    }
  }
}
