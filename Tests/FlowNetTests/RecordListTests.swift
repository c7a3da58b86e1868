// SPDX-License-Identifier: GPL-3.0-or-later
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
}
