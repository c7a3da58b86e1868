// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A list of plain records that grows without copying: each new part is as long as all parts before it together.
///
/// Only one thread may append, and only while no other thread reads.
public final class RecordList<Record: BitwiseCopyable>: RandomAccessCollection, @unchecked Sendable {
  public private(set) var count = 0
  private var parts: [UnsafeMutablePointer<Record>] = []
  /// The number of records that fit into all parts.
  private var capacity = 0
  /// The number of parts up to and including the one that `next` points into.
  private var open = 0
  /// The address of the next record, and the end of its part.
  private var next: UnsafeMutablePointer<Record>?
  private var end: UnsafeMutablePointer<Record>?
  /// The address at which `append` must ask the pool to prepare more of the part.
  private var stop: UnsafeMutablePointer<Record>?
  private let first: Int
  private let pool: ThreadPool?
  /// The number of bytes that are prepared at a time. Even the fastest training takes many milliseconds to fill them.
  private static var window: Int { 8 << 20 }

  /// Creates an empty list whose first part has room for the given number of records.
  init(capacity: Int, pool: ThreadPool? = nil) {
    self.pool = pool
    // A power of two lets `address` compute the part of a record from its position.
    first = 1 << (Int.bitWidth - Swift.max(capacity - 1, 1).leadingZeroBitCount)
  }

  deinit { for part in parts { part.deallocate() } }

  /// Reserves memory for the given number of further records. Throws if the system refuses it.
  @inline(__always)
  func reserve(_ more: Int) throws(MemoryRefusal) {
    if count + more > capacity { try grow(to: count + more) }
  }

  /// The number of further records that fit into the reserved memory.
  var room: Int { capacity - count }

  /// Appends a record. `reserve` must have been called for it.
  @inline(__always)
  func append(_ record: Record) {
    if next == stop { advance() }
    next!.initialize(to: record)
    next! += 1
    count += 1
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  public subscript(position: Int) -> Record { address(position).pointee }

  private func address(_ position: Int) -> UnsafeMutablePointer<Record> {
    // Part 0 holds `first` records, and part n holds first·2^(n−1).
    let part = Int.bitWidth - (position / first).leadingZeroBitCount
    return parts[part] + (part == 0 ? position : position - first << (part - 1))
  }

  private func length(ofPart part: Int) -> Int { part == 0 ? first : first << (part - 1) }

  private func advance() {
    let isNew = next == end
    if isNew {
      next = parts[open]
      end = parts[open] + length(ofPart: open)
      open += 1
    }
    let window = Self.window / MemoryLayout<Record>.stride
    stop = end
    guard let pool, let next, let end, end - next > window else { return }
    stop = next + window
    // Except in a new part, the window up to `stop` was requested when the previous window began.
    let ready = isNew ? 0 : window
    let count = Swift.min(2 * window, end - next) - ready
    pool.prepare(UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: next + ready, count: count)))
  }

  private func grow(to wanted: Int) throws(MemoryRefusal) {
    while capacity < wanted {
      let length = length(ofPart: parts.count)
      let part = try tryAllocatePages(length * MemoryLayout<Record>.stride)
      parts.append(part.bindMemory(to: Record.self, capacity: length))
      capacity += length
    }
  }
}

extension RecordList {
  /// Removes all records but the first `count`. The memory is kept for later records.
  func truncate(to count: Int) {
    guard count < self.count else { return }
    self.count = count
    guard count > 0 else {
      (open, next, end, stop) = (0, nil, nil, nil)
      return
    }
    let last = address(count - 1)
    let part = Int.bitWidth - ((count - 1) / first).leadingZeroBitCount
    open = part + 1
    next = last + 1
    end = parts[part] + length(ofPart: part)
    // The memory after `last` has been written before, so its pages need no preparation.
    stop = end
  }

  /// Keeps the groups of `width` records for whose position `isKept` returns true.
  func keep(groupsOf width: Int, where isKept: (Int) -> Bool) {
    var kept = 0
    for group in 0..<count / width where isKept(group) {
      if kept != group {
        for index in 0..<width { address(kept * width + index).pointee = address(group * width + index).pointee }
      }
      kept += 1
    }
    truncate(to: kept * width)
  }
}
