// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Operations in the order of computation, divided into segments between which all threads wait for each other.
///
/// Within a segment, each thread takes its samples through all operations, so that the samples stay in its cache. No sum
/// extends over two parts, so the bits do not depend on the number of parts, which is that of the threads.
struct Schedule<E: Element> {
  private struct Segment {
    var operations: [any Operation<E>]
    /// The number of multiply-adds per sample.
    var work: Int
    /// The number of elements that the operations write per sample.
    var numbers = 0
    /// Whether parts must consist of whole groups, because an operation measures the samples at the start or the end.
    var hasGroups = false
    /// The operation that measures the samples after the operations of the segment.
    var measuring: (any Operation<E>)?

    @inline(__always)
    func run(_ part: Range<Int>, _ pass: Pass, isForward: Bool) {
      for operation in operations {
        if pass.stop.isRequested { return }
        if isForward { operation.forward(part, pass) } else { operation.backward(part, pass) }
      }
      if isForward { measuring?.measureForward(part, pass) } else { measuring?.measureBackward(part, pass) }
    }
  }

  private var segments = [Segment(operations: [], work: 0)]
  private let isForward: Bool

  /// The number of multiply-adds below which a part takes less time than handing it over, because what one core has just
  /// written must be transferred to the other.
  static var grain: Int { 250_000 }

  /// The largest number of elements that a thread writes before it checks for a stop. If the memory is touched for the
  /// first time, this takes a tenth of a second. Parts of ordinary passes are far smaller.
  private static var mostNumbers: Int { 1 << 24 }

  /// Creates the schedule of a forward pass.
  init(forward operations: [any Operation<E>]) { self.init(operations, isForward: true) }

  /// Creates the schedule of a backward pass, given the operations in its order.
  init(backward operations: [any Operation<E>]) { self.init(operations, isForward: false) }

  private init(_ operations: [any Operation<E>], isForward: Bool) {
    self.isForward = isForward
    for operation in operations.untilStopped {
      if operation.measuresSamples {
        segments[segments.count - 1].measuring = operation
        segments[segments.count - 1].hasGroups = true
        segments.append(Segment(operations: [], work: 0, hasGroups: true))
      }
      segments[segments.count - 1].operations.append(operation)
      segments[segments.count - 1].work += operation.work
      segments[segments.count - 1].numbers += operation.outputs
    }
  }

  /// Runs all operations over `rows` samples.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func run(rows: Int, _ pass: Pass) {
    let groups = SampleGroups(samples: rows)
    for segment in segments where !pass.stop.isRequested {
      let size = segment.hasGroups ? groups.size : 1
      let count = (rows + size - 1) / size
      let parts = max(min(pass.pool.threads, rows * segment.work / Self.grain, count), 1)
      pass.pool.run(count, inRanges: parts, stop: pass.stop, (segment, pass, isForward, rows, size)) { work, range in
        let (segment, pass, isForward, rows, size) = work
        let part = range.lowerBound * size..<min(range.upperBound * size, rows)
        let step = max(Self.mostNumbers / max(segment.numbers * size, 1), 1) * size
        for start in stride(from: part.lowerBound, to: part.upperBound, by: step) {
          segment.run(start..<min(start + step, part.upperBound), pass, isForward: isForward)
        }
      }
    }
  }
}
