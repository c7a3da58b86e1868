// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

/// The options that control how a diagnostic is drawn.
public struct DiagnosticStyle: Sendable {
  /// The available layouts.
  public enum Form: Sendable {
    /// The message, the source lines with carets, and the notes.
    case full
    /// `file:line:column: error: message`, for editors.
    case short
  }

  public var form: Form
  /// A Boolean value that indicates whether the output uses ANSI colours.
  public var isColored: Bool
  /// Returns the width of the terminal in columns, or nil if there is no terminal. Called once per diagnostic, because
  /// the width can change. Longer source lines are cut to the part around the carets; longer messages and notes are
  /// wrapped. With nil, messages and notes stay on one line, which suits programs that read them, and source lines are
  /// cut as if the terminal had 120 columns.
  public var width: @Sendable () -> Int?
  /// Returns the number of columns that a character occupies on the output device, which determines where carets are
  /// placed.
  public var characterWidth: @Sendable (Character) -> Int
  /// Breaks a sentence between words into lines of at most the given number of columns.
  public var wrap: @Sendable (String, Int) -> [String]

  /// Creates a style. By default it is plain and full, does not wrap, and counts every character as one column.
  public init(
    form: Form = .full, isColored: Bool = false, width: @escaping @Sendable () -> Int? = { nil },
    characterWidth: @escaping @Sendable (Character) -> Int = { _ in 1 },
    wrap: @escaping @Sendable (String, Int) -> [String] = { text, _ in [text] }
  ) {
    self.form = form
    self.isColored = isColored
    self.width = width
    self.characterWidth = characterWidth
    self.wrap = wrap
  }

  /// The role of a piece of text, which determines its colour.
  enum Role {
    case error, message, frame, primary, secondary

    fileprivate var style: StyledText.Style {
      switch self {
      case .error: StyledText.Style(1, 31)
      case .message: StyledText.Style(1)
      case .frame: StyledText.Style(34)
      case .primary: StyledText.Style(31)
      case .secondary: StyledText.Style(36)
      }
    }
  }

  func paint(_ text: String, _ role: Role) -> StyledText { StyledText(text, isColored ? role.style : .plain) }
}
