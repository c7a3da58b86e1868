// SPDX-License-Identifier: GPL-3.0-or-later

/// A parser that accepts only RFC 8259, so that the tests need not trust the writer.
enum StrictJSON: Equatable {
  case null
  case boolean(Bool)
  case number(Double)
  case text(String)
  case list([StrictJSON])
  case object([String: StrictJSON])

  struct Failure: Error { let offset: Int }

  var number: Double? { if case .number(let value) = self { value } else { nil } }
  var array: [StrictJSON]? { if case .list(let value) = self { value } else { nil } }
  subscript(key: String) -> StrictJSON? { if case .object(let fields) = self { fields[key] } else { nil } }

  /// Parses a single document with nothing after it.
  static func parse(_ text: String) throws -> StrictJSON {
    let documents = try parseAll(text)
    guard documents.count == 1 else { throw Failure(offset: -documents.count) }
    return documents[0]
  }

  /// Parses a sequence of documents.
  static func parseAll(_ text: String) throws -> [StrictJSON] {
    var reader = Reader(bytes: Array(text.utf8))
    var documents: [StrictJSON] = []
    reader.skipBlanks()
    while reader.peek != nil {
      documents.append(try reader.value())
      reader.skipBlanks()
    }
    return documents
  }

  private struct Reader {
    let bytes: [UInt8]
    var offset = 0

    var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }
    var failure: Failure { Failure(offset: offset) }

    mutating func skipBlanks() {
      while let byte = peek, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { offset += 1 }
    }

    mutating func take(_ text: String) -> Bool {
      guard bytes[offset...].starts(with: text.utf8) else { return false }
      offset += text.utf8.count
      return true
    }

    mutating func value() throws -> StrictJSON {
      skipBlanks()
      if take("null") { return .null }
      if take("true") { return .boolean(true) }
      if take("false") { return .boolean(false) }
      if take("[") { return .list(try sequence("]") { reader in try reader.value() }) }
      if take("{") {
        let fields = try sequence("}") { reader in
          reader.skipBlanks()
          let key = try reader.string()
          reader.skipBlanks()
          guard reader.take(":") else { throw reader.failure }
          return (key, try reader.value())
        }
        guard Set(fields.map(\.0)).count == fields.count else { throw failure }
        return .object(Dictionary(uniqueKeysWithValues: fields))
      }
      if peek == UInt8(ascii: "\"") { return .text(try string()) }
      return .number(try number())
    }

    mutating func sequence<T>(_ end: String, _ element: (inout Reader) throws -> T) throws -> [T] {
      var elements: [T] = []
      skipBlanks()
      if take(end) { return [] }
      while true {
        elements.append(try element(&self))
        skipBlanks()
        if take(end) { return elements }
        guard take(",") else { throw failure }
      }
    }

    mutating func string() throws -> String {
      guard take("\"") else { throw failure }
      var result: [UInt8] = []
      while let byte = peek {
        offset += 1
        switch byte {
        case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
        case 0..<0x20: throw failure
        case UInt8(ascii: "\\"):
          guard let escape = peek else { throw failure }
          offset += 1
          switch escape {
          case UInt8(ascii: "n"): result.append(0x0A)
          case UInt8(ascii: "t"): result.append(0x09)
          case UInt8(ascii: "r"): result.append(0x0D)
          case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escape)
          case UInt8(ascii: "u"):
            var units = [try unit()]
            if UTF16.isLeadSurrogate(units[0]), take("\\u") { units.append(try unit()) }
            let text = String(decoding: units, as: UTF16.self)
            guard Array(text.utf16) == units else { throw failure }
            result += text.utf8
          default: throw failure
          }
        default: result.append(byte)
        }
      }
      throw failure
    }

    /// Reads the four digits of an escape.
    private mutating func unit() throws -> UInt16 {
      let digits = bytes[offset..<min(offset + 4, bytes.count)]
      guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
      else { throw failure }
      offset += 4
      return unit
    }

    mutating func number() throws -> Double {
      let start = offset
      _ = take("-")
      let digits = "0123456789".utf8
      let wholeStart = offset
      while let byte = peek, digits.contains(byte) { offset += 1 }
      let wholeCount = offset - wholeStart
      guard wholeCount > 0, wholeCount == 1 || bytes[wholeStart] != UInt8(ascii: "0") else { throw failure }
      if take(".") {
        let fractionStart = offset
        while let byte = peek, digits.contains(byte) { offset += 1 }
        guard offset > fractionStart else { throw failure }
      }
      if take("e") || take("E") {
        if !take("+") { _ = take("-") }
        let exponentStart = offset
        while let byte = peek, digits.contains(byte) { offset += 1 }
        guard offset > exponentStart else { throw failure }
      }
      guard let value = Double(String(decoding: bytes[start..<offset], as: UTF8.self)) else { throw failure }
      return value
    }
  }
}
