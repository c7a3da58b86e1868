// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A table of entries with a fixed number of rows each, which can be thinned out.
///
/// Entries are counted from 1. A thinned table keeps the first entry, every `stride`-th entry, and the last.
struct RecordTable<Row: BitwiseCopyable> {
  let rows: RecordList<Row>
  /// The number of rows per entry.
  let width: Int
  /// The interval of the kept entries, a power of two.
  private(set) var stride = 1
  /// The number of entries that were appended, kept or not.
  private(set) var entries = 0

  init(width: Int = 1, capacity: Int, pool: ThreadPool? = nil) {
    self.width = width
    rows = RecordList(capacity: capacity * width, pool: pool)
  }

  /// The size of all rows in bytes.
  var bytes: Int { rows.count * MemoryLayout<Row>.stride }

  /// The size of an entry in bytes.
  var bytesPerEntry: Int { width * MemoryLayout<Row>.stride }

  /// Reserves memory for the next entry. Throws if the system refuses it.
  @inline(__always)
  func reserve() throws(MemoryRefusal) { try rows.reserve(width) }

  /// The number of further entries that fit into the reserved memory.
  var room: Int { rows.room / width }

  /// Begins an entry, whose rows must be appended next.
  @inline(__always)
  mutating func begin() {
    // The previous entry was kept only because it was the last.
    if stride > 1, entries > 1, entries % stride != 0 { rows.truncate(to: rows.count - width) }
    entries += 1
  }

  @inline(__always)
  func append(_ row: Row) { rows.append(row) }

  /// Declares that the appended entries are what is left of a thinned table. No entry may be appended afterwards.
  mutating func declareThinned(stride: Int) { self.stride = stride }

  /// Drops every other entry except the first and the last. Returns false if nothing is left to drop.
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
