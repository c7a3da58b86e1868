// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Plan {
  /// Copies samples and targets to where a pass takes them from.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func load(_ data: DataSet, _ rows: UnsafeBufferPointer<Int32>, _ pool: ThreadPool) {
    gather(data, rows, pool) { UnsafeBufferPointer(rebasing: $0[$1]) }
  }

  /// The same for rows that follow each other.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func load(_ data: DataSet, _ rows: Range<Int32>, _ pool: ThreadPool) {
    gather(data, rows, pool) { $0.lowerBound + Int32($1.lowerBound)..<$0.lowerBound + Int32($1.upperBound) }
  }

  /// The same for a list of rows.
  func load(_ data: DataSet, _ rows: [Int32], _ pool: ThreadPool) {
    rows.withUnsafeBufferPointer { load(data, $0, pool) }
  }

  /// - Parameter part: Returns the rows at the given positions. It captures nothing, so that nothing is allocated.
  @inline(__always)
  private func gather<Rows: Collection<Int32>>(
    _ data: DataSet, _ rows: Rows, _ pool: ThreadPool, _ part: @escaping (Rows, Range<Int>) -> Rows
  ) {
    let (x, t) = (input, target)
    let count = rows.count
    let groups = max(min(count * x.columns / 20_000, pool.threads), 1)
    pool.run(count, inRanges: groups, (data, rows, x, t, part)) { work, range in
      let (data, rows, x, t, part) = work
      let step = max(Plan.mostNumbers / (x.stride + t.stride), 1)
      for first in stride(from: range.lowerBound, to: range.upperBound, by: step) {
        if first > range.lowerBound, StopToken.current.isRequested { return }
        let own = part(rows, first..<min(first + step, range.upperBound))
        data.gatherInputs(own, into: x.pointer + first * x.stride, stride: x.stride)
        data.gatherTargets(own, outputs: t.columns, into: t.pointer + first * t.stride, stride: t.stride)
      }
    }
  }

  /// The most numbers that a thread copies before it looks for a stop.
  private static var mostNumbers: Int { 1 << 22 }

  /// Copies samples without targets, which need not fit: nothing will be compared with them.
  func loadInputs(_ data: DataSet, _ rows: Range<Int32>) {
    data.gatherInputs(rows, into: input.pointer, stride: input.stride)
  }
}
