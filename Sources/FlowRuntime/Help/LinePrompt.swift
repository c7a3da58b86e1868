// SPDX-License-Identifier: GPL-3.0-or-later

/// The prompt of a line. Both prompts have the same width.
package enum LinePrompt: String, Sendable, CaseIterable {
  case primary = "gf> "
  case continuation = "..> "
}
