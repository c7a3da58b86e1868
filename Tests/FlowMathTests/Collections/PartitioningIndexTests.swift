// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

@Suite struct PartitioningIndexTests {
  /// Tests every boundary in collections of every small size.
  @Test(arguments: 0...17)
  func findsTheBoundary(_ count: Int) {
    for border in 0...count {
      #expect(Array(0..<count).partitioningIndex { $0 >= border } == border)
      #expect((100..<100 + count).partitioningIndex { $0 >= 100 + border } == 100 + border)
    }
  }

  /// A slice shares the indices of its base collection.
  @Test func countsFromTheStartOfASlice() {
    let numbers = [9, 9, 1, 2, 3, 9]
    #expect(numbers[2..<5].partitioningIndex { $0 > 1 } == 3)
    #expect(numbers[2..<5].partitioningIndex { $0 > 3 } == 5)
  }
}
