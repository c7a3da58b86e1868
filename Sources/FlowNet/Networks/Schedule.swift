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

  /// Below this number of multiply-adds a part costs less than handing it over.
  static var grain: Int { 60_000 }

  init(_ operations: [any Operation<E>]) {
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

  /// Has `body` compute every part of every operation over so many samples.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func run(rows: Int, _ pool: ThreadPool, _ body: (_ operation: any Operation<E>, _ part: Range<Int>) -> Void) {
    for segment in segments {
      let size = segment.split == .rows ? rows : segment.strips
      let parts = max(min(pool.threads, rows * segment.work / Self.grain, size), 1)
      pool.run(parts) { part in
        let range = size * part / parts..<size * (part + 1) / parts
        for operation in segment.operations { body(operation, range) }
      }
    }
  }
}
