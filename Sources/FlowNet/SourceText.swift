// SPDX-License-Identifier: GPL-3.0-or-later

/// A choice as source code: its name, and its numbers if it has any.
package func sourceText(_ name: String, _ arguments: [Double]) -> String {
  arguments.isEmpty ? name : "\(name)(\(arguments.map(numberText).joined(separator: ", ")))"
}

/// The shortest text that reads back to the same number, whole numbers without a point.
package func numberText(_ number: Double) -> String {
  let text = "\(number)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
