// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

/// How a diagnostic is drawn.
public struct DiagnosticStyle: Sendable {
  /// The two forms.
  public enum Form: Sendable {
    /// Message, source lines with carets, notes.
    case full
    /// `file:line:column: error: message`, for editors.
    case short
  }

  /// Which of the two.
  public var form: Form
  /// Whether parts are told apart by ANSI colours too.
  public var isColored: Bool
  /// The columns of the terminal, asked for each diagnostic. Longer source lines are cut to the part around the carets,
  /// longer messages and notes are broken. Nil where there is no terminal: sentences stay whole for programs then.
  public var width: @Sendable () -> Int?
  /// How many columns a character takes where the drawing is shown; carets stand right only if it is true.
  public var characterWidth: @Sendable (Character) -> Int
  /// Breaks a sentence between its words into lines of so many columns.
  public var wrap: @Sendable (String, Int) -> [String]

  /// Plain, full, for no terminal, and each character one column wide unless said otherwise.
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

  /// What a run of text is; its colour follows.
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
