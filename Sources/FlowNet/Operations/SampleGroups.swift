// SPDX-License-Identifier: GPL-3.0-or-later

/// Groups of samples that are summed on their own, and these sums then in the order of the groups; so no sum depends on how
/// many parts there are.
struct SampleGroups {
  /// Samples of a group.
  let size: Int
  let count: Int

  /// More would make what is summed for each group large beside the samples themselves.
  static let most = 16

  init(samples: Int) {
    size = max((samples + Self.most - 1) / Self.most, 1)
    count = (samples + size - 1) / size
  }

  /// The group with which a part begins.
  func first(of part: Range<Int>) -> Int { part.lowerBound / size }

  /// Calls `body` with every group of a part and its samples.
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
