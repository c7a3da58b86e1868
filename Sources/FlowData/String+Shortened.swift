// SPDX-License-Identifier: GPL-3.0-or-later

extension String {
  /// The text from a file as far as it fits into an error message.
  var shortened: String {
    // By scalars: a single character of damaged text can have millions of them.
    let start = String(unicodeScalars.prefix(80))
    return start.utf8.count < utf8.count ? start + "…" : self
  }
}
