// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension CSVScanner {
  /// The separators that are recognized, the most common first.
  static let separators = Array(",\t;|".utf8)

  /// Returns the separator of a table: the one that occurs most often in the header, outside quotes. If none does, a
  /// blank, or a comma if there are no blanks either. In a file with the extension of a tab-separated table, a tab takes
  /// precedence. Empty lines above the header do not count.
  package static func separator(
    of bytes: [UInt8], isTabbed: Bool, _ notation: CSVNotation = CSVNotation()
  ) -> UInt8 {
    var counts = [UInt8: Int]()
    var isQuoted = false
    for byte in bytes.drop(while: \.endsLine).untilStopped {
      if byte == .quote { isQuoted.toggle() }
      guard !isQuoted else { continue }
      if byte.endsLine { break }
      if byte == .space || separators.contains(byte) { counts[byte, default: 0] += 1 }
    }
    if isTabbed, counts[UInt8(ascii: "\t")] != nil { return UInt8(ascii: "\t") }
    let found = separators.filter { counts[$0] != nil && $0 != notation.decimalPoint }
    if let most = found.map({ counts[$0] ?? 0 }).max(), let separator = found.first(where: { counts[$0] == most }) {
      return separator
    }
    return isTabbed ? UInt8(ascii: "\t") : counts[.space] == nil ? UInt8(ascii: ",") : .space
  }
}
