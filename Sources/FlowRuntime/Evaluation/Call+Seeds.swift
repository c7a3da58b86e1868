// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension ParameterType {
  /// A number of seeds, counted from 1, or a list of seeds.
  package static let seeds = ParameterType.union([.count, .numbers])
}

extension Call {
  /// Returns the seeds given by an argument of type `seeds`. Throws if a seed is not a whole number from 0 to `Int.max`.
  package func seeds(_ name: String) throws(Diagnostic) -> [UInt64] {
    if let count = optionalWhole(name) {
      try attempt(at: name) { () throws(Complaint) in try ValueLimits.checkList(count: count) }
      return (1...UInt64(count)).map { $0 }
    }
    let numbers = numbers(name)
    let seeds = numbers.compactMap(UInt64.init(exactly:))
    guard seeds.count == numbers.count, seeds.allSatisfy({ $0 <= Int.max }) else {
      throw error("out-of-range", "seeds must be whole numbers of at least 0", at: name)
    }
    return seeds
  }
}

extension Parameter {
  package static func seeds(standard: Int) -> Parameter {
    Parameter(
      "seeds", .seeds, default: "\(standard)",
      "number of seeds to run with, counted from 1, or a list of seeds")
  }
}
