// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension FactorPrediction {
  /// Returns the prediction without data: for 256 standard normal samples, standard normal targets and the loss mse,
  /// which are the defaults of `flow`.
  static func standard(_ descriptions: [RowDescription]) -> FactorPrediction {
    let outputs = descriptions.last?.units ?? 1
    let rows = LossSignal.rows(of: DataMoments.standardSamples, outputs: outputs)
    var stream = RandomStream(seed: 0, purpose: .data)
    let targets = DataSet(
      name: "standard normal", inputs: [Double](repeating: 0, count: rows), inputWidth: 1,
      targets: (0..<rows * outputs).map { _ in stream.normal() }, outputWidth: outputs)
    return FactorPrediction(
      descriptions, .standard(inputs: descriptions.first?.inputs ?? 1),
      LossTargets(loss: .meanSquaredError, data: targets, rows: 0..<Int32(rows), outputs: outputs),
      samples: DataMoments.standardSamples)
  }
}

extension DataMoments {
  static let standardSamples = 256

  /// Returns the moments of standard normal inputs.
  static func standard(inputs: Int) -> DataMoments {
    let (n, samples) = (Double(inputs), Double(standardSamples))
    return DataMoments(
      input: .input, lengthVariance: 2 / n, correlation: 0, inverseRank: 1 / samples + 1 / n,
      groups: (0..<mostGroups).map {
        (n.squareRoot() * inverseNormalCDF((Double($0) + 0.5) / Double(mostGroups)), 1)
      })
  }

  private init(
    input: SignalMoments, lengthVariance: Double, correlation: Double, inverseRank: Double,
    groups: [(sum: Double, square: Double)]
  ) {
    self.input = input
    self.lengthVariance = lengthVariance
    self.correlation = correlation
    self.inverseRank = inverseRank
    self.groups = groups
  }
}
