// SPDX-License-Identifier: GPL-3.0-or-later

/// Returns the candidate closest to a misspelled word, or nil if none is close enough for the word's length. The
/// distance ignores case, and counts insertions, deletions, replacements and swaps. On a tie, returns the first one.
public func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(word.lowercased())
  let allowed = wanted.count <= 2 ? 0 : wanted.count <= 4 ? 1 : wanted.count <= 7 ? 2 : 3
  var best: (distance: Int, candidate: String)?
  for candidate in candidates {
    let letters = Array(candidate.lowercased())
    // A word of two letters may have one letter too many or too few. A different letter makes it a different word.
    let isShort = wanted.count == 2 && letters.count != 2
    guard abs(letters.count - wanted.count) <= (isShort ? 1 : allowed) else { continue }
    let distance = editDistance(wanted, letters)
    // Two or more edits that also change the first letter make it a different word.
    if distance > 1, letters.first != wanted.first { continue }
    if distance <= (isShort ? 1 : allowed), distance < best?.distance ?? .max { best = (distance, candidate) }
  }
  return best?.candidate
}

/// Returns the hint for a function that is used as if its name were a call. `call` is the call in full.
package func parenthesesHint(_ call: String) -> String { "a call has parentheses: \(call)" }

/// Returns the optimal string alignment distance: the number of insertions, deletions, replacements and swaps of
/// adjacent characters that turn one text into the other, if no part is edited twice.
package func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
      row.append(cost)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
