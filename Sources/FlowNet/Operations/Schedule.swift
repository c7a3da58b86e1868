// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Operations in the order of computing, cut into segments between which all threads wait for each other.
///
/// In a segment each thread takes its samples through all operations, so that they stay in its cache. No sum crosses the
/// border between two parts; so the bits do not depend on how many parts there are, and there are as many as threads.
struct Schedule<E: Element> {
  private struct Segment {
    var operations: [any Operation<E>]
    /// Multiply-adds per sample.
    var work: Int
    /// Numbers that its operations write per sample.
    var numbers = 0
    /// Whether its parts have to be whole groups: an operation measures the samples at its beginning or end.
    var hasGroups = false
    /// What measures the samples when the operations are done with them.
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

  /// Below this number of multiply-adds a part costs less than handing it over: what one core has just written has to come
  /// over to the other.
  static var grain: Int { 250_000 }

  /// The most numbers that a thread writes before it looks for a stop: where memory is touched for the first time that
  /// takes a tenth of a second. Parts of usual passes are far smaller.
  private static var mostNumbers: Int { 1 << 24 }

  /// The way from the input to the output.
  init(forward operations: [any Operation<E>]) { self.init(operations, isForward: true) }

  /// The way back.
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

  /// Computes every part of every operation over `rows` samples.
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
