// SPDX-License-Identifier: GPL-3.0-or-later

/// Groups of samples for sums over a batch. Each group is summed separately, and the sums are then added in the order
/// of the groups, so the result does not depend on the number of parts.
struct SampleGroups {
  /// The number of samples in a group.
  let size: Int
  let count: Int

  /// The largest number of groups. With more groups, the sums would need too much memory compared with the samples.
  static let most = 16

  init(samples: Int) {
    size = max((samples + Self.most - 1) / Self.most, 1)
    count = (samples + size - 1) / size
  }

  /// Returns the first group of a part.
  func first(of part: Range<Int>) -> Int { part.lowerBound / size }

  /// Calls `body` with every group of a part and the samples in it.
  @inline(__always)
  func each(in part: Range<Int>, _ body: (_ group: Int, _ rows: Range<Int>) -> Void) {
    var group = first(of: part)
    var row = part.lowerBound
    while row < part.upperBound {
      let end = min(row + size, part.upperBound)
      body(group, row..<end)
      group += 1
      row = end
    }
  }
}
