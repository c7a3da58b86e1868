// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// What a loss needs of the targets. Beyond it the loss has no lower bound: a network that only enlarges its outputs would
/// rank first.
enum TargetRequirement: Sendable {
  /// Any numbers.
  case numbers
  /// Each a probability.
  case probabilities
  /// Those of a sample a distribution: probabilities with the sum 1.
  case distributions
}

extension Loss {
  /// Targets that were rounded or computed in f32 may leave their range by this much.
  private static let rangeTolerance = 1e-6
  /// The sum of targets that were written with a few digits may differ from 1 by this much.
  private static let sumTolerance = 0.01

  /// Throws if the targets are not what the loss is made for. Classes always are.
  func check(_ data: DataSet) throws(NetworkError) {
    guard entry.targets != .numbers, case .values(let numbers, let names) = data.targets else { return }
    if let wrong = numbers.indices.untilStopped.first(where: { !Self.isProbability(numbers[$0]) }) {
      let (low, high) = numbers.reduce((Double.infinity, -Double.infinity)) { (min($0.0, $1), max($0.1, $1)) }
      let range =
        numbers[wrong].isNaN
        ? "target \(names[wrong % names.count]) of sample \(wrong / names.count + 1) is nan"
        : "those of \(data.name) go from \(roughText(low)) to \(roughText(high))"
      throw NetworkError("\(name) needs targets from 0 to 1, but \(range)", hint: remedy)
    }
    guard entry.targets == .distributions else { return }
    let width = names.count
    for sample in (0..<data.samples).untilStopped {
      let sum = numbers[sample * width..<(sample + 1) * width].reduce(0, +)
      if abs(sum - 1) > Self.sumTolerance {
        throw NetworkError(
          "\(name) needs targets that sum to 1 in every sample, but those of sample \(sample + 1) of \(data.name) sum "
            + "to \(roughText(sum))", hint: remedy)
      }
    }
  }

  private static func isProbability(_ target: Double) -> Bool {
    target >= -rangeTolerance && target <= 1 + rangeTolerance
  }

  /// Both ways out.
  private var remedy: String {
    entry.targets == .probabilities
      ? "use another loss, such as mse, or scale the targets to 0..1"
      : "use another loss, such as mse, or give classes or shares that sum to 1"
  }

  /// The data with targets that the loss accepts, made of standard normal ones: for bce 1 for a positive number and 0 for
  /// others; for cross_entropy 1 for the largest of a sample and 0 for the rest.
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
      standardization: data.standardization)
  }
}

/// A number for a message, rounded to four digits.
private func roughText(_ number: Double) -> String {
  guard number.isFinite, number != 0 else { return numberText(number) }
  let scale = Real.power(10, 3 - Real.log10(abs(number)).rounded(.down))
  return numberText(scale.isNormal ? (number * scale).rounded() / scale : number)
}
