// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension Diagnosis {
  /// Checks for an output activation that the loss is not designed for, and for targets that it cannot reach.
  static func pairing(_ network: Network, _ data: DataSet, _ loss: Loss, rows: Range<Int>) -> Diagnosis? {
    let output = network.layer(network.depth)
    let name = output.activation.name
    func found(_ explanation: String, _ evidence: [Finding] = []) -> Diagnosis {
      Diagnosis(.pairing, layer: network.depth, .pairing, explanation, evidence)
    }
    if loss.takesLogits {
      guard output.activation != .identity, output.activation != loss.fusesWith else { return nil }
      return found("\(loss.name) expects logits, but the output activation is \(name)")
    }
    if output.activation.isSoftmax {
      return found("\(loss.name) after softmax has almost no gradient where the network is confidently wrong")
    }
    if data.isClassification {
      guard output.activation.reach != nil else { return nil }
      return found("\(loss.name) after \(name) has almost no gradient where the network is confidently wrong")
    }
    guard let reach = output.activation.reach else { return nil }
    let targets = rows.flatMap(data.targets(ofSample:))
    // The bounds come from a search, and a target at the very end of the range is practically reached.
    let tolerance = (reach.upperBound - reach.lowerBound).isFinite ? (reach.upperBound - reach.lowerBound) / 100 : 0.01
    let outside = targets.count { $0 < reach.lowerBound - tolerance || $0 > reach.upperBound + tolerance }
    guard outside > 0 else { return nil }
    return found(
      "\(name) cannot reach these targets",
      [
        .init("share_out_of_reach", Double(outside) / Double(targets.count)), .init("lowest_output", reach.lowerBound),
        .init("highest_output", reach.upperBound),
      ])
  }
}

extension Loss {
  /// Whether the loss expects logits as outputs.
  fileprivate var takesLogits: Bool { fusesWith != nil }
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
