// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// The course of a training run: whether the network learned, and where the loss jumped.
struct RunCourse {
  /// The loss of the best constant outputs; 0 if the targets are constant.
  let baseline: Double
  /// The loss that no network can fall below, because the targets are probabilities between 0 and 1; 0 for other targets.
  let floor: Double
  /// The loss of the network before and after the run, in prediction mode.
  let before: Double
  let after: Double
  let curve: LossCurve
  private let isShuffled: Bool
  private let thresholds: RunThresholds

  init(_ run: Run, before: Network, after: Network, samples: Int, _ thresholds: RunThresholds, _ pool: ThreadPool)
    throws(NetworkError)
  {
    let data = run.data.subset(0..<Int32(samples))
    baseline = run.loss.baseline(data, samples: samples, outputs: after.outputs)
    floor = run.loss.floor(data, samples: samples, outputs: after.outputs)
    self.before = try before.evaluate(data, loss: run.loss, pool: pool).loss
    self.after = try after.evaluate(data, loss: run.loss, pool: pool).loss
    curve = LossCurve(run)
    isShuffled = run.options.shuffle
    self.thresholds = thresholds
  }

  /// The loss at the end: that of the network, or that of the last steps if it is lower, because the running statistics
  /// of a short training run may lag behind. The losses of small batches are averaged first, because most of them may
  /// be low while a few are very high. In data that are not shuffled, the last steps may be all alike.
  var last: Double {
    if !isShuffled { return after }
    let losses = curve.windows.map(\.loss)
    return min(after, median(Array(losses.suffix(max(losses.count / 10, 5)))) ?? .infinity)
  }

  /// The loss that the run has to fall below: that of the best constant outputs. Constant targets leave nothing to learn
  /// from the inputs, so there it is the loss before the run.
  var reference: Double { baseline > 0 ? baseline : before }

  /// Whether the network learned something from the inputs. A network that was good before the run counts as well.
  var hasLearned: Bool { last < (1 - thresholds.stall) * reference }

  /// A loss at most this fraction above the floor is as low as can be expected.
  private static let closeness = 0.05
  /// Floors below this are rounding errors.
  private static let smallestFloor = 1e-9

  /// Whether the loss has come close to its floor.
  var isAtFloor: Bool { floor > Self.smallestFloor && last <= (1 + Self.closeness) * floor }

  /// The loss at the end, and the values to compare it with.
  var lossEvidence: [Diagnosis.Finding] {
    [.init("loss", last)] + (floor > Self.smallestFloor ? [.init("floor", floor)] : [])
      + [.init("baseline", baseline)]
  }

  /// Whether the network learned so much that a setting is not at fault just because changing it would help a little.
  var wentWell: Bool { last < reference / 2 }

  /// Whether the network learned so much that even unusual initial values did no significant harm.
  var wentVeryWell: Bool { last < reference / 4 }

  /// Whether the network learned little.
  var hardlyLearned: Bool { last > 0.75 * reference }

  /// The first time that the loss is far above its initial value.
  var jump: (step: Int, loss: Double)? {
    guard let first = curve.windows.first else { return nil }
    return curve.windows.first { $0.loss > thresholds.jump * first.loss }
  }
}
