// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A list of plain numbers that grows without being copied: each new part is as long as all before it.
///
/// One thread appends; then any may read.
public final class RecordList<Record: BitwiseCopyable>: RandomAccessCollection, @unchecked Sendable {
  /// How many there are.
  public private(set) var count = 0
  private var parts: [UnsafeMutablePointer<Record>] = []
  /// Where the next record goes, and the end of its part.
  private var next: UnsafeMutablePointer<Record>?
  private var end: UnsafeMutablePointer<Record>?
  /// How far to write before the pool is asked to make more of the part ready.
  private var stop: UnsafeMutablePointer<Record>?
  private let first: Int
  private let pool: ThreadPool?
  /// Bytes that are made ready at once: many milliseconds of the fastest training.
  private static var window: Int { 8 << 20 }

  /// Makes room for so many records at first.
  init(capacity: Int, pool: ThreadPool? = nil) {
    self.pool = pool
    // A power of two, so that a place tells its part.
    first = 1 << (Int.bitWidth - Swift.max(capacity - 1, 1).leadingZeroBitCount)
  }

  deinit { for part in parts { part.deallocate() } }

  @inline(__always)
  func append(_ record: Record) {
    if next == stop { goOn() }
    next!.initialize(to: record)
    next! += 1
    count += 1
  }

  /// The first place.
  public var startIndex: Int { 0 }
  /// The number of records.
  public var endIndex: Int { count }

  /// The record at a place.
  public subscript(place: Int) -> Record {
    // Part 0 holds `first` records, part n from there on first·2^(n−1).
    let part = Int.bitWidth - (place / first).leadingZeroBitCount
    return parts[part][part == 0 ? place : place - first << (part - 1)]
  }

  private func goOn() {
    let isNew = next == end
    if isNew { grow() }
    let window = Self.window / MemoryLayout<Record>.stride
    stop = end
    guard let pool, let next, let end, end - next > window else { return }
    stop = next + window
    // What comes up to the stop was asked for when the window before it was begun, except in a new part.
    let ready = isNew ? 0 : window
    let count = Swift.min(2 * window, end - next) - ready
    pool.prepare(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: next + ready, count: count)))
  }

  private func grow() {
    let length = parts.isEmpty ? first : count
    let part = allocatePages(length * MemoryLayout<Record>.stride).bindMemory(to: Record.self, capacity: length)
    parts.append(part)
    next = part
    end = part + length
  }
}
