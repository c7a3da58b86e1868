// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Plan {
  /// Copies the given samples and their targets to the input and the targets of the next pass.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func load(_ data: DataSet, _ rows: UnsafeBufferPointer<Int32>, _ pool: ThreadPool) {
    let (x, t) = (input, target)
    pool.run(rows.count, inRanges: parts(pool), (data, rows, x, t)) { work, part in
      let (data, rows, x, t) = work
      Plan.eachPiece(of: part, x, t) { piece in
        let own = UnsafeBufferPointer(rebasing: rows[piece])
        data.gatherInputs(own, into: x.pointer + piece.lowerBound * x.stride, stride: x.stride)
        data.gatherTargets(
          own, outputs: t.columns, into: t.pointer + piece.lowerBound * t.stride, stride: t.stride)
      }
    }
  }

  /// Copies consecutive samples and their targets, starting with the sample `first`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func load(_ data: DataSet, from first: Int, _ pool: ThreadPool) {
    let (x, t) = (input, target)
    pool.run(mode.samples, inRanges: parts(pool), (data, first, x, t)) { work, part in
      let (data, first, x, t) = work
      Plan.eachPiece(of: part, x, t) { piece in
        let own = Int32(first + piece.lowerBound)..<Int32(first + piece.upperBound)
        data.gatherInputs(own, into: x.pointer + piece.lowerBound * x.stride, stride: x.stride)
        data.gatherTargets(
          own, outputs: t.columns, into: t.pointer + piece.lowerBound * t.stride, stride: t.stride)
      }
    }
  }

  /// Copies the given samples and their targets to the input and the targets of the next pass.
  func load(_ data: DataSet, _ rows: [Int32], _ pool: ThreadPool) {
    rows.withUnsafeBufferPointer { load(data, $0, pool) }
  }

  /// Copies consecutive samples without their targets. The targets need not fit the network, because nothing is
  /// compared with them.
  func loadInputs(_ data: DataSet, from first: Int) {
    data.gatherInputs(Int32(first)..<Int32(first + mode.samples), into: input.pointer, stride: input.stride)
  }

  /// Returns the number of threads among which it is worth dividing the samples.
  private func parts(_ pool: ThreadPool) -> Int { max(min(mode.samples * input.columns / 20_000, pool.threads), 1) }

  /// Calls `body` with one piece of a part after another, until a stop is requested.
  @inline(__always)
  private static func eachPiece(of part: Range<Int>, _ x: Matrix<E>, _ t: Matrix<E>, _ body: (Range<Int>) -> Void) {
    let step = max(mostNumbers / (x.stride + t.stride), 1)
    for first in stride(from: part.lowerBound, to: part.upperBound, by: step) {
      if first > part.lowerBound, StopToken.current.isRequested { return }
      body(first..<min(first + step, part.upperBound))
    }
  }

  /// The largest number of elements that a thread copies before it checks for a stop.
  private static var mostNumbers: Int { 1 << 22 }
}
