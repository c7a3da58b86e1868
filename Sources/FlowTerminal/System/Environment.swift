// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Returns whether the locale uses Unicode, according to the first of its three variables that is not empty. If all are
/// empty, as in a minimal container, UTF-8 is assumed, because current terminals support it.
func localeUsesUnicode() -> Bool {
  let names = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).filter { !$0.isEmpty }
  guard let locale = names.first?.lowercased() else { return true }
  return locale.contains("utf-8") || locale.contains("utf8")
}

/// Returns the value of an environment variable, or nil if it is not set.
func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
