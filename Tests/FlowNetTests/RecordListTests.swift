// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

@testable import FlowNet

@Suite struct RecordListTests {
  /// Every record keeps its position while the list grows, for any initial capacity.
  @Test(arguments: [0, 1, 2, 3, 8, 1000])
  func grows(_ capacity: Int) throws {
    let list = RecordList<Int>(capacity: capacity)
    #expect(list.isEmpty)
    for number in 0..<5000 {
      try list.reserve(1)
      list.append(number * number)
      #expect(list[number] == number * number)
    }
    #expect(list.count == 5000)
    #expect(list.elementsEqual((0..<5000).map { $0 * $0 }))
  }

  /// A list that is long enough for another thread to prepare its memory contains the same records. This holds for one
  /// long part, which is prepared window by window, and for parts that double.
  @Test(arguments: [1, 5_000_000])
  func isPreparedAhead(_ capacity: Int) throws {
    let list = RecordList<Int>(capacity: capacity, pool: ThreadPool(threads: 2))
    for number in 0..<6_000_000 {
      try list.reserve(1)
      list.append(number)
    }
    #expect(list.count == 6_000_000)
    #expect(list.indices.allSatisfy { list[$0] == $0 })
  }

  /// Records dropped at the end make room for others, at any position of the new end.
  @Test(arguments: [1, 3, 8], [0, 1, 2, 3, 7, 8, 9, 100, 4096, 4999])
  func isTruncated(_ capacity: Int, _ count: Int) throws {
    let list = RecordList<Int>(capacity: capacity)
    try list.reserve(5000)
    for number in 0..<5000 { list.append(number) }
    list.truncate(to: count)
    #expect(list.elementsEqual(0..<count))
    try list.reserve(6000)
    for number in 0..<6000 { list.append(-number) }
    #expect(list.elementsEqual(Array(0..<count) + (0..<6000).map { -$0 }))
  }

  /// Reserving room for many records at a time adds as many parts as necessary.
  @Test func reservesSeveralParts() throws {
    let list = RecordList<Int>(capacity: 1)
    for round in 0..<20 {
      try list.reserve(1000)
      #expect(list.room >= 1000)
      for number in 0..<1000 { list.append(1000 * round + number) }
    }
    #expect(list.elementsEqual(0..<20_000))
  }

  /// A request for more memory than any system has is refused, and the list is not changed.
  @Test func refusalChangesNothing() throws {
    let list = RecordList<Int>(capacity: 1 << 55)
    #expect(throws: MemoryRefusal.self) { try list.reserve(1) }
    #expect(list.isEmpty && list.room == 0)
  }
}
