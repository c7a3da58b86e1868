// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath

extension ParameterType {
  /// A number of seeds, counted from 1, or a list of seeds.
  package static let seeds = ParameterType.union([.count, .numbers])
}

extension Call {
  /// Returns the seeds given by an argument of type `seeds`. Throws if a seed is not a whole number from 0 to `Int.max`,
  /// or if one is repeated.
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
    var known: Set<UInt64> = []
    for seed in seeds.untilStopped where !known.insert(seed).inserted {
      throw error(
        "duplicate-value", "seed \(seed) appears twice, but the same seed has the same result", at: name,
        notes: ["give each seed once"])
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
