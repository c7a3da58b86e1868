// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

@testable import FlowNet

@Suite struct RecordListTests {
  /// Every record stays where it was while the list grows, whatever room it began with.
  @Test(arguments: [0, 1, 2, 3, 8, 1000])
  func grows(_ capacity: Int) {
    let list = RecordList<Int>(capacity: capacity)
    #expect(list.isEmpty)
    for number in 0..<5000 {
      list.append(number * number)
      #expect(list[number] == number * number)
    }
    #expect(list.count == 5000)
    #expect(list.elementsEqual((0..<5000).map { $0 * $0 }))
  }

  /// A list that is long enough to have its memory made ready by another thread holds the same, in a part that is one
  /// window after the other, and in parts that double.
  @Test(arguments: [1, 5_000_000])
  func isPreparedAhead(_ capacity: Int) {
    let list = RecordList<Int>(capacity: capacity, pool: ThreadPool(threads: 2))
    for number in 0..<6_000_000 { list.append(number) }
    #expect(list.count == 6_000_000)
    #expect(list.indices.allSatisfy { list[$0] == $0 })
  }
}
