// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A table of the record of a training: entries of a fixed number of rows each, which can be thinned out.
///
/// Entries are counted from 1. A table that has been thinned keeps the first entry, every `stride`-th one, and the last.
struct RecordTable<Row: BitwiseCopyable> {
  let rows: RecordList<Row>
  /// The rows of an entry.
  let width: Int
  /// A power of two.
  private(set) var stride = 1
  /// The entries that there were, kept or not.
  private(set) var entries = 0

  init(width: Int = 1, capacity: Int, pool: ThreadPool? = nil) {
    self.width = width
    rows = RecordList(capacity: capacity * width, pool: pool)
  }

  /// The bytes of all rows.
  var bytes: Int { rows.count * MemoryLayout<Row>.stride }

  /// The bytes of an entry.
  var bytesPerEntry: Int { width * MemoryLayout<Row>.stride }

  /// Makes room for the next entry, or throws if the system refuses the memory.
  @inline(__always)
  func reserve() throws(MemoryRefusal) { try rows.reserve(width) }

  /// The number of further entries that there is room for.
  var room: Int { rows.room / width }

  /// Begins an entry, whose rows must be appended next.
  @inline(__always)
  mutating func begin() {
    // The entry before stays only as long as it is the last.
    if stride > 1, entries > 1, entries % stride != 0 { rows.truncate(to: rows.count - width) }
    entries += 1
  }

  @inline(__always)
  func append(_ row: Row) { rows.append(row) }

  /// Drops every other entry but the first and the last; returns false where nothing is left to drop.
  mutating func thin() -> Bool {
    let count = rows.count / width
    guard count > 2 else { return false }
    let old = stride
    stride *= 2
    rows.keep(groupsOf: width) { position in
      let entry = old == 1 ? position + 1 : max(position * old, 1)
      return position == 0 || position == count - 1 || entry % stride == 0
    }
    return true
  }
}
