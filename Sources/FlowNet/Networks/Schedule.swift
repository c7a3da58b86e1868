// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Operations in the order of computing, cut into segments between which all threads wait for each other.
///
/// In a segment each thread takes its samples through all operations, so that they stay in its cache. No sum crosses the
/// border between two parts; so the bits do not depend on how many parts there are, and there are as many as threads.
struct Schedule<E: Element> {
  private struct Segment {
    let split: Split
    var operations: [any Operation<E>]
    /// Multiply-adds per sample.
    var work: Int
    /// Registers of units, where it is split by them.
    let strips: Int
  }

  private var segments: [Segment] = []
  private let isForward: Bool

  /// Below this number of multiply-adds a part costs less than handing it over: what one core has just written has to come
  /// over to the other.
  static var grain: Int { 250_000 }

  /// The way from the input to the output.
  init(forward operations: [any Operation<E>]) { self.init(operations, isForward: true) }

  /// The way back.
  init(backward operations: [any Operation<E>]) { self.init(operations, isForward: false) }

  private init(_ operations: [any Operation<E>], isForward: Bool) {
    self.isForward = isForward
    for operation in operations {
      if operation.split == .rows, let last = segments.indices.last, segments[last].split == .rows {
        segments[last].operations.append(operation)
        segments[last].work += operation.work
      } else {
        segments.append(
          Segment(
            split: operation.split, operations: [operation], work: operation.work,
            strips: Matrix<E>.padded(operation.inputs) / E.Vector.scalarCount))
      }
    }
  }

  /// Computes every part of every operation over so many samples.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func run(rows: Int, _ pass: Pass) {
    for segment in segments {
      let size = segment.split == .rows ? rows : segment.strips
      let parts = max(min(pass.pool.threads, rows * segment.work / Self.grain, size), 1)
      pass.pool.run(size, inRanges: parts, (segment.operations, pass, isForward)) { work, part in
        let (operations, pass, isForward) = work
        for operation in operations {
          if isForward { operation.forward(part, pass) } else { operation.backward(part, pass) }
        }
      }
    }
  }
}
