// SPDX-License-Identifier: GPL-3.0-or-later

/// A name and what it means: a column of a table, a field of an object, a setting.
package struct Gloss: Sendable, Hashable {
  /// As it is written.
  package let name: String
  /// A phrase without a full stop.
  package let summary: String

  /// A name with its meaning.
  package init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }
}
