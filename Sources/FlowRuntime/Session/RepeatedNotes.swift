// SPDX-License-Identifier: GPL-3.0-or-later

/// The notes about events that recur in an entry, such as the training runs of a loop. The first note of a kind is shown
/// in full, and the others are counted.
struct RepeatedNotes {
  private var tally = Tally()
  private var known: Set<String> = []
  private var lines: Set<String> = []
  private var isRepeated = false

  /// Counts an event, and returns whether its note is to be shown. Notes that differ only in their numbers are equal.
  mutating func add(_ line: String?, _ kind: Tally.Kind) -> Bool {
    tally.add(kind, line == nil ? 0 : 1, of: 1)
    guard let line else { return false }
    if known.insert(String(line.filter { !$0.isNumber })).inserted { return true }
    isRepeated = true
    return false
  }

  /// Returns whether a note that does not count events has not been shown before.
  mutating func isFirst(_ line: String) -> Bool { lines.insert(line).inserted }

  /// Lines that count all events, if any note was not shown.
  var notes: [String] { isRepeated ? tally.notes : [] }
}
