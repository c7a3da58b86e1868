// SPDX-License-Identifier: GPL-3.0-or-later

/// The size and the capabilities of the display. Only the `table` format uses them.
public struct Layout: Sendable {
  /// The width in characters, or nil for no limit.
  public var width: Int?
  /// The height of the window in lines, or nil if there is no window.
  public var height: Int?
  /// A Boolean value that indicates whether escape sequences for colours may be used.
  public var isColored: Bool
  /// How long tables and lists are shortened, or nil to show everything.
  public var elision: Elision?

  /// A Boolean value that indicates whether the display supports more than ASCII characters.
  public var usesUnicode: Bool
  /// A Boolean value that indicates whether tables may show bars next to their numbers.
  public var hasBars: Bool
  /// The notes on columns that have been shown, or nil to show every note.
  public var notes: ShownNotes?

  /// Creates a layout. By default, everything is shown, without colours and bars.
  public init(
    width: Int? = nil, height: Int? = nil, isColored: Bool = false, elision: Elision? = nil, usesUnicode: Bool = true,
    hasBars: Bool = false, notes: ShownNotes? = nil
  ) {
    self.width = width
    self.height = height
    self.isColored = isColored
    self.elision = elision
    self.usesUnicode = usesUnicode
    self.hasBars = hasBars
    self.notes = notes
  }

  /// How a long table is shortened: to its first and last rows, followed by the number of rows and a hint.
  public struct Elision: Sendable {
    /// The number of rows shown from the start.
    public var head: Int
    /// The number of rows shown from the end.
    public var tail: Int
    /// The largest number of rows for which a table is shown in full.
    public var most: Int
    /// A note on how to see all rows, such as `print(_) shows all`.
    public var hint: String

    /// Creates an elision for tables of more than `most` rows, by default those of more than `head + tail` rows.
    public init(head: Int, tail: Int, most: Int? = nil, hint: String) {
      self.head = head
      self.tail = tail
      self.most = max(most ?? 0, head + tail)
      self.hint = hint
    }
  }
}
