// SPDX-License-Identifier: GPL-3.0-or-later

/// Which prompt stands before the line. Both are equally wide.
package enum LinePrompt: String, Sendable, CaseIterable {
  case primary = "gf> "
  case continuation = "..> "
}
