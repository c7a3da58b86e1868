// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The course of a recorded training run: the values that show what happened, and when.
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

  /// The first step from which on some number is not finite in every recorded step, and its entries. A run that
  /// recovers has no fault: gradient scalers let a gradient overflow now and then, and skip the step.
  var fault: (step: Int, entries: [Recording.Entry])? {
    let lost = recording.steps.reversed().prefix { $0.entries.contains(where: \.isNonfinite) }
    return lost.last.map { ($0.step, $0.entries) }
  }

  /// The loss of the first steps: the median of five losses, or of half of them if there are fewer than ten.
  var first: Double? { median(Array(losses.prefix(min(max(losses.count / 2, 1), 5)).map(\.loss))) }

  /// The first loss, which is the one before any step if the record covers the beginning of training.
  var initial: Double? { beginsLate ? nil : losses.first?.loss }

  /// Whether the record begins so late that the first steps are missing.
  private var beginsLate: Bool {
    guard losses.count > 1 else { return false }
    return losses[0].step > 2 * (losses[1].step - losses[0].step) + 1
  }

  /// The loss at the end: the median of the last tenth, but of at least five steps if there are that many.
  var last: Double? { median(Array(losses.suffix(max(losses.count / 10, min(5, losses.count))).map(\.loss))) }

  /// The first time that the loss is far above its initial value.
  var jump: (step: Int, loss: Double)? {
    guard let initial, initial > 0, let first, let last, last > initial, !hasSmallSteps else { return nil }
    // The first loss of a small batch may be low by chance, unless the steps are large or the other losses are far
    // higher.
    let start = leaps ? initial : max(initial, min(first, Self.farHigher * initial))
    let high = losses.dropFirst().filter { $0.loss > thresholds.jump * start }
    // A single loss may be high by chance, too.
    return high.count > 1 ? high.first : nil
  }

  /// The losses of single samples usually differ by less than this factor.
  private static let farHigher = 10.0

  /// Whether the loss has fallen; nil if there are too few losses to tell, or if some are not positive: such a loss has
  /// no scale, and it is often one that need not fall.
  var hasLearned: Bool? {
    guard !beginsLate, losses.count >= Self.fewestSteps, losses.allSatisfy({ $0.loss > 0 }), let first, let last else {
      return nil
    }
    return last < (1 - thresholds.stall) * first
  }

  /// Whether the loss has halved, no matter how few records there are.
  var hasHalved: Bool {
    guard let first, let last else { return false }
    return last < first / 2
  }

  /// Whether the run took large steps, the loss rose, and it has hardly fallen by the end, no matter how few records
  /// there are.
  var hasFailedByLeaps: Bool {
    guard leaps, let initial, initial > 0, let last, let highest = losses.map(\.loss).max() else { return false }
    return last > Self.hardlyFallen * initial && highest > Self.risen * initial
  }

  /// Without learning, a loss for classes ends at that of equal outputs, which is a few percent below the first.
  private static let hardlyFallen = 0.9
  /// Exceeds the usual difference between two batches.
  private static let risen = 1.2

  /// Whether the loss at the end is far above that at the start.
  var hasRisen: Bool {
    guard let first, let last else { return false }
    return last > first + (Self.risen - 1) * abs(first)
  }

  /// Whether the weights have hardly moved, and the loss has not fallen, no matter how few records there are.
  var isFrozen: Bool {
    guard let drift, drift < thresholds.drift, losses.count > 1, let first, let last else { return false }
    return last > first - thresholds.stall * abs(first)
  }

  /// Whether the loss has certainly not fallen.
  var hasFailed: Bool { hasLearned == false }

  /// With fewer losses, a stalled training run cannot be recognized.
  static let fewestSteps = 20

  /// The first step from which on the rate is so low, compared with earlier ones, that nothing can be learned, if this
  /// is in the first half of the record. Schedules that end at such a low rate reach it later.
  var rateLoss: (step: Int, rate: Double)? {
    let rates = recording.steps.compactMap { step in
      recording.value(.rate, of: step.entries).map { (step: step.step, rate: $0) }
    }
    guard let highest = rates.map(\.rate).max(), highest > 0, highest.isFinite else { return nil }
    let low = rates.reversed().prefix { $0.rate <= highest * Self.lowRate }
    return low.count > 2 && 2 * low.count > rates.count ? low.last : nil
  }

  /// Schedules that divide the rate by ten three times reach this fraction at their end.
  private static let lowRate = 1e-3

  /// Whether the loss changes by a large fraction from one record to the next.
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

  /// Whether steps changed weights by a large fraction of their norm: two steps those of some layer, or a single one
  /// those of most layers. A single step may do so to a layer whose initial weights are small.
  var leaps: Bool {
    let shares = recording.steps.map { step in
      let ratios = step.entries.filter { recording.layers[$0.layer].isComparable }.compactMap { $0[.updateRatio] }
      return Double(ratios.count { $0 > thresholds.leap }) / Double(max(ratios.count, 1))
    }
    return shares.count { $0 > 0 } > 1 || shares.contains { $0 > 0.5 }
  }

  /// Whether the recorded updates are so small that they cannot make the loss jump.
  private var hasSmallSteps: Bool {
    strongestUpdate.flatMap { $0[.updateRatio] }.map { $0 < thresholds.leap / 5 } ?? false
  }

  /// A bound on the distance that the weights of any layer have moved, relative to their norm: the sum of the updates,
  /// where those between the records are estimated from their neighbours. nil if they were not recorded.
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
