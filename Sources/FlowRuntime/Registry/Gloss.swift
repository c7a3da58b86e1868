// SPDX-License-Identifier: GPL-3.0-or-later

/// A name with its description, such as a column of a table, a field of an object or a setting.
package struct Gloss: Sendable, Hashable {
  package let name: String
  /// A phrase without a full stop.
  package let summary: String

  package init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }
}
