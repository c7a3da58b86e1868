// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowRuntime

extension Parameter {
  /// How a text with separated fields is written.
  static let notation = [
    Parameter("decimal", .string, default: "\".\"", "decimal separator of numbers: \".\" or \",\""),
    Parameter(
      "comment", .optional(.string), default: "none", "text that lines to leave out begin with, such as \"#\""),
    Parameter(
      "skip_lines", .numbers, default: "[]", "numbers of lines to leave out, such as that of a line with units"),
  ]
}

extension Call {
  /// Returns how a text with separated fields is written.
  func notation() throws(Diagnostic) -> CSVNotation {
    let decimal = string("decimal")
    guard [".", ","].contains(decimal) else {
      throw error("out-of-range", "the decimal separator must be \".\" or \",\"", at: "decimal")
    }
    let comment = optionalString("comment") ?? ""
    guard comment.utf8.allSatisfy({ $0 >= 32 && $0 != UInt8(ascii: "\"") }) else {
      throw error(
        "out-of-range", "a comment must begin with characters that are not quotes or line breaks", at: "comment")
    }
    let lines = numbers("skip_lines")
    guard lines.allSatisfy({ $0 >= 1 && $0 == $0.rounded() && $0 < 1e15 }) else {
      throw error("out-of-range", "lines have whole numbers of at least 1", at: "skip_lines")
    }
    return CSVNotation(hasDecimalComma: decimal == ",", comment: comment, skippedLines: Set(lines.map { Int($0) }))
  }
}
