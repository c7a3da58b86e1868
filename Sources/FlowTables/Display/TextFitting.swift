// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// How texts are wrapped and shortened for a limited width, in columns of a terminal or centimetres of a picture.
struct TextFitting: Sendable {
  /// Returns the width of a text.
  let measure: @Sendable (String) -> Double

  /// Widths in columns of a terminal.
  static let columns = TextFitting { Double($0.displayWidth) }

  /// Returns the text in lines of at most the given width, broken at blanks if possible. A text that needs more lines
  /// than `most` loses its middle. Returns no lines for an empty text.
  func lines(_ text: String, width: Double, most: Int = .max) -> [String] {
    if text.isEmpty { return [] }
    if measure(text) <= width { return [text] }
    var room = width * Double(most)
    var lines = wrapped(shortened(text, to: room), width)
    while lines.count > most, room > 0 {
      lines = wrapped(shortened(text, to: room), width)
      room -= width / 8
    }
    return lines
  }

  /// Returns the place nearest to `middle` at which centred lines do not leave a room.
  func centre(_ lines: [String], _ middle: Double, in room: ClosedRange<Double>) -> Double {
    let half = (lines.map(measure).max() ?? 0) / 2
    let centre = (room.lowerBound + room.upperBound) / 2
    return min(max(middle, min(centre, room.lowerBound + half)), max(centre, room.upperBound - half))
  }

  /// Returns the text, without a part of its middle if it is too wide.
  func shortened(_ text: String, to width: Double) -> String {
    measure(text) <= width ? text : cut(Array(text), width, head: 0.6)
  }

  /// Returns the texts, without a part of those that are too wide. Different texts stay different if possible.
  func shortened(_ texts: [String], to width: Double) -> [String] {
    let short = distinctlyShortened(Set(texts.untilStopped), to: width) { shortened($0, to: width) }
    // As a last resort, texts are told apart by their numbers.
    let counts = Dictionary(short.values.map { ($0, 1) }, uniquingKeysWith: +)
    var numbers: [String: String] = [:]
    for text in texts.untilStopped where numbers[text] == nil {
      guard let cut = short[text], counts[cut] ?? 0 > 1, cut != text else { continue }
      let number = " \(numbers.count + 1)"
      numbers[text] = shortened(text, to: width - measure(number)) + number
    }
    return texts.untilStopped.map { numbers[$0] ?? short[$0] ?? $0 }
  }

  /// Returns the texts that a function makes shorter. Where it makes different texts the same, they lose another part if
  /// that keeps them different.
  func distinctlyShortened(
    _ texts: Set<String>, to width: Double, _ shortened: (String) -> String
  ) -> [String: String] {
    var short: [String: String] = [:]
    for text in texts.untilStopped { short[text] = shortened(text) }
    let groups = Dictionary(grouping: texts.untilStopped, by: { short[$0] ?? $0 }).values.filter { $0.count > 1 }
    for group in groups.untilStopped {
      guard let distinct = distinct(group, width) else { continue }
      for (text, cut) in zip(group, distinct) { short[text] = cut }
    }
    return short
  }

  /// Returns different texts without one part each, or nil if no way to cut them shows a difference.
  private func distinct(_ texts: [String], _ width: Double) -> [String]? {
    let all = texts.map { Array($0) }
    func attempt(_ cut: ([Character]) -> String) -> [String]? {
      let cuts = all.untilStopped.map(cut)
      return Set(cuts).count == cuts.count ? cuts : nil
    }
    for head in [0.3, 0.8, 0, 1] {
      if let cuts = attempt({ cut($0, width, head: head) }) { return cuts }
    }
    let first = all[0]
    let shared = all.dropFirst().reduce(first.count) { shared, text in
      zip(first.prefix(shared), text).prefix { $0 == $1 }.count
    }
    let start = cut(first, width * 0.3, head: 1)
    return attempt { start + cut(Array($0.dropFirst(max(0, shared - 2))), width - measure(start), head: 1) }
  }

  /// The largest number of characters that are kept of a text that is too wide.
  private static let mostKept = 400

  /// Returns as many characters as fit, with `…` in place of those left out. `head` is the share of the characters that
  /// are kept at the start.
  private func cut(_ text: [Character], _ width: Double, head: Double) -> String {
    func kept(_ count: Int) -> String {
      let first = Int((Double(count) * head).rounded(.up))
      return String(text.prefix(first)) + "…" + String(text.suffix(count - first))
    }
    if text.count <= Self.mostKept, measure(String(text)) <= width { return String(text) }
    var (low, high) = (0, min(text.count - 1, Self.mostKept))
    while low < high {
      let middle = (low + high + 1) / 2
      if measure(kept(middle)) <= width { low = middle } else { high = middle - 1 }
    }
    return kept(max(0, low))
  }

  private func wrapped(_ text: String, _ width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ").untilStopped {
      if let last = lines.last, measure(last + " " + word) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines += parts(word, width)
      }
    }
    return lines
  }

  /// Returns a word in lines: broken after marks that join words if it is too wide, and otherwise anywhere.
  private func parts(_ word: Substring, _ width: Double) -> [String] {
    var (lines, rest): ([String], Substring) = ([], word)
    while measure(String(rest)) > width, rest.count > 1 {
      var (end, soft) = (rest.startIndex, rest.startIndex)
      for index in rest.indices.dropFirst() {
        if measure(String(rest[..<index])) > width { break }
        end = index
        if "_-/.".contains(rest[rest.index(before: index)]) { soft = index }
      }
      if end == rest.startIndex { end = rest.index(after: end) }
      let place = soft > rest.startIndex ? soft : end
      lines.append(String(rest[..<place]))
      rest = rest[place...]
    }
    return lines + (rest.isEmpty ? [] : [String(rest)])
  }
}
