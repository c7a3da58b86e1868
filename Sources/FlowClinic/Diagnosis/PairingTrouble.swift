// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// An output activation that the loss is not designed for, or targets that it cannot reach.
struct PairingTrouble {
  let explanation: String
  var evidence: [Diagnosis.Finding] = []

  /// An output activation that keeps the loss above this fraction of that of the best constant outputs is unsuitable.
  /// elu and selu after the last layer of a chain keep it above a quarter at most, and such networks classify well.
  private static let lost = 1.0 / 3

  /// Returns nil if nothing is wrong. If the output activation is followed by the sum with a shortcut, it does not
  /// limit the outputs.
  ///
  /// - Parameter baseline: The loss of the best constant outputs.
  init?(_ network: Network, _ data: DataSet, _ loss: Loss, rows: Range<Int>, baseline: Double) {
    guard let output = network.architecture.graph.nodes.last?.role.activation else { return nil }
    let name = output.name
    if let fused = loss.fusesWith {
      guard output != fused, output.isFlatBelow || output.lowestLoss(fused, data, rows) > Self.lost * baseline else {
        return nil
      }
      explanation = "\(loss.name) expects logits, but the output activation is \(name)"
      return
    }
    let hidesMistakes = "\(loss.name) after \(name) has almost no gradient where the network is confidently wrong"
    if output.isSoftmax {
      explanation = hidesMistakes
      return
    }
    guard let reach = output.reach else { return nil }
    if data.isClassification {
      explanation = hidesMistakes
      return
    }
    let targets = rows.flatMap(data.targets(ofSample:))
    // The bounds come from a search, and a target at the very end of the range can practically be reached.
    let tolerance = (reach.upperBound - reach.lowerBound).isFinite ? (reach.upperBound - reach.lowerBound) / 100 : 0.01
    let outside = targets.count { $0 < reach.lowerBound - tolerance || $0 > reach.upperBound + tolerance }
    guard outside > 0 else { return nil }
    explanation = "\(name) cannot reach these targets"
    evidence = [
      .init("share_out_of_reach", Double(outside) / Double(targets.count)), .init("lowest_output", reach.lowerBound),
      .init("highest_output", reach.upperBound),
    ]
  }
}

extension Activation {
  /// Whether the function is constant below 0, as relu is, so that it passes no gradient there.
  fileprivate var isFlatBelow: Bool { value(-1) == value(-2) }

  /// Returns the mean of the lowest losses that outputs in the range of this activation can reach, for a loss that
  /// expects logits and is combined with `fused`.
  fileprivate func lowestLoss(_ fused: Activation, _ data: DataSet, _ rows: Range<Int>) -> Double {
    let reach = isSoftmax ? 0...1 : self.reach ?? -Double.infinity...Double.infinity
    func softplus(_ z: Double) -> Double { z == .infinity ? .infinity : Real.log(1 + Real.exp(max(z, -700))) }
    if fused.isSoftmax {
      let others = Double(max(data.classNames.count, data.outputWidth) - 1)
      return Real.log(1 + others * Real.exp(max(reach.lowerBound - reach.upperBound, -700)))
    }
    let targets = rows.flatMap(data.targets(ofSample:))
    let mean = targets.reduce(0, +) / Double(max(targets.count, 1))
    return mean * softplus(-reach.upperBound) + (1 - mean) * softplus(reach.lowerBound)
  }

  /// The range of values, if it is bounded on at least one side. It is determined by sampling.
  fileprivate var reach: ClosedRange<Double>? {
    let far = 1e6
    let near: [Double] = (0...60).flatMap { [Double($0) / 10, -Double($0) / 10] }
    let ends = values(near + [-far, far])
    let (low, high) = (ends.min()!, ends.max()!)
    let (isLow, isHigh) = (low > -far / 1000, high < far / 1000)
    guard isLow || isHigh else { return nil }
    return (isLow ? low : -.infinity)...(isHigh ? high : .infinity)
  }
}
