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
      if stop.isRequested { throw .stopped }
      let start = position
      // Long runs are copied in parts, between which a stop is noticed.
      let limit = min(start + 0x10000, bytes.endIndex)
      while position < limit, Self.standsForItself(bytes[position]) { position += 1 }
      if position < limit, bytes[position] == UInt8(ascii: "\"") {
        let run = bytes[start..<position]
        position += 1
        // Most strings have no escapes, and need no copy.
        let string =
          text.isEmpty ? String(validating: run, as: UTF8.self) : String(validating: text + run, as: UTF8.self)
        guard let string else { throw fault("a string is not UTF-8") }
        return string
      }
      if position > start { text += bytes[start..<position] }
      guard let byte = peek() else { throw fault("a string is never closed") }
      if position == limit { continue }
      position += 1
      guard byte == UInt8(ascii: "\\") else { throw fault("a string contains a control character") }
      try readEscape(into: &text)
    }
  }

  private static func standsForItself(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
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

  /// Reads the rest of an escape after its backslash, and appends what it stands for.
  private mutating func readEscape(into text: inout [UInt8]) throws(Failure) {
    guard let byte = peek() else { throw fault("a string is never closed") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text += try escapedScalar().utf8
    default: throw fault("invalid escape")
    }
  }

  /// Reads the rest of an escape after `\u`. Scalars beyond U+FFFF are written as a pair of surrogates.
  private mutating func escapedScalar() throws(Failure) -> Unicode.Scalar {
    let first = try unit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    if UTF16.isLeadSurrogate(first), peek() == UInt8(ascii: "\\"), position + 1 < bytes.endIndex,
      bytes[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      let second = try unit()
      let value = 0x10000 + UInt32(first & 0x3FF) << 10 + UInt32(second & 0x3FF)
      if UTF16.isTrailSurrogate(second), let scalar = Unicode.Scalar(value) { return scalar }
    }
    throw fault("unpaired surrogate")
  }

  /// Reads four hexadecimal digits.
  private mutating func unit() throws(Failure) -> UInt16 {
    var unit: UInt16 = 0
    for index in position..<position + 4 {
      guard index < bytes.endIndex, let digit = Self.hexadecimalDigit(bytes[index]) else {
        throw fault("\\u needs four hexadecimal digits")
      }
      unit = unit << 4 | digit
    }
    position += 4
    return unit
  }

  private static func hexadecimalDigit(_ byte: UInt8) -> UInt16? {
    if byte &- UInt8(ascii: "0") < 10 { return UInt16(byte &- UInt8(ascii: "0")) }
    let letter = byte | 0x20 &- UInt8(ascii: "a")
    return letter < 6 ? UInt16(letter) + 10 : nil
  }

  mutating func expect(_ scalar: Unicode.Scalar) throws(Failure) {
    skipBlanks()
    guard peek() == UInt8(ascii: scalar) else { throw fault("expected \(scalar)") }
    position += 1
  }

  mutating func skipBlanks() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  func peek() -> UInt8? { position < bytes.endIndex ? bytes[position] : nil }
}
