// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// How a recorded training went: the values whose course shows what happened, and when.
struct RecordedCourse {
  private let recording: Recording
  private let thresholds: RunThresholds
  /// The finite losses.
  let losses: [(step: Int, loss: Double)]

  init(_ recording: Recording, _ thresholds: RunThresholds) {
    self.recording = recording
    self.thresholds = thresholds
    losses = recording.losses.filter(\.loss.isFinite)
  }

  /// The first step from which on some number is not finite in every recorded step, and its entries. A training that
  /// recovers has no fault: gradient scalers make a gradient overflow now and then, and skip the step.
  var fault: (step: Int, entries: [Recording.Entry])? {
    let lost = recording.steps.reversed().prefix { $0.entries.contains(where: \.isNonfinite) }
    return lost.last.map { ($0.step, $0.entries) }
  }

  /// The loss of the first steps: the median of five, or of fewer if there are not twice as many.
  var first: Double? { median(Array(losses.prefix(min(max(losses.count / 2, 1), 5)).map(\.loss))) }

  /// Whether the record begins so late that the first steps are unknown.
  private var beginsLate: Bool {
    guard losses.count > 1 else { return false }
    return losses[0].step > 2 * (losses[1].step - losses[0].step) + 1
  }

  /// The loss at the end: the median of the last tenth, of at least five steps if there are as many.
  var last: Double? { median(Array(losses.suffix(max(losses.count / 10, min(5, losses.count))).map(\.loss))) }

  /// The first time that the loss is far above its initial value.
  var jump: (step: Int, loss: Double)? {
    guard !beginsLate, let first, first > 0 else { return nil }
    let high = losses.filter { $0.loss > thresholds.jump * first }
    // A single loss of a small batch may be high by chance.
    return high.count > 1 ? high.first : nil
  }

  /// Whether the loss has fallen; nil if there are too few losses to tell. A loss that is negative has no scale.
  var hasLearned: Bool? {
    guard !beginsLate, losses.count >= Self.fewestSteps, let first, let last else { return nil }
    return first > 0 ? last < (1 - thresholds.stall) * first : last < first
  }

  /// Whether the loss is known not to have fallen.
  var hasFailed: Bool { hasLearned == false }

  /// Fewer losses do not show whether a training stalls.
  private static let fewestSteps = 20

  /// Whether the loss changes by a large share of itself from one record to the next.
  var isUneven: Bool {
    let later = losses.suffix(losses.count / 2).map(\.loss)
    guard later.count >= 10, let level = median(later),
      let change = median(zip(later, later.dropFirst()).map({ abs($1 - $0) }))
    else { return false }
    return change > level / 10
  }

  /// The recorded update that changed a layer's weights most, relative to their norm.
  var strongestUpdate: Recording.Entry? {
    recording.steps.lazy.flatMap(\.entries)
      .filter { $0[.updateRatio]?.isFinite == true && recording.layers[$0.layer].isComparable }
      .max { $0[.updateRatio] ?? 0 < $1[.updateRatio] ?? 0 }
  }

  /// Whether some step changed the weights of a layer by a large fraction of their norm.
  var leaps: Bool { strongestUpdate.flatMap { $0[.updateRatio] }.map { $0 > thresholds.leap } ?? false }

  /// A bound of the distance that the weights of any layer have moved, relative to their norm: the sum of the updates,
  /// those between the records estimated from their neighbours. nil if they were not recorded.
  var drift: Double? {
    guard recording.quantities.contains(.updateRatio), let first = recording.steps.first?.step,
      let last = recording.steps.last?.step
    else { return nil }
    let stride = Double(last - first + 1) / Double(recording.steps.count)
    var sums = [Double](repeating: 0, count: recording.layers.count)
    for step in recording.steps {
      for entry in step.entries { sums[entry.layer] += stride * (entry[.updateRatio] ?? 0) }
    }
    return sums.max()
  }
}
