// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The derivative of a function with respect to one number in memory, from values of the function alone.
struct FiniteDifference {
  private let place: UnsafeMutablePointer<Double>
  private let rounding: Double
  private let function: () -> Double

  /// Step widths relative to the number, or to 1 if the number is smaller.
  private static let widths = [1e-2, 1e-3, 1e-4, 1e-5]
  /// The maximum error of a difference of values, in units of the value's rounding error, as measured on deep networks.
  private static let roundings = 32.0
  /// If the rounding error may exceed this fraction of the gradient, the comparison is inconclusive.
  private static let mostNoise = 1e-3

  /// Prepares differences of `function` with respect to the number at `place`, which is restored after each call.
  /// `rounding` is half a unit in the last place of the function's values.
  init(_ place: UnsafeMutablePointer<Double>, rounding: Double, _ function: @escaping () -> Double) {
    self.place = place
    self.rounding = rounding
    self.function = function
  }

  /// Returns |exact − difference|/scale for the best step width, or `nil` if rounding hides the answer.
  func error(of exact: Double, relativeTo scale: Double) -> Double? {
    let unit = max(1, abs(place.pointee))
    let errors = Self.widths.map { abs(exact - central($0 * unit)) }
    let best = errors.min() ?? 0
    if best == 0 || isBetweenSlopes(exact, unit) { return 0 }
    let noise = Self.roundings * rounding / (Self.widths[0] * unit)
    // A gradient of exactly 0 is right if the differences are within rounding.
    if scale == 0 { return best <= noise ? 0 : .infinity }
    return noise > Self.mostNoise * scale ? nil : best / scale
  }

  /// f' ≈ (8(f(w + h) − f(w − h)) − (f(w + 2h) − f(w − 2h)))/12h.
  private func central(_ h: Double) -> Double {
    (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h)
  }

  /// Returns whether the function has a kink here and `exact` lies between the slopes on its two sides. At a kink, the
  /// difference of the slopes persists when the steps become narrower. For a smooth function it vanishes.
  private func isBetweenSlopes(_ exact: Double, _ unit: Double) -> Bool {
    let here = value(0)
    func slopes(_ h: Double) -> (left: Double, right: Double) { ((here - value(-h)) / h, (value(h) - here) / h) }
    let (wide, narrow) = (slopes(1e-5 * unit), slopes(1e-6 * unit))
    let jump = abs(narrow.right - narrow.left)
    let noise = Self.roundings * rounding / (1e-6 * unit)
    guard jump > 4 * noise, jump > abs(wide.right - wide.left) / 2 else { return false }
    // A generous bound on the change of a slope over one step due to the curvature of the loss.
    let bend = max(abs(wide.left - narrow.left), abs(wide.right - narrow.right))
    let tolerance = noise + bend
    return exact >= min(narrow.left, narrow.right) - tolerance && exact <= max(narrow.left, narrow.right) + tolerance
  }

  private func value(_ offset: Double) -> Double {
    let before = place.pointee
    place.pointee = before + offset
    defer { place.pointee = before }
    return function()
  }
}
