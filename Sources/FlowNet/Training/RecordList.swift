// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A list of plain numbers that grows without being copied: each new part is as long as all before it.
///
/// One thread appends; then any may read.
public final class RecordList<Record: BitwiseCopyable>: RandomAccessCollection, @unchecked Sendable {
  /// The number of records.
  public private(set) var count = 0
  private var parts: [UnsafeMutablePointer<Record>] = []
  /// The number of records that all parts have room for.
  private var capacity = 0
  /// The number of parts up to the one that `next` points into.
  private var open = 0
  /// Where the next record goes, and the end of its part.
  private var next: UnsafeMutablePointer<Record>?
  private var end: UnsafeMutablePointer<Record>?
  /// How far to write before the pool is asked to make more of the part ready.
  private var stop: UnsafeMutablePointer<Record>?
  private let first: Int
  private let pool: ThreadPool?
  /// Bytes that are made ready at a time: many milliseconds of the fastest training.
  private static var window: Int { 8 << 20 }

  /// Creates an empty list whose first part has room for the given number of records.
  init(capacity: Int, pool: ThreadPool? = nil) {
    self.pool = pool
    // A power of two, so that the part of a record follows from its position.
    first = 1 << (Int.bitWidth - Swift.max(capacity - 1, 1).leadingZeroBitCount)
  }

  deinit { for part in parts { part.deallocate() } }

  /// Makes room for more records, or throws if the system refuses the memory.
  @inline(__always)
  func reserve(_ more: Int) throws(MemoryRefusal) {
    if count + more > capacity { try grow(to: count + more) }
  }

  /// The number of records that there is room for.
  var room: Int { capacity - count }

  /// Appends a record; `reserve` must have made room for it.
  @inline(__always)
  func append(_ record: Record) {
    if next == stop { goOn() }
    next!.initialize(to: record)
    next! += 1
    count += 1
  }

  /// The position of the first record.
  public var startIndex: Int { 0 }
  /// The position past the last record.
  public var endIndex: Int { count }

  /// The record at a position.
  public subscript(position: Int) -> Record { address(position).pointee }

  private func address(_ position: Int) -> UnsafeMutablePointer<Record> {
    // Part 0 holds `first` records, part n from there on first·2^(n−1).
    let part = Int.bitWidth - (position / first).leadingZeroBitCount
    return parts[part] + (part == 0 ? position : position - first << (part - 1))
  }

  private func length(ofPart part: Int) -> Int { part == 0 ? first : first << (part - 1) }

  private func goOn() {
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
    // What comes up to the stop was asked for when the window before it was begun, except in a new part.
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
  /// Drops the records from a position on; their memory stays for those to come.
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
    // What follows has been written before, so no page of it has to be made ready.
    stop = end
  }

  /// Keeps the groups of `width` records for which `isKept` returns true for the group's position.
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
