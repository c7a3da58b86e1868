// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What comes next in JSON text.
package enum JSONKind { case object, array, string, number, boolean, null, end, other }

extension JSONCursor {
  /// Skips blanks and returns what comes next.
  ///
  /// Numbers include the words `NaN`, `Infinity` and `-Infinity`, which Python writes although JSON has none of them.
  package mutating func kind() -> JSONKind {
    skipBlanks()
    switch peek() {
    case nil: return .end
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    case let byte? where byte &- 48 < 10 || "-NI".utf8.contains(byte): return .number
    default: return .other
    }
  }

  /// Reads the bracket with which an array begins.
  package mutating func enterArray() throws(Failure) { try expect("[") }

  /// The text from an index to the current position.
  package func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

  package mutating func number() throws(Failure) -> Double {
    let start = position
    while let byte = peek(), Self.isPartOfWord(byte) { position += 1 }
    let range = start..<position
    let number = bytes.withUnsafeBufferPointer { buffer in
      DecimalText.number(
        UnsafeBufferPointer(rebasing: buffer[range.lowerBound - bytes.startIndex..<range.upperBound - bytes.startIndex])
      )
    }
    guard let number else {
      // At the end of the text, the number may be cut off.
      if position < bytes.endIndex { position = start }
      throw fault("this is not a number")
    }
    return number
  }

  package mutating func boolean() throws(Failure) -> Bool {
    if peek() == UInt8(ascii: "t") {
      try word("true")
      return true
    }
    try word("false")
    return false
  }

  package mutating func null() throws(Failure) { try word("null") }

  private mutating func word(_ word: String) throws(Failure) {
    let found = bytes[position...].prefix(word.utf8.count)
    guard found.elementsEqual(word.utf8) else {
      // A text that ends within the word is cut off.
      if !found.isEmpty, found.endIndex == bytes.endIndex, word.utf8.starts(with: found) { position = bytes.endIndex }
      throw fault("this is not a value; strings need quotes")
    }
    position += word.utf8.count
  }

  private static func isPartOfWord(_ byte: UInt8) -> Bool {
    byte &- 48 < 10 || byte | 0x20 &- 97 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: ".")
  }
}
