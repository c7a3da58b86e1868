// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData

extension DataSet {
  /// Returns the set with every numeric target shifted and scaled to mean 0 and standard deviation 1.
  func withTargetsStandardized() -> DataSet {
    guard case .values(let numbers, let names) = targets, samples > 0 else { return self }
    let width = names.count
    var scaled = numbers
    for column in 0..<width {
      let own = stride(from: column, to: numbers.count, by: width)
      let mean = own.reduce(0) { $0 + numbers[$1] } / Double(samples)
      let deviation = (own.reduce(0) { $0 + (numbers[$1] - mean) * (numbers[$1] - mean) } / Double(samples))
        .squareRoot()
      for place in own { scaled[place] = (numbers[place] - mean) / (deviation > 0 ? deviation : 1) }
    }
    return DataSet(
      name: name, values: values, inputNames: inputNames, targets: .values(scaled, names: names),
      standardization: standardization)
  }
}
