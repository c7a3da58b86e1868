// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// Functions that reduce numbers to one. Missing values are skipped. To add one, add an entry.
package enum Statistics {
  package static let builtins: [Builtin] = [
    summary("mean", "Computes the mean; nan if empty.", "mean([1, 2, 6])", ["median", "std"]) { mean($0) },
    summary(
      "std", "Computes the sample standard deviation, dividing by n - 1; nan for fewer than two numbers.",
      "std([1, 2, 6])", ["mean"]
    ) { numbers in
      guard numbers.count > 1 else { return .nan }
      let mean = mean(numbers)
      let squares = total(numbers.lazy.map { ($0 - mean) * ($0 - mean) })
      let freedom = Double(numbers.count - 1)
      if Reduction.isSafe(squares, Double.self) || !mean.isFinite { return (squares / freedom).squareRoot() }
      return Reduction.scaledNorm(numbers.count) { numbers[$0] - mean } / freedom.squareRoot()
    },
    summary(
      "median", "Finds the middle number, or the mean of the two middle ones; nan if empty.",
      "median([1, 9, 2])", ["quantile"]
    ) { Quantiles($0)[0.5] },
    Builtin(
      "quantile", "Finds the number below which a share of the numbers lies, by linear interpolation.",
      in: .statistics,
      [
        Parameter("numbers", .numbers, "the numbers, in any order"),
        Parameter("share", .union([.number(.share), .numbers]), "a share from 0 to 1, or a list of shares"),
      ],
      gives: "a number, or a list with one per share", example: "quantile(0..10, [0.25, 0.5])", seeAlso: ["median"]
    ) { call throws(Diagnostic) in
      let numbers = call.numbers("numbers")
      let quantiles = Quantiles(numbers)
      if let share = call.optionalNumber("share") { return .number(quantiles[share]) }
      let shares = call.numbers("share")
      guard shares.untilStopped.allSatisfy(Bounds.share.contains) else {
        throw call.error("out-of-range", "the shares of quantile must lie between 0 and 1", at: "share")
      }
      return .numbers(shares.lazy.map { quantiles[$0] })
    },
    summary("product", "Computes the product; 1 if empty.", "product(1..5)", ["sum"]) { $0.untilStopped.reduce(1, *) },
    summary("sum", "Computes the sum; 0 if empty.", "sum([0.1, 0.2, 0.3])", ["mean", "cumsum"]) { total($0) },
    extreme("min", "Finds the smallest number; nan if any of them is nan.", "min([3, 1, 2])") { $0 < $1 },
    extreme("max", "Finds the largest number; nan if any of them is nan.", "max(3, 7)") { $0 > $1 },
  ]

  private static func summary(
    _ name: String, _ text: String, _ example: String, _ seeAlso: [String],
    _ compute: @escaping @Sendable ([Double]) -> Double
  ) -> Builtin {
    Builtin(
      name, text, in: .statistics, [Parameter("numbers", .numbers, "the numbers")], gives: "a number",
      example: example, seeAlso: seeAlso
    ) { call throws(Diagnostic) in .number(compute(call.numbers("numbers"))) }
  }

  private static func extreme(
    _ name: String, _ text: String, _ example: String, _ isBetter: @escaping @Sendable (Double, Double) -> Bool
  ) -> Builtin {
    Builtin(
      name, text, in: .statistics,
      [Parameter("numbers", .union([.number(), .numbers]), rest: true, "numbers, or lists of numbers")],
      gives: "a number", example: example, seeAlso: ["sort", "quantile"]
    ) { call throws(Diagnostic) in
      try call.refuseNestedLists()
      call.noteWholeColumn()
      var best: Double?
      func consider(_ number: Double) {
        guard let known = best else { return best = number }
        if number.isNaN || isBetter(number, known) { best = number }
      }
      for value in call.rest {
        let elements = value.elements ?? [value]
        if let numbers = elements.numbers {
          for number in numbers.untilStopped { consider(number) }
        } else {
          for element in elements.values.untilStopped { element.number.map(consider) }
        }
      }
      return .number(best ?? .nan)
    }
  }

  private static func mean(_ numbers: [Double]) -> Double {
    numbers.isEmpty ? .nan : total(numbers) / Double(numbers.count)
  }

  /// Returns the sum with Neumaier's compensation for rounding errors (ZAMM 54, 1974).
  private static func total(_ numbers: some Sequence<Double>) -> Double {
    var sum = 0.0
    var lost = 0.0
    for number in numbers.untilStopped {
      let next = sum + number
      lost += abs(sum) >= abs(number) ? (sum - next) + number : (number - next) + sum
      sum = next
    }
    // If the sum is infinite or nan, the compensation is meaningless.
    return sum.isFinite ? sum + lost : sum
  }
}

/// Quantiles by definition 7 of Hyndman and Fan (The American Statistician 50, 1996), the default in R, NumPy and Julia.
package struct Quantiles {
  package let isEmpty: Bool
  /// The numbers in ascending order, or empty if one of them is nan.
  private let sorted: [Double]

  /// Sorts the numbers, so that each quantile takes constant time.
  package init(_ numbers: [Double]) {
    isEmpty = numbers.isEmpty
    sorted = numbers.untilStopped.contains(where: \.isNaN) ? [] : numbers.sortedUntilStopped(by: <)
  }

  /// The number below which the given share of the numbers lies, with a share from 0 to 1. NaN if there are no numbers or
  /// one of them is NaN.
  package subscript(share: Double) -> Double {
    if sorted.isEmpty { return .nan }
    let position = share * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    let part = position - Double(below)
    let (a, b) = (sorted[below], sorted[above])
    if part == 0 || a == b { return a }
    // The difference is not finite next to an infinite number or after an overflow.
    return (b - a).isFinite ? a + part * (b - a) : (1 - part) * a + part * b
  }
}
