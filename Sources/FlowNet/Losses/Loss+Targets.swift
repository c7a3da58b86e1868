// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The targets that a loss requires. For other targets it would have no lower bound, and a network that only enlarges
/// its outputs would rank first.
enum TargetRequirement: Sendable {
  /// Any numbers.
  case numbers
  /// Each target is a probability.
  case probabilities
  /// The targets of each sample are a distribution: probabilities that sum to 1.
  case distributions
}

extension Loss {
  /// The amount by which targets that were rounded or computed in f32 may leave their range.
  private static let rangeTolerance = 1e-6
  /// The amount by which the sum of targets that were written with a few digits may differ from 1.
  private static let sumTolerance = 0.01

  /// Throws an error if the loss does not accept the targets. Classes are always accepted.
  func check(_ data: DataSet) throws(NetworkError) {
    guard entry.targets != .numbers, case .values(let numbers, let names) = data.targets else { return }
    if let wrong = numbers.indices.untilStopped.first(where: { !Self.isProbability(numbers[$0]) }) {
      let (low, high) = numbers.reduce((Double.infinity, -Double.infinity)) { (min($0.0, $1), max($0.1, $1)) }
      let range =
        numbers[wrong].isNaN
        ? "target \(names[wrong % names.count]) of sample \(wrong / names.count + 1) is nan"
        : "those of \(data.name) range from \(roughText(low)) to \(roughText(high))"
      throw NetworkError("\(name) needs targets from 0 to 1, but \(range)", hint: remedy)
    }
    guard entry.targets == .distributions else { return }
    let width = names.count
    let sums = (0..<data.samples).untilStopped.map { numbers[$0 * width..<($0 + 1) * width].reduce(0, +) }
    guard let wrong = sums.firstIndex(where: { abs($0 - 1) > Self.sumTolerance }) else { return }
    let (low, high) = (sums.min() ?? .nan, sums.max() ?? .nan)
    throw NetworkError(
      "\(name) needs targets that sum to 1 in every sample, but those of sample \(wrong + 1) of \(data.name) sum to "
        + roughText(sums[wrong])
        + (low < high ? ", and the sums range from \(roughText(low)) to \(roughText(high))" : ""),
      hint: remedy)
  }

  private static func isProbability(_ target: Double) -> Bool {
    target >= -rangeTolerance && target <= 1 + rangeTolerance
  }

  /// A hint with both ways to fix the error.
  private var remedy: String {
    entry.targets == .probabilities
      ? "use another loss, such as mse, or scale the targets to 0..1 or use classes"
      : "use another loss, such as mse, or use classes or probabilities that sum to 1"
  }

  /// Returns the data with targets that the loss accepts, made from standard normal ones. For bce, positive targets
  /// become 1 and others 0. For cross_entropy, the largest target of each sample becomes 1 and the others 0.
  public func fittingTargets(of data: DataSet) -> DataSet {
    guard entry.targets != .numbers, case .values(let numbers, let names) = data.targets else { return data }
    var fitting = numbers
    let width = names.count
    for sample in (0..<data.samples).untilStopped {
      let own = sample * width..<(sample + 1) * width
      let largest = own.max { numbers[$0] < numbers[$1] }
      for index in own {
        fitting[index] = (entry.targets == .distributions ? index == largest : numbers[index] > 0) ? 1 : 0
      }
    }
    return DataSet(
      name: data.name, values: data.values, inputNames: data.inputNames, targets: .values(fitting, names: names),
      inputScaling: data.inputScaling)
  }
}

/// Returns a number as text for a message, rounded to four digits.
private func roughText(_ number: Double) -> String {
  guard number.isFinite, number != 0 else { return numberText(number) }
  let scale = Real.power(10, 3 - Real.log10(abs(number)).rounded(.down))
  return numberText(scale.isNormal ? (number * scale).rounded() / scale : number)
}
