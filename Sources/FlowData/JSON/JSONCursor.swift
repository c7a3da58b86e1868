// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An error that can describe a fault in JSON text.
package protocol JSONFailure: Error {
  /// Returns the error for a fault at a byte, counted from the start of the text.
  static func json(_ detail: String, at byte: Int) -> Self
  /// The error if a stop is requested.
  static var stopped: Self { get }
}

/// Reads JSON (RFC 8259) from start to end. The caller determines what must come next, so the text cannot be nested
/// deeper than the caller's code.
package struct JSONCursor<Failure: JSONFailure> {
  let bytes: ArraySlice<UInt8>
  /// The index of the next byte.
  package internal(set) var position: Int
  private let stop = StopToken.current

  package init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// The number of bytes read.
  package var offset: Int { position - bytes.startIndex }

  /// Returns an error at the current position.
  package func fault(_ detail: String) -> Failure { .json(detail, at: offset) }

  /// Reads an object, and calls `entry` after each key to read the value. Throws if a stop is requested.
  package mutating func object(
    _ entry: (_ key: String, inout JSONCursor) throws(Failure) -> Void
  ) throws(Failure) {
    try list(from: "{", to: "}") { (json) throws(Failure) in
      let key = try json.string()
      try json.expect(":")
      try entry(key, &json)
    }
  }

  /// Reads an array, and calls `element` to read each element. Throws if a stop is requested.
  package mutating func array(_ element: (inout JSONCursor) throws(Failure) -> Void) throws(Failure) {
    try list(from: "[", to: "]", element)
  }

  /// Reads a whole number without a sign. Returns nil if there is something else or the number is too large for `Int`.
  mutating func count() -> Int? {
    skipBlanks()
    let start = position
    var number = 0
    while let digit = peek(), digit &- UInt8(ascii: "0") < 10 {
      let (tenfold, isTooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = tenfold.addingReportingOverflow(Int(digit &- UInt8(ascii: "0")))
      if isTooLarge || overflow { return nil }
      number = sum
      position += 1
    }
    let digits = bytes[start..<position]
    let isFraction = peek().map { ".eE".utf8.contains($0) } ?? false
    return digits.isEmpty || isFraction || digits.count > 1 && digits.first == UInt8(ascii: "0") ? nil : number
  }

  package mutating func string() throws(Failure) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      guard let byte = peek() else { throw fault("a string is never closed") }
      if position & 0xFFFF == 0, stop.isRequested { throw .stopped }
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw fault("a string is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): text += try escape().utf8
      case 0..<0x20: throw fault("a string contains a control character")
      default: text.append(byte)
      }
    }
  }

  /// Throws unless only blanks follow.
  package mutating func end() throws(Failure) {
    skipBlanks()
    guard peek() == nil else { throw fault("unexpected data after the end") }
  }

  private mutating func list(
    from opening: Unicode.Scalar, to closing: Unicode.Scalar,
    _ element: (inout JSONCursor) throws(Failure) -> Void
  ) throws(Failure) {
    try expect(opening)
    skipBlanks()
    guard peek() != UInt8(ascii: closing) else { return position += 1 }
    while true {
      if stop.isRequested { throw .stopped }
      try element(&self)
      skipBlanks()
      guard peek() == UInt8(ascii: ",") else { return try expect(closing) }
      position += 1
    }
  }

  /// Reads the rest of an escape after its backslash.
  private mutating func escape() throws(Failure) -> String {
    guard let byte = peek() else { throw fault("a string is never closed") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(UnicodeScalar(byte))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      // Scalars beyond U+FFFF are written as a pair of surrogates.
      var units = [try unit()]
      if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: "\\u".utf8) {
        position += 2
        units.append(try unit())
      }
      guard let text = String(validating: units, as: UTF16.self) else { throw fault("unpaired surrogate") }
      return text
    default: throw fault("invalid escape")
    }
  }

  private mutating func unit() throws(Failure) -> UInt16 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, let text = String(validating: digits, as: UTF8.self),
      text.utf8.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }), let unit = UInt16(text, radix: 16)
    else { throw fault("\\u needs four hexadecimal digits") }
    position += 4
    return unit
  }

  mutating func expect(_ scalar: Unicode.Scalar) throws(Failure) {
    skipBlanks()
    guard peek() == UInt8(ascii: scalar) else { throw fault("expected \(scalar)") }
    position += 1
  }

  mutating func skipBlanks() {
    while let byte = peek(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  func peek() -> UInt8? { position < bytes.endIndex ? bytes[position] : nil }
}
