// SPDX-License-Identifier: GPL-3.0-or-later

extension String {
  /// The text, shortened if it is too long for an error message.
  package var shortened: String {
    // Count scalars, because a single `Character` of damaged text can have millions of them.
    let start = String(unicodeScalars.prefix(80))
    return start.utf8.count < utf8.count ? start + "…" : self
  }
}
