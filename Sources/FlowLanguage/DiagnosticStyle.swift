// SPDX-License-Identifier: GPL-3.0-or-later

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
  /// How many columns a source line may take; longer ones are cut to the part around the carets.
  public var width: Int
  /// How many columns a character takes where the drawing is shown; carets stand right only if it is true.
  public var characterWidth: @Sendable (Character) -> Int

  /// Plain, full, and each character one column wide unless said otherwise.
  public init(
    form: Form = .full, isColored: Bool = false, width: Int = 120,
    characterWidth: @escaping @Sendable (Character) -> Int = { _ in 1 }
  ) {
    self.form = form
    self.isColored = isColored
    self.width = width
    self.characterWidth = characterWidth
  }

  /// What a run of text is; its colour follows.
  enum Role: String {
    case error = "1;31"
    case message = "1"
    case frame = "34"
    case primary = "31"
    case secondary = "36"
  }

  func paint(_ text: String, _ role: Role) -> String {
    isColored && !text.isEmpty ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
  }
}
