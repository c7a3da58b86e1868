// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Texts in files with separated fields.
package enum DelimitedText {
  /// Returns whether a text cannot be written without quotes: it is empty, has blanks at its ends, or contains the
  /// separator, a quote or a line end.
  package static func needsQuotes(_ text: String, separator: UInt8?) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return true }
    return isBlank(first) || isBlank(last)
      || text.utf8.contains {
        $0 == UInt8(ascii: "\"") || $0 == separator || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
      }
  }

  /// Returns whether the name of a column cannot be written without quotes. The separator of a file is recognized by its
  /// first line, so characters that may be one are quoted there, and so is a first character like a byte order mark.
  package static func nameNeedsQuotes(_ name: String, separator: UInt8?) -> Bool {
    needsQuotes(name, separator: separator) || name.utf8.first == 0xEF
      || name.utf8.contains { ",;|\t".utf8.contains($0) }
  }

  /// Returns whether a text without quotes would be read as a number or a boolean.
  static func looksLikeValue(_ text: String) -> Bool {
    guard let first = text.utf8.first, mayBegin[Int(first)] else { return false }
    return DecimalText.isNumber(text) || BooleanText.value(of: text) != nil
  }

  /// Returns whether a text without quotes would be read as a missing value in a column without other texts.
  package static func isMissingWord(_ text: String) -> Bool { MissingText.areMeant(by: text) }

  static func field(_ text: String, _ separator: Character, isQuoted: Bool) -> String {
    guard isQuoted || needsQuotes(text, separator: separator.asciiValue) else { return text }
    var result = "\""
    for character in text.unicodeScalars.untilStopped {
      if character == "\"" { result += "\"" }
      result.unicodeScalars.append(character)
    }
    return result + "\""
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  /// For each byte, whether a number or a boolean can begin with it.
  private static let mayBegin = (0..<256).map { "0123456789+-.nNiItTfF".utf8.contains(UInt8($0)) }
}

/// The words for booleans in files.
package enum BooleanText {
  /// Returns the truth value that a word stands for, or nil if it is another word.
  package static func value(of text: String) -> Bool? {
    switch text {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }
}
