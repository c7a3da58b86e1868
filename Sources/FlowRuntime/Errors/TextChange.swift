// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The statement, argument or element in which two versions of a text differ.
struct TextChange {
  /// The part of the first text, in UTF-8 offsets.
  let range: SourceRange
  /// The part of the second text.
  let replacement: String

  /// - Parameter unchangedEnd: The number of bytes at the end that are equal and do not belong to the change.
  init(from old: String, to new: String, unchangedEnd: Int) {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    let most = min(old.count, new.count)
    var start = 0
    while start < most, old[start] == new[start] { start += 1 }
    start = old[..<start].startOfPart
    var end = 0
    while end < most - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
    while end > unchangedEnd, !old[start..<old.count - end].isBalanced || !new[start..<new.count - end].isBalanced {
      end -= 1
    }
    end -= old[(old.count - end)...].lengthOfPart
    range = SourceRange(start, old.count - end)
    // A word that was left out leaves a blank.
    replacement = String(decoding: new[start..<max(start, new.count - end)].drop { $0.role == .blank }, as: UTF8.self)
  }
}

/// Corrections that were applied to a text one after the other.
struct CorrectionTrail {
  private var edits: [(start: Int, oldEnd: Int, newEnd: Int)] = []

  /// Adds a correction of the text after the corrections so far.
  mutating func add(_ label: Diagnostic.Label) {
    let (old, new) = (Array(label.source.text(in: label.range).utf8), Array((label.replacement ?? "").utf8))
    let most = min(old.count, new.count)
    let equal = zip(old, new).prefix { $0 == $1 }.count
    let equalEnd = min(zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count, most - equal)
    let start = label.range.start + equal
    edits.append((start, label.range.end - equalEnd, label.range.start + new.count - equalEnd))
  }

  /// Returns where a part of the corrected text was in the original text. Where it was replaced, it is all that was.
  func original(_ range: SourceRange) -> SourceRange {
    var (start, end) = (range.start, range.end)
    for edit in edits.reversed() {
      let growth = edit.newEnd - edit.oldEnd
      if start >= edit.newEnd { start -= growth } else if start > edit.start { start = edit.start }
      if end >= edit.newEnd { end -= growth } else if end > edit.start { end = edit.oldEnd }
    }
    return SourceRange(start, max(start, end))
  }
}

extension UInt8 {
  fileprivate var isWordByte: Bool {
    self >= 0x80 || self == UInt8(ascii: "_") || (0x30...0x39).contains(self)
      || (0x61...0x7A).contains(self | 0x20)
  }

  fileprivate enum Role { case opening, closing, separator, quote, blank, other }

  fileprivate var role: Role {
    switch self {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): .opening
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): .closing
    case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\n"), UInt8(ascii: "#"): .separator
    case UInt8(ascii: "\""): .quote
    case UInt8(ascii: " "), UInt8(ascii: "\t"): .blank
    default: .other
    }
  }
}

extension ArraySlice<UInt8> {
  /// Where the statement, argument or element begins that the text ends in.
  fileprivate var startOfPart: Int {
    var depth = 0
    var isQuoted = false
    var start = endIndex
    while start > startIndex {
      let role = self[start - 1].role
      if role == .quote { isQuoted.toggle() }
      if !isQuoted {
        if role == .separator && depth == 0 || role == .opening && depth == 0 { break }
        depth += role == .closing ? 1 : role == .opening ? -1 : 0
      }
      start -= 1
    }
    while start < endIndex, self[start].role == .blank { start += 1 }
    // An index is shown with what it selects from.
    if start > startIndex, self[start - 1] == UInt8(ascii: "["), start - 1 > startIndex, self[start - 2].isWordByte {
      start -= 1
      while start > startIndex, self[start - 1].isWordByte || self[start - 1] == UInt8(ascii: ".") { start -= 1 }
    }
    return start
  }

  /// The number of bytes up to the end of the statement, argument or element that the text begins in.
  fileprivate var lengthOfPart: Int {
    var depth = 0
    var isQuoted = false
    var end = startIndex
    while end < endIndex {
      let role = self[end].role
      if role == .quote { isQuoted.toggle() }
      if !isQuoted {
        if role == .separator && depth == 0 || role == .closing && depth == 0 { break }
        depth += role == .opening ? 1 : role == .closing ? -1 : 0
      }
      end += 1
    }
    while end > startIndex, self[end - 1].role == .blank { end -= 1 }
    return end - startIndex
  }

  /// Whether every bracket and every quote in the text is closed in it.
  fileprivate var isBalanced: Bool {
    var depth = 0
    var isQuoted = false
    for byte in self {
      switch byte.role {
      case .quote: isQuoted.toggle()
      case .opening where !isQuoted: depth += 1
      case .closing where !isQuoted: depth -= 1
      default: break
      }
      if depth < 0 { return false }
    }
    return depth == 0 && !isQuoted
  }
}
