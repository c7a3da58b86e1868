// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Glibc

/// Counting, indexing and searching of characters. A text whose characters are single bytes is processed by bytes,
/// because finding the characters of a text of many megabytes takes seconds.
extension String {
  /// Whether every character is one byte: ASCII, without carriage returns, because CR LF is one character.
  var isBytewise: Bool {
    utf8.withContiguousStorageIfAvailable { bytes in
      var start = 0
      while start < bytes.count {
        let end = min(start + 4096, bytes.count)
        var (all, hasReturn) = (UInt8(0), false)
        for byte in bytes[start..<end] {
          all |= byte
          hasReturn = hasReturn || byte == 0x0D
        }
        if all >= 0x80 || hasReturn { return false }
        start = end
      }
      return true
    } ?? false
  }

  /// The number of characters; fewer if a stop is requested.
  var characterCount: Int { isBytewise ? utf8.count : untilStopped.reduce(0) { count, _ in count + 1 } }

  /// Returns the characters at positions from 1 to the number of characters.
  func selecting(_ positions: [Int]) -> String {
    if isBytewise {
      let start = utf8.startIndex
      let bytes = positions.untilStopped.map { utf8[utf8.index(start, offsetBy: $0 - 1)] }
      return String(decoding: bytes, as: UTF8.self)
    }
    if positions.count == 1 {
      let found = zip(1..., self).untilStopped.first { position, _ in position == positions[0] }
      return found.map { String($0.1) } ?? ""
    }
    let characters = untilStopped.map { $0 }
    return positions.untilStopped.reduce(into: "") { $0.append(characters[$1 - 1]) }
  }

  /// Returns the text with each scalar replaced by others. It is converted in pieces, until a stop is requested.
  func convertingPieces(_ convert: (String) -> String) -> String {
    var result = ""
    var start = startIndex
    while start < endIndex, !StopToken.current.isRequested {
      let end = unicodeScalars.index(start, offsetBy: 1 << 16, limitedBy: endIndex) ?? endIndex
      result += convert(String(unicodeScalars[start..<end]))
      start = end
    }
    return result
  }

  /// Returns whether the text begins with the characters of another text.
  func begins(with part: String) -> Bool {
    isBytewise && part.isBytewise ? hasPrefix(part) : untilStopped.starts(with: part)
  }

  /// Returns whether the text ends with the characters of another text.
  func ends(with part: String) -> Bool {
    isBytewise && part.isBytewise ? hasSuffix(part) : reversed().untilStopped.starts(with: part.reversed())
  }
}

/// The locations of a text inside another, in order and without overlaps.
struct Occurrences: Sequence, IteratorProtocol {
  private let text: String
  private let part: String
  private let partCount: Int
  private let isBytewise: Bool
  private let stop = StopToken.current
  private var place: String.Index

  /// Creates the sequence of the occurrences of `part`, which must not be empty.
  init(of part: String, in text: String) {
    self.text = text
    self.part = part
    partCount = part.count
    isBytewise = text.isBytewise && part.isBytewise
    place = text.startIndex
  }

  /// Returns the next occurrence, or nil at the end or if a stop is requested.
  mutating func next() -> Range<String.Index>? {
    guard let start = isBytewise ? nextByBytes() : nextByCharacters() else { return nil }
    place = text.index(start, offsetBy: partCount)
    return start..<place
  }

  private func nextByBytes() -> String.Index? {
    let offset = text.utf8.distance(from: text.startIndex, to: place)
    let found = text.utf8.withContiguousStorageIfAvailable { text in
      part.utf8.withContiguousStorageIfAvailable { part -> Int? in
        guard let base = text.baseAddress, let wanted = part.baseAddress else { return nil }
        var start = offset
        while text.count - start >= part.count, !stop.isRequested {
          let rest = text.count - start - part.count + 1
          guard let found = memchr(base + start, Int32(wanted[0]), rest) else { return nil }
          start = UnsafeRawPointer(base).distance(to: found)
          if memcmp(base + start, wanted, part.count) == 0 { return start }
          start += 1
        }
        return nil
      }
    }
    return found.flatMap { $0 }.flatMap { $0 }.map { text.utf8.index(text.startIndex, offsetBy: $0) }
  }

  private func nextByCharacters() -> String.Index? {
    text[place...].indices.untilStopped.first { text[$0...].hasPrefix(part) }
  }
}

extension StringProtocol {
  /// The text without whitespace at either end.
  package var trimmed: String {
    var text = self.drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
