// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Scale {
  /// Returns the scale with either end moved to the next round number if that is near.
  func widened(most: Int) -> Scale {
    guard !isLogarithmic, half / Double(most) > 0 else { return self }
    let step = DecimalStep(atLeast: half / Double(most) * 2)
    guard let counts = step.counts(from: lower, to: upper) else { return self }
    let (below, above) = (step.value(counts.lowerBound - 1), step.value(counts.upperBound + 1))
    func isNear(_ number: Double, _ end: Double) -> Bool { abs(number / 2 - end / 2) < half * 0.06 }
    return Scale(
      isNear(below, lower) ? below : lower, isNear(above, upper) ? above : upper, isLogarithmic: false)
  }
}

extension Scale {
  /// Returns the scale with a margin at both ends, so that no curve lies on the frame of a picture. An end at 0 stays
  /// there if `isFixedAtZero` is true, because bars begin there.
  func padded(isFixedAtZero: Bool = false) -> Scale {
    if isMargin { return self }
    let share = 0.04
    if isLogarithmic {
      let factor = Real.power(10, decades * share)
      let (low, high) = (lower / factor, upper * factor)
      return Scale(low > 0 && !isFixedAtZero ? low : lower, high.isFinite ? high : upper, isLogarithmic: true)
    }
    let margin = (upper / 2 - lower / 2) * 2 * share
    let low = isFixedAtZero && lower == 0 ? 0 : lower - margin
    let high = isFixedAtZero && upper == 0 ? 0 : upper + margin
    return Scale(low.isFinite ? low : lower, high.isFinite ? high : upper, isLogarithmic: false)
  }
}

/// The round numbers at which an axis is labelled.
struct Ticks: Equatable {
  let values: [Double]
  let labels: [String]
  /// The number to add to every label, if the values differ only in their last digits, or nil for none.
  let offset: String?

  /// Creates at most `most` ticks within a scale. They are whole numbers if `isWhole` is true.
  init(_ scale: Scale, most: Int, isWhole: Bool = false) {
    let most = max(1, most)
    self = scale.isLogarithmic ? Self.logarithmic(scale, most: most, isWhole) : Self.linear(scale, most: most, isWhole)
  }

  private init(_ values: [Double], _ labels: [String], offset: String? = nil) {
    self.values = values
    self.labels = labels
    self.offset = offset
  }

  /// Returns ticks at multiples of 1, 2 or 5 times a power of ten.
  private static func linear(_ scale: Scale, most: Int, _ isWhole: Bool) -> Ticks {
    var step = DecimalStep(atLeast: max(scale.half / Double(most), .leastNonzeroMagnitude))
    if isWhole, step.exponent < 0 { step = DecimalStep(1, exponent: 0) }
    if !step.distinguishes(scale.lower, scale.upper) { return fromFirst(scale, most: most) }
    while let counts = step.counts(from: scale.lower, to: scale.upper), counts.count > most { step = step.next }
    if isWhole, scale.lower == 1, let ticks = fromOne(scale, step, most: most) { return ticks }
    let margin = scale.half / 1000
    let counts = (step.counts(from: scale.lower, to: scale.upper).map(Array.init) ?? []).filter { count in
      step.value(count) >= scale.lower - margin && step.value(count) <= scale.upper + margin
    }
    if counts.isEmpty { return fromFirst(scale, most: 1) }
    let values = counts.map(step.value)
    guard DecimalStep.digits(counts) > mostDigits, let first = counts.first else {
      return Ticks(values, step.texts(counts))
    }
    let labels = step.texts(counts.map { $0 - first }).map { "+" + $0 }
    return Ticks(values, labels, offset: NumberStyle.shortest(values[0]))
  }

  /// Returns ticks at a number near the lower end and at steps from it, for numbers that agree in almost all of the
  /// digits that a double has. The labels are the distances from the first tick.
  private static func fromFirst(_ scale: Scale, most: Int) -> Ticks {
    let digits = Real.log10(max(abs(scale.lower), .leastNonzeroMagnitude)) - Real.log10(scale.half)
    guard most > 1 else {
      return Ticks(
        [scale.lower], [NumberStyle.significant(scale.lower, digits: min(17, max(4, Int(digits.rounded(.up)) + 3)))])
    }
    let step = DecimalStep(atLeast: scale.half / Double(most) * 2)
    let round = (scale.lower / step.size).rounded(.up) * step.size
    let first = round >= scale.lower && round <= scale.upper ? round : scale.lower
    var values: [Double] = []
    for count in 0..<most {
      let value = first + step.value(count)
      if value <= scale.upper, value > values.last ?? -.infinity { values.append(value) }
    }
    let labels = values.map { "+" + NumberStyle.significant($0 - first, digits: 3) }
    return Ticks(values, labels, offset: NumberStyle.shortest(first))
  }

  /// Returns ticks for an axis that starts at 1, such as that of the layers: 1, and then round numbers that are not too
  /// near to it, or every second number. Returns nil if the ticks at round numbers begin with 1 anyway.
  private static func fromOne(_ scale: Scale, _ step: DecimalStep, most: Int) -> Ticks? {
    guard scale.upper < 1e6 else { return nil }
    var step = step
    while step.size > 1, step.size < scale.upper {
      let size = Int(step.size)
      let rest = Swift.stride(from: size == 2 ? 3 : size, through: Int(scale.upper), by: size)
      let values = [1] + rest
      if values.count <= most { return Ticks(values.map(Double.init), values.map(String.init)) }
      step = step.next
    }
    return nil
  }

  /// The largest number of digits for which labels are not written as offsets from the first one.
  private static let mostDigits = 6

  /// Returns ticks at powers of ten: every n-th one if there are too many, and also at 2 and 5 times them if there are
  /// few. On a short axis, they are those of a linear one if there are more of these.
  private static func logarithmic(_ scale: Scale, most: Int, _ isWhole: Bool) -> Ticks {
    let (low, high) = (Real.log10(scale.lower), Real.log10(scale.upper))
    guard low.isFinite, high.isFinite else { return linear(scale, most: most, isWhole) }
    let (first, last) = (Int((low - 1e-9).rounded(.up)), Int((high + 1e-9).rounded(.down)))
    if last - first >= 2 {
      func powers(_ stride: Int) -> [Int] { Self.multiples(of: stride, from: first, to: last) }
      let usual = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500].first { powers($0).count <= most } ?? 1000
      // If only two powers are left, every fourth one may be three.
      let stride = powers(usual).count < 3 && powers(4).count >= 3 && powers(4).count <= most ? 4 : usual
      return labelled(powers(stride).map { (1, $0) })
    }
    func ticks(at mantissas: [Int]) -> [(mantissa: Int, power: Int)] {
      (first - 1...max(first, last) + 1).flatMap { power in mantissas.map { ($0, power) } }.filter {
        mantissa, power in
        let place = Real.log10(Double(mantissa)) + Double(power)
        return place >= low - 1e-9 && place <= high + 1e-9
      }
    }
    let fine = ticks(at: [1, 2, 5])
    for found in [fine, ticks(at: [1, 3])] where found.count >= 3 && found.count <= most { return labelled(found) }
    let powers = ticks(at: [1])
    if powers.count >= 2 { return labelled(Array(powers.prefix(most))) }
    let linear = linear(scale, most: most, isWhole)
    guard fine.count > max(1, linear.values.count), most >= 2 else { return linear }
    // If there is no room for all of these, the ends and the middle show the scale.
    let count = min(most, fine.count)
    return labelled((0..<count).map { fine[$0 * (fine.count - 1) / (count - 1)] })
  }

  private static func multiples(of stride: Int, from first: Int, to last: Int) -> [Int] {
    (first...last).filter { $0 % stride == 0 }
  }

  /// Returns ticks with labels such as `0.01` if no number is far from 1, and such as `1e-8` otherwise.
  private static func labelled(_ numbers: [(mantissa: Int, power: Int)]) -> Ticks {
    let isPlain = numbers.allSatisfy { (-3...4).contains($0.power) }
    let values = numbers.map { Double("\($0.mantissa)e\($0.power)") ?? .nan }
    let labels = zip(numbers, values).map { number, value in
      isPlain || number.power == 0
        ? NumberStyle.shortest(value) : DecimalStep.scientific(number.mantissa, number.power)
    }
    return Ticks(values, labels)
  }
}
