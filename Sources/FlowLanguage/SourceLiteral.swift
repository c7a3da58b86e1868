// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

/// Returns a string literal that evaluates to `text`. The result is truncated as soon as `isStopped` returns true.
public func quoted(_ text: String, until isStopped: () -> Bool = { false }) -> String {
  var result = "\""
  var count: UInt16 = 0
  for scalar in text.unicodeScalars {
    if count == 0, isStopped() { break }
    count &+= 1
    switch scalar {
    case "\"", "\\", "{": result += "\\\(scalar)"
    case _ where scalar.isDisturbing: result += scalar.escape
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

/// Returns the shortest literal that evaluates to `value`. Whole numbers have no decimal point.
public func literal(_ value: Double) -> String {
  if value.isNaN { return "nan" }
  if value.isInfinite { return value < 0 ? "-inf" : "inf" }
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// Returns the code of a name, which needs backquotes if it is no valid variable name. Nil if it cannot be written.
public func nameCode(_ name: String) -> String? {
  if isName(name) { return name }
  let code = "`\(name)`"
  let tokens = tokenize(Source(name: "", text: code))
  return tokens.count == 2 && tokens[0].kind == .name(name) ? code : nil
}

/// Returns a Boolean value that indicates whether a word is a valid variable name.
public func isName(_ word: String) -> Bool {
  let tokens = tokenize(Source(name: "", text: word))
  return tokens.count == 2 && tokens[0].kind == .name(word) && tokens[0].range.end == word.utf8.count
}
