// SPDX-License-Identifier: GPL-3.0-or-later

extension RandomAccessCollection {
  /// Returns the index of the first element that satisfies the predicate, or the end index if there is none. Uses
  /// binary search.
  ///
  /// The collection must be partitioned: the predicate must hold for every element after one for which it holds.
  @inlinable
  public func partitioningIndex(where belongsInSecondPart: (Element) -> Bool) -> Index {
    var (start, length) = (startIndex, count)
    while length > 0 {
      let half = length / 2
      let middle = index(start, offsetBy: half)
      if belongsInSecondPart(self[middle]) {
        length = half
      } else {
        start = index(after: middle)
        length -= half + 1
      }
    }
    return start
  }
}
