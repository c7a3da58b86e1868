// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Plan {
  /// Copies samples and targets to where a pass takes them from.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func load(_ data: DataSet, _ rows: UnsafeBufferPointer<Int32>, _ pool: ThreadPool) {
    let (x, t) = (input, target)
    let groups = max(min(rows.count * x.columns / 20_000, pool.threads), 1)
    pool.run(rows.count, inRanges: groups, (data, rows, x, t)) { work, part in
      let (data, rows, x, t) = work
      let step = max(Plan.mostNumbers / (x.stride + t.stride), 1)
      for first in stride(from: part.lowerBound, to: part.upperBound, by: step) {
        if first > part.lowerBound, StopToken.current.isRequested { return }
        let own = UnsafeBufferPointer(rebasing: rows[first..<min(first + step, part.upperBound)])
        data.gatherInputs(own, into: x.pointer + first * x.stride, stride: x.stride)
        data.gatherTargets(own, outputs: t.columns, into: t.pointer + first * t.stride, stride: t.stride)
      }
    }
  }

  /// The most numbers that a thread copies before it looks for a stop.
  private static var mostNumbers: Int { 1 << 22 }

  /// The same for a list of rows.
  func load(_ data: DataSet, _ rows: [Int32], _ pool: ThreadPool) {
    rows.withUnsafeBufferPointer { load(data, $0, pool) }
  }

  /// Copies samples without targets, which need not fit: nothing will be compared with them.
  func loadInputs(_ data: DataSet, _ rows: Range<Int32>) {
    data.gatherInputs(rows, into: input.pointer, stride: input.stride)
  }
}
