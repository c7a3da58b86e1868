// SPDX-License-Identifier: GPL-3.0-or-later

/// Returns the shortest text that reads back as the same number, for messages. Whole numbers have no decimal point.
package func numberText(_ number: Double) -> String {
  let text = "\(number)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
