// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The stages of steps in the order of computation, divided into segments. Between two segments, all threads wait for
/// each other.
///
/// Within a segment, each thread runs all stages on its own part of the samples, so that they stay in its cache. No sum
/// spans two parts, so the results are bit-identical for any number of parts, and therefore of threads.
struct Schedule<E: Element> {
  /// A stage of a step.
  private struct Entry {
    let step: any Step<E>
    let stage: Int
  }

  private struct Segment {
    var entries: [Entry] = []
    /// The number of multiply-adds per sample.
    var work = 0
    /// The number of elements that the steps write per sample.
    var numbers = 0
    /// Whether parts must consist of whole groups, because the segment begins or ends with statistics over groups of
    /// samples.
    var hasGroups = false

    @inline(__always)
    func run(_ part: Range<Int>, _ pass: Pass, isForward: Bool) {
      for index in entries.indices {
        if pass.stop.isRequested { return }
        let step = entries[index].step
        if isForward {
          step.forward(entries[index].stage, part, pass)
        } else {
          step.backward(entries[index].stage, part, pass)
        }
      }
    }
  }

  private var segments = [Segment()]
  private let isForward: Bool

  /// The number of multiply-adds below which a part is not worth dispatching to another thread: moving the data between
  /// caches costs more than computing it.
  static var grain: Int { 250_000 }

  /// The largest number of elements that a thread writes before it checks for a stop. Writing that much memory for the
  /// first time takes a tenth of a second. Parts of ordinary passes are far smaller.
  private static var mostNumbers: Int { 1 << 24 }

  /// Creates an empty schedule of a forward or a backward pass.
  init(isForward: Bool) { self.isForward = isForward }

  /// Creates a schedule of a single stage.
  init(_ step: any Step<E>, _ outline: Outline, stage: Int, isForward: Bool) {
    self.isForward = isForward
    let stages = isForward ? outline.forward : outline.backward
    add(step, stage..<stage + 1, stages, outline)
    segments[0].hasGroups = !stages.barriers.isEmpty
  }

  /// Adds all stages of a step.
  mutating func append(_ step: any Step<E>, _ outline: Outline) {
    let stages = isForward ? outline.forward : outline.backward
    var start = 0
    for barrier in stages.barriers {
      add(step, start..<barrier, stages, outline)
      segments[segments.count - 1].hasGroups = true
      segments.append(Segment(hasGroups: true))
      start = barrier
    }
    add(step, start..<stages.count, stages, outline)
  }

  private mutating func add(_ step: any Step<E>, _ range: Range<Int>, _ stages: Stages, _ outline: Outline) {
    let last = segments.count - 1
    for stage in range { segments[last].entries.append(Entry(step: step, stage: stage)) }
    guard let first = stages.barriers.first else {
      segments[last].work += stages.work
      segments[last].numbers += outline.output.units
      return
    }
    // The work of the stages before the first barrier is counted with that of the last stage.
    if range.lowerBound < first { return }
    let counted = range.count + (range.upperBound == stages.count ? first : 0)
    segments[last].work += stages.work * counted / stages.count
    segments[last].numbers += outline.output.units * counted / stages.count
  }

  /// Runs all stages on `samples` samples.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func run(_ samples: Int, _ pass: Pass) {
    let groups = SampleGroups(samples: samples)
    for segment in segments where !pass.stop.isRequested {
      let size = segment.hasGroups ? groups.size : 1
      let count = (samples + size - 1) / size
      let parts = max(min(pass.pool.threads, samples * segment.work / Self.grain, count), 1)
      pass.pool.run(count, inRanges: parts, stop: pass.stop, (segment, pass, isForward, samples, size)) { work, range in
        let (segment, pass, isForward, samples, size) = work
        let part = range.lowerBound * size..<min(range.upperBound * size, samples)
        let step = max(Self.mostNumbers / max(segment.numbers * size, 1), 1) * size
        for start in stride(from: part.lowerBound, to: part.upperBound, by: step) {
          segment.run(start..<min(start + step, part.upperBound), pass, isForward: isForward)
        }
      }
    }
  }
}
