// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The properties of the samples that mean-field theory depends on: moments of the inputs.
struct DataMoments {
  /// E[x], E[x²], and the variance of an input over the samples, averaged over the inputs.
  let input: SignalMoments
  /// The relative variance of |x|² over samples. It is 2/n for n standard normal inputs.
  let lengthVariance: Double
  /// The mean cosine of two samples, weighted by their lengths: |E[x]|²/E[|x|²].
  let correlation: Double
  /// 1/R, where R = (tr C)²/tr C² is the number of directions that the samples fill, and C is their covariance. At
  /// least one over the number of samples.
  let inverseRank: Double
  /// Groups of samples with nearly the same Σx, from the smallest to the largest: the means of Σx and of x².
  let groups: [(sum: Double, square: Double)]

  /// Computes the moments of the given rows of a data set. Returns `nil` if all inputs are 0, if one is not finite, or
  /// if a stop was requested.
  init?(_ data: DataSet, rows: Range<Int32>) {
    let (count, width) = (rows.count, data.inputWidth)
    let (samples, inputs) = (Double(count), Double(width))
    var means = [Double](repeating: 0, count: width)
    var lengths: [(sum: Double, square: Double)] = []
    for row in rows.untilStopped {
      var (sum, square) = (0.0, 0.0)
      for (column, x) in data.inputs(ofSample: Int(row)).enumerated() {
        means[column] += x / samples
        sum += x
        square += x * x
      }
      lengths.append((sum, square / inputs))
    }
    let stop = StopToken.current
    if stop.isRequested { return nil }
    let square = lengths.reduce(0) { $0 + $1.square } / samples
    guard square > 0, square.isFinite else { return nil }
    let squareOfMeans = means.reduce(0) { $0 + $1 * $1 } / inputs
    let spread = max(square - squareOfMeans, 0)
    input = SignalMoments(mean: means.reduce(0, +) / inputs, square: square, spread: spread)
    lengthVariance = lengths.reduce(0) { $0 + ($1.square / square - 1) * ($1.square / square - 1) } / samples
    correlation = squareOfMeans / square
    // tr C² is the mean square of the product of two samples. An estimate suffices: take some samples, and combine each
    // with a few others.
    let chosen = min(count, Self.mostRows)
    func row(_ place: Int) -> [Double] {
      data.inputs(ofSample: Int(rows.lowerBound) + place % chosen * count / chosen)
    }
    let partners = (1...4).map { $0 * $0 }.filter { $0 < chosen }
    var squares = 0.0
    for place in 0..<chosen {
      if stop.isRequested { return nil }
      let own = row(place)
      for partner in partners {
        let other = row(place + partner)
        var product = 0.0
        for column in 0..<width { product += (own[column] - means[column]) * (other[column] - means[column]) }
        squares += product * product
      }
    }
    let size = inputs * spread
    let between = squares / (Double(chosen) * Double(max(partners.count, 1))) / (size * size)
    inverseRank = size > 0 ? (1 + lengthVariance) / samples + (1 - 1 / samples) * between : 1
    let sorted = lengths.sortedUntilStopped { ($0.sum, $0.square) < ($1.sum, $1.square) }
    let parts = min(count, Self.mostGroups)
    groups = (0..<parts).map { part in
      let own = sorted[part * count / parts..<(part + 1) * count / parts]
      return (
        own.reduce(0) { $0 + $1.sum } / Double(own.count), own.reduce(0) { $0 + $1.square } / Double(own.count)
      )
    }
  }

  /// The maximum number of samples for the estimate.
  private static let mostRows = 1024
  /// The maximum number of groups, each of which `ShiftedField` follows.
  static let mostGroups = 64
}
