// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet

/// An output activation that the loss is not designed for, or targets that it cannot reach.
struct PairingTrouble {
  let explanation: String
  var evidence: [Diagnosis.Finding] = []

  /// Returns nil if nothing is wrong. An activation that is not the last operation, because a shortcut is added to it,
  /// does not limit the outputs.
  init?(_ network: Network, _ data: DataSet, _ loss: Loss, rows: Range<Int>) {
    guard let output = network.architecture.graph.nodes.last?.role.activation else { return nil }
    let name = output.name
    if loss.fusesWith != nil {
      guard output != loss.fusesWith else { return nil }
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
    // The bounds come from a search, and a target at the very end of the range is practically reached.
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
