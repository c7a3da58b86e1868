// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Returns the path that a command such as `:save` is given, with or without quotes.
package func commandPath(_ text: String) throws(Complaint) -> String {
  guard let quote = text.first, "\"'".contains(quote) else { return text }
  let content = text.dropFirst().dropLast()
  if quote == "'", text.count > 1, text.last == quote, !content.contains(quote) { return String(content) }
  guard quote == "\"", let program = try? parse(Source(name: "path", text: text)), program.statements.count == 1,
    case .expression(let expression, false)? = program.statements.first?.kind, let path = expression.plainText
  else { throw Complaint("wrong-path", "\(text) is not one path in quotes") }
  return path
}

extension Expression {
  /// The text of a string without interpolation, or nil.
  var plainText: String? {
    guard case .string(let parts) = kind else { return nil }
    var result = ""
    for part in parts {
      guard case .text(let text) = part else { return nil }
      result += text
    }
    return result
  }
}
