// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// How numbers are written in a text with separated fields, and which of its lines are not part of the table.
public struct CSVNotation: Sendable {
  /// Whether numbers have a comma instead of a decimal point.
  package let hasDecimalComma: Bool
  /// What lines that are left out begin with, or empty for no such lines.
  private let comment: [UInt8]
  /// The numbers of further lines that are left out.
  private let skippedLines: Set<Int>

  public init(hasDecimalComma: Bool = false, comment: String = "", skippedLines: Set<Int> = []) {
    self.hasDecimalComma = hasDecimalComma
    self.comment = Array(comment.utf8)
    self.skippedLines = skippedLines
  }

  /// Whether some lines are not part of the table. Empty lines, which these become, then do not end it.
  package var leavesOutLines: Bool { !comment.isEmpty || !skippedLines.isEmpty }

  /// The byte between the whole part and the fraction of a number.
  package var decimalPoint: UInt8 { hasDecimalComma ? .comma : .point }

  /// Returns the number in a text, or nil if there is none.
  package func number(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    guard hasDecimalComma else { return DecimalText.number(text) }
    if text.contains(.point) { return nil }
    guard text.contains(.comma) else { return DecimalText.number(text) }
    return text.map { $0 == .comma ? .point : $0 }.withUnsafeBufferPointer { DecimalText.number($0) }
  }

  package func isNumber(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { number($0) } != nil
  }

  /// Returns the text with empty lines in place of those that are not part of the table, so that the others keep their
  /// numbers. Lines within quotes are part of a field.
  package func withoutLines(_ bytes: [UInt8]) -> [UInt8] {
    guard leavesOutLines else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 1
    var isQuoted = false
    while start < bytes.count, !StopToken.current.isRequested {
      let text = bytes[start...].prefix { !$0.endsLine }
      let next = bytes[text.endIndex...].dropFirst(
        bytes[text.endIndex...].starts(with: [.carriageReturn, .lineFeed]) ? 2 : 1)
      if isQuoted || !skippedLines.contains(line) && (comment.isEmpty || !text.starts(with: comment)) {
        result += text
        if text.count(where: { $0 == .quote }) % 2 == 1 { isQuoted.toggle() }
      }
      result += bytes[text.endIndex..<next.startIndex]
      start = next.startIndex
      line += 1
    }
    return result
  }

  /// Whether a text is a number with a comma instead of a decimal point.
  package static func isDecimalComma(_ text: String) -> Bool {
    text.utf8.contains(.comma) && CSVNotation(hasDecimalComma: true).isNumber(text)
  }
}

extension UInt8 {
  fileprivate static let comma = UInt8(ascii: ",")
  fileprivate static let point = UInt8(ascii: ".")
}
